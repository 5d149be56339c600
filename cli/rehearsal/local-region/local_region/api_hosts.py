"""Which requests are for a deployed API, by the host that they name, and that API Gateway alone answers those.

MiniStack looks at the path first: /health, what begins with /_ministack/ or /_localstack/, CORS preflights, sign-in pages
of user pools, container registries, table catalogs and more it answers by itself whatever the host is. An API that has
such a route would never be asked, and a health check of `/health` would be told that this process lives. Here a request
to a name that is neither this process's address nor one of AWS's own is for API Gateway: for the API behind that custom
domain name, or, where there is none, for nobody.

What a client gets at a name without an API, AWS does not document; here it is 403, as for much else that is not there,
https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden
"""

from __future__ import annotations

import functools
import ipaddress
import json
from typing import Any

from .guards import Seam
from .settings import HOST

_APP = "ministack.app"
BEFORE_BODY = Seam(_APP, "_handle_pre_body_request", "(method, path, headers, query_params, request_id)")
AFTER_BODY = Seam(_APP, "_handle_post_body_shortcuts", "(method, path, headers, body, query_params, request_id)")
DATA_PLANE = Seam(
    _APP,
    "_handle_special_data_plane_request",
    "(method, path, headers, body, query_params, request_id, raw_path=None, raw_query_string='', client_ip='127.0.0.1')",
)
EXECUTE = Seam(
    _APP,
    "_handle_execute_api_request",
    "(host, path, method, headers, body, query_params, raw_path=None, raw_query_string=None)",
)
EXECUTE_URL = Seam(_APP, "_parse_execute_api_url", "(host, path)")
WITH_REQUEST_ID = Seam(
    _APP, "_with_data_plane_headers", "(response, request_id, include_s3_id=False, wildcard_cors=True)"
)
SERVICE = Seam(_APP, "detect_service", "(method, path, headers, query_params)")
DEFAULT_ENDPOINT = Seam(_APP, "_EXECUTE_API_RE")
SEAMS = (
    BEFORE_BODY,
    AFTER_BODY,
    DATA_PLANE,
    EXECUTE,
    EXECUTE_URL,
    WITH_REQUEST_ID,
    SERVICE,
    DEFAULT_ENDPOINT,
)

AWS_DOMAINS = ("amazonaws.com", "amazonaws.com.cn", "cloudfront.net", "on.aws", "localhost", HOST)
"""Names below these are AWS's, or MiniStack's for want of them."""


def install() -> None:
    BEFORE_BODY.wrap(_for_aws_only)
    AFTER_BODY.wrap(_for_aws_only)
    SERVICE.wrap(_api_gateway)
    EXECUTE_URL.wrap(_by_host)
    DATA_PLANE.wrap(_by_the_api_alone)


def is_customers(host: str) -> bool:
    """Whether a `Host` is a name that only an API of a customer of AWS can have."""
    name = host.rsplit(":", 1)[0].rstrip(".").lower() if not host.endswith("]") else host
    return "." in name and not _is_address(name) and not any(name == d or name.endswith(f".{d}") for d in AWS_DOMAINS)


def is_api(host: str) -> bool:
    """Whether a request is for API Gateway's data plane, whatever its path."""
    return is_customers(host) or DEFAULT_ENDPOINT.get().match(host) is not None


def host_of(scope: Any) -> str:
    """The `Host` of an ASGI request."""
    return dict(scope["headers"]).get(b"host", b"").decode("latin-1")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _for_aws_only(handle):
    @functools.wraps(handle)
    async def handle_unless_api(method, path, headers, *rest):
        return None if is_api(headers.get("host", "")) else await handle(method, path, headers, *rest)

    return handle_unless_api


def _api_gateway(detect):
    """Not S3, which would have HEAD requests answered in its own form."""

    @functools.wraps(detect)
    def detect_service(method, path, headers, query_params):
        return "apigateway" if is_api(headers.get("host", "")) else detect(method, path, headers, query_params)

    return detect_service


def _by_host(parse):
    """MiniStack also takes the API's id from the path, which is a route like any other where the host names the API."""

    @functools.wraps(parse)
    def parse_execute_api_url(host, path):
        return None if is_customers(host) else parse(host, path)

    return parse_execute_api_url


def _by_the_api_alone(handle):
    @functools.wraps(handle)
    async def handle_data_plane(method, path, headers, body, query_params, request_id, **options):
        host = headers.get("host", "")
        if not is_api(host):
            return await handle(method, path, headers, body, query_params, request_id, **options)
        raw = {key: options.get(key) for key in ("raw_path", "raw_query_string")}
        response = await EXECUTE.get()(host, path, method, headers, body, query_params, **raw) or forbidden()
        return WITH_REQUEST_ID.get()(response, request_id, wildcard_cors=False)

    return handle_data_plane


def forbidden() -> tuple[int, dict[str, str], bytes]:
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": "ForbiddenException"}
    return 403, headers, json.dumps({"message": "Forbidden"}).encode()
