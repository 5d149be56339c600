"""Calls to the emulator's own services, by the same JSON protocol as any client: sturdier than private functions."""

from __future__ import annotations

import json
from typing import Any

from .guards import Seam

CALL = Seam(
    "ministack.app", "call_service_handler_sync", "(handler, method, path, headers, body, query_params, timeout=None)"
)
HANDLERS = Seam("ministack.app", "SERVICE_HANDLERS")
SEAMS = (CALL, HANDLERS)

TIMEOUT_SECONDS = 30


class ApiError(Exception):
    """A service of this region refused a call."""


def call(service: str, operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """Call `operation` (an `X-Amz-Target`), from any thread but the event loop's."""
    headers = {"x-amz-target": operation, "content-type": "application/x-amz-json-1.1"}
    content = request(service, "POST", "/", headers, json.dumps(body).encode())
    return json.loads(content) if content else {}


def request(service: str, method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    status, _, content = CALL.get()(HANDLERS.get()[service], method, path, headers, body, {}, TIMEOUT_SECONDS)
    content = content.encode() if isinstance(content, str) else content
    if status >= 400:
        raise ApiError(f"{service} {method} {headers.get('x-amz-target', path)}: {content.decode(errors='replace')}")
    return content
