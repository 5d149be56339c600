"""Context variables as identity sources of an authorizer.

They are part of the key by which API Gateway keeps an authorizer's answer, and count as missing only if they are empty:
https://docs.aws.amazon.com/apigateway/latest/developerguide/configure-api-gateway-lambda-authorization-with-console.html
MiniStack takes all of them for missing, and so refuses every request without asking the authorizer. Those that say which
method is called are known here: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

from __future__ import annotations

from contextvars import ContextVar

from .guards import Seam

_APIGATEWAY = "ministack.services.apigateway_v1"
AUTHORIZE = Seam(
    _APIGATEWAY,
    "_authorize_request_v1",
    "(api_id, stage_name, method_obj, method, request_path, resource, headers, body, query_params, path_params, stage, "
    "owner_account_id, owner_region)",
)
IDENTITY_SOURCES = Seam(
    _APIGATEWAY, "_request_identity_sources", "(identity_source, headers, query_params, stage)"
)
ERROR = Seam(_APIGATEWAY, "_gw_error", "(response_type, message)")
SEAMS = (AUTHORIZE, IDENTITY_SOURCES, ERROR)

_PREFIX = "context."
_context: ContextVar[dict[str, str]] = ContextVar("context", default={})


class _SourceMissing(Exception):
    pass


def install() -> None:
    AUTHORIZE.wrap(_knowing_the_method)
    IDENTITY_SOURCES.wrap(_with_context)


def _knowing_the_method(authorize):
    async def authorize_request(api_id, stage_name, method_obj, method, request_path, resource, *others):
        token = _context.set({
            "apiId": api_id,
            "httpMethod": method,
            "path": f"/{stage_name}{request_path}",
            "resourceId": resource["id"],
            "resourcePath": resource["path"],
            "stage": stage_name,
        })
        try:
            return await authorize(api_id, stage_name, method_obj, method, request_path, resource, *others)
        except _SourceMissing:
            return ERROR.get()("UNAUTHORIZED", "Unauthorized"), None
        finally:
            _context.reset(token)

    return authorize_request


def _with_context(resolve):
    def resolve_sources(identity_source, headers, query_params, stage):
        are_present, values = True, []
        for source in filter(None, (part.strip() for part in (identity_source or "").split(","))):
            if source.startswith(_PREFIX):
                found = [_context.get().get(source.removeprefix(_PREFIX), "")]
                is_present = bool(found[0])
            else:
                is_present, found = resolve(source, headers, query_params, stage)
            are_present = are_present and is_present
            values += found
        if not are_present:
            raise _SourceMissing
        return are_present, values

    return resolve_sources
