"""API Gateway request validators declared by a template.

MiniStack's REST APIs validate requests, but its CloudFormation neither creates the validator nor names it to the
method.
"""

from __future__ import annotations

import uuid
from typing import Any

from . import cloudformation
from .guards import Seam

_APIGATEWAY = "ministack.services.apigateway_v1"
VALIDATORS = Seam(_APIGATEWAY, "_request_validators")
RESOURCES = Seam(_APIGATEWAY, "_resources")
CHECK = Seam(
    _APIGATEWAY, "_check_request_validation", "(method_obj, api_id, request, headers, body, query_params)"
)
SEAMS = (VALIDATORS, RESOURCES, CHECK)


def install() -> None:
    handlers = cloudformation.HANDLERS.get()
    handlers["AWS::ApiGateway::RequestValidator"] = {"create": _create, "update": _update, "delete": _delete}
    method = handlers["AWS::ApiGateway::Method"]
    for operation, position in (("create", 1), ("update", 2)):
        method[operation] = _naming_validator(method[operation], position)


def _create(logical_id: str, properties: dict[str, Any], stack: str) -> cloudformation.Provisioned:
    identifier = uuid.uuid4().hex[:6]
    _put(identifier, properties)
    return identifier, {"RequestValidatorId": identifier}


def _update(identifier: str, old: dict[str, Any], new: dict[str, Any], stack: str) -> cloudformation.Provisioned:
    # The name is create-only on AWS; keeping the id spares its methods an update.
    _delete(identifier, old)
    _put(identifier, new)
    return identifier, {"RequestValidatorId": identifier}


def _delete(identifier: str, properties: dict[str, Any]) -> None:
    VALIDATORS.get().get(properties["RestApiId"], {}).pop(identifier, None)


def _put(identifier: str, properties: dict[str, Any]) -> None:
    VALIDATORS.get().setdefault(properties["RestApiId"], {})[identifier] = {
        "id": identifier,
        "name": properties.get("Name", ""),
        "validateRequestBody": str(properties.get("ValidateRequestBody")).lower() == "true",
        "validateRequestParameters": str(properties.get("ValidateRequestParameters")).lower() == "true",
    }


def _naming_validator(operation, position_of_properties: int):
    def provision(*arguments):
        provisioned = operation(*arguments)
        properties = arguments[position_of_properties]
        resource = RESOURCES.get()[properties["RestApiId"]][properties["ResourceId"]]
        method = resource["resourceMethods"][properties.get("HttpMethod", "ANY")]
        method["requestValidatorId"] = properties.get("RequestValidatorId")
        return provisioned

    return provision
