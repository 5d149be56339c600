"""Which service, and which of its actions, a request is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from . import service_models
from .api_hosts import EXECUTE_URL, SERVICE, host_of, is_api

APIS = "apigateway"
"""As a service that fails: the requests to deployed APIs, not those that manage them."""
OBSERVER = "local-region-observer"
"""A client with this in its user agent sees the region as it is, and no faults."""


@dataclass(frozen=True)
class ServiceRequest:
    service: str
    action: str | None
    headers: dict[str, str]

    @property
    def is_observing(self) -> bool:
        return any(OBSERVER in self.headers.get(name, "") for name in ("user-agent", "x-amz-user-agent"))


def read(scope: Any, body: bytes) -> ServiceRequest:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    host, path, method = host_of(scope), scope["path"], scope["method"]
    if is_api(host) or EXECUTE_URL.get()(host, path):
        return ServiceRequest(APIS, None, headers)
    query = parse_qs(scope["query_string"].decode("latin-1"))
    service = SERVICE.get()(method, path, headers, query)
    # Those who manage APIs are no customers of them.
    service = f"{APIS}-control" if service == APIS else service
    return ServiceRequest(service, _action(service, method, path, headers, query, body), headers)


def _action(
    service: str, method: str, path: str, headers: dict[str, str], query: dict[str, list[str]], body: bytes
) -> str | None:
    target = headers.get("x-amz-target")
    if target:
        return target.rpartition(".")[2]
    if "/operation/" in path:
        # https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
        return path.rpartition("/")[2]
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        query = query | parse_qs(body.decode("latin-1"))
    if "Action" in query:
        return query["Action"][0]
    return service_models.action_at(service, method, path)
