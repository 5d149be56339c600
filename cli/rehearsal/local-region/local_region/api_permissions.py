"""Whether API Gateway may invoke the function of a method or of an authorizer, by the function's policy.

Without permission the client gets status 500 and "Internal server error", and nothing of the reason:
https://repost.aws/knowledge-center/api-gateway-internal-server-error
The ARN that a method calls with: https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html
"""

from __future__ import annotations

import logging
import re
from typing import Any

from . import scope
from .guards import Seam
from .permissions import ACTIONS, Denied, check_service

CALL_FUNCTION = Seam(
    "ministack.services.apigateway_v1", "_call_lambda_raw", "(function_ref, event, *, account_id=None, region=None)"
)
CALL_AUTHORIZER = Seam(
    "ministack.services.apigateway_v1", "_invoke_authorizer_lambda", "(authorizer, event, account_id, region)"
)
FUNCTION_OF = Seam("ministack.services.apigateway_v1", "_extract_lambda_ref_from_integration_uri", "(uri)")
SEAMS = (CALL_FUNCTION, CALL_AUTHORIZER, FUNCTION_OF)

logger = logging.getLogger(__name__)


def install() -> None:
    CALL_FUNCTION.wrap(_checking)
    CALL_AUTHORIZER.wrap(_checking_authorizer)


def _checking(call):
    async def call_function(function_ref, event, *, account_id=None, region=None):
        context = event.get("requestContext") if isinstance(event, dict) else None
        # The event of another than a proxy integration does not say which method it is from.
        if context and not _may_invoke(_method_arn(context), function_ref):
            return None, "Invalid permissions on Lambda function"
        return await call(function_ref, event, account_id=account_id, region=region)

    return call_function


def _checking_authorizer(call):
    async def call_authorizer(authorizer, event, account_id, region):
        function_ref = FUNCTION_OF.get()(authorizer.get("authorizerUri", ""))
        # arn:aws:execute-api:region:account:api/stage/method/path
        api = event.get("methodArn", "").partition("/")[0]
        if not authorizer.get("authorizerCredentials") and not _may_invoke(
            f"{api}/authorizers/{authorizer.get('id')}", function_ref
        ):
            return None
        return await call(authorizer, event, account_id, region)

    return call_authorizer


def _may_invoke(source_arn: str, function_ref: str) -> bool:
    if not function_ref.startswith("arn:"):
        return True
    try:
        check_service("apigateway.amazonaws.com", source_arn, ACTIONS["lambda"], function_ref)
    except Denied as denied:
        logger.warning("Invalid permissions on Lambda function: %s", denied)
        return False
    return True


def _method_arn(context: dict[str, Any]) -> str:
    path = re.sub(r"\{[^}]*\}", "*", context.get("resourcePath", "/"))
    api = f"{context['apiId']}/{context['stage']}/{context['httpMethod']}{path}"
    return f"arn:aws:execute-api:{scope.region()}:{scope.account()}:{api}"
