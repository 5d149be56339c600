"""Whether API Gateway may invoke the function of a method, by the function's policy.

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
SEAMS = (CALL_FUNCTION,)

logger = logging.getLogger(__name__)


def install() -> None:
    CALL_FUNCTION.wrap(_checking)


def _checking(call):
    async def call_function(function_ref, event, *, account_id=None, region=None):
        context = event.get("requestContext") if isinstance(event, dict) else None
        # The event of another than a proxy integration does not say which method it is from.
        if context and function_ref.startswith("arn:"):
            try:
                check_service("apigateway.amazonaws.com", _method_arn(context), ACTIONS["lambda"], function_ref)
            except Denied as denied:
                logger.warning("Invalid permissions on Lambda function: %s", denied)
                return None, "Invalid permissions on Lambda function"
        return await call(function_ref, event, account_id=account_id, region=region)

    return call_function


def _method_arn(context: dict[str, Any]) -> str:
    path = re.sub(r"\{[^}]*\}", "*", context.get("resourcePath", "/"))
    api = f"{context['apiId']}/{context['stage']}/{context['httpMethod']}{path}"
    return f"arn:aws:execute-api:{scope.region()}:{scope.account()}:{api}"
