"""API Gateway resources whose path variables AWS refuses.

One variable a level: https://github.com/serverless/serverless/issues/3785. Hence a variable cannot be renamed in one
deployment: CloudFormation creates the new resource before it deletes the old one, see
https://github.com/aws/aws-cdk/issues/25172.
Nothing below a greedy variable: https://github.com/localstack/localstack/pull/7746, and
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html.
"""

from __future__ import annotations

import json
from typing import Any

from . import cloudformation
from .guards import Seam
from .refusals import Refusal
from .request_validators import RESOURCES

_APIGATEWAY = "ministack.services.apigateway_v1"
CREATE_RESOURCE = Seam(_APIGATEWAY, "_create_resource", "(api_id, parent_id, data)")
ERROR = Seam(_APIGATEWAY, "_v1_error", "(code, message, status)")
PROVISION = Seam(
    "ministack.services.cloudformation.provisioners", "_apigw_resource_create", "(logical_id, props, stack_name)"
)
SEAMS = (CREATE_RESOURCE, ERROR, PROVISION)

TYPE = "AWS::ApiGateway::Resource"


def install() -> None:
    CREATE_RESOURCE.wrap(_refusing)
    # An update is a replacement, for which MiniStack calls its own function.
    PROVISION.wrap(lambda ignores_refusals: _provision)
    cloudformation.HANDLERS.get()[TYPE]["create"] = _provision


def refusal(resources: dict[str, dict[str, Any]], parent: str, part: str) -> str | None:
    """Why the path part cannot be a child of the parent."""
    parent_part = resources.get(parent, {}).get("pathPart", "")
    if _is_variable(parent_part) and parent_part.endswith("+}"):
        return f"Cannot create a child of a resource with a greedy path variable: {parent_part}"
    siblings = [found.get("pathPart", "") for found in resources.values() if found.get("parentId") == parent]
    other = next((sibling for sibling in siblings if _is_variable(sibling) and sibling != part), None)
    if other and _is_variable(part):
        return f"A sibling ({other}) of this resource already has a variable path part -- only one is allowed"
    return None


def _is_variable(part: str) -> bool:
    return part.startswith("{") and part.endswith("}")


def _refusing(create):
    def create_resource(api_id, parent_id, data):
        reason = refusal(RESOURCES.get().get(api_id, {}), parent_id, data.get("pathPart", ""))
        if reason:
            return ERROR.get()("BadRequestException", reason, 400)
        return create(api_id, parent_id, data)

    return create_resource


def _provision(logical_id: str, properties: cloudformation.Properties, stack: str) -> cloudformation.Provisioned:
    status, _, body = CREATE_RESOURCE.get()(
        properties["RestApiId"], properties["ParentId"], {"pathPart": properties["PathPart"]}
    )
    answer = json.loads(body)
    if status >= 400:
        raise Refusal("ApiGateway", answer.get("__type") or "BadRequestException", answer["message"])
    return answer["id"], {"ResourceId": answer["id"]}
