"""A REST API whose default endpoint is disabled is reached by its custom domain names only.

"Clients can still connect to your default endpoint, but they will receive a 403 Forbidden status code", see
https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-disable-default-endpoint.html. MiniStack serves it
all the same, and its CloudFormation drops the property of a new API.
"""

from __future__ import annotations

import functools

from . import cloudformation
from .api_hosts import EXECUTE, EXECUTE_URL, forbidden
from .guards import Seam

API_SCOPE = Seam("ministack.services.apigateway_v1", "find_api_scope", "(api_id)")
APIS = Seam("ministack.services.apigateway_v1", "_rest_apis")
SEAMS = (API_SCOPE, APIS)

TYPE = "AWS::ApiGateway::RestApi"


def install() -> None:
    handler = cloudformation.HANDLERS.get()[TYPE]
    handler["create"] = _keeping_the_property(handler["create"])
    EXECUTE.wrap(_refusing)


def _keeping_the_property(create):
    def create_api(logical_id, properties, stack):
        physical_id, attributes = create(logical_id, properties, stack)
        APIS.get()[physical_id]["disableExecuteApiEndpoint"] = _is_true(properties.get("DisableExecuteApiEndpoint"))
        return physical_id, attributes

    return create_api


def _refusing(execute):
    @functools.wraps(execute)
    async def execute_api(host, path, *arguments, **options):
        by_default_endpoint = EXECUTE_URL.get()(host, path)
        if by_default_endpoint is not None and _is_disabled(by_default_endpoint[0]):
            return forbidden()
        return await execute(host, path, *arguments, **options)

    return execute_api


def _is_disabled(api_id: str) -> bool:
    owner = API_SCOPE.get()(api_id)
    return owner is not None and _is_true(APIS.get().get_scoped(*owner, api_id, {}).get("disableExecuteApiEndpoint"))


def _is_true(value: object) -> bool:
    """Templates may say it as text."""
    return str(value).lower() == "true"
