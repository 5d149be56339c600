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
    handler = HANDLERS.get()[service]
    status, _, content = CALL.get()(handler, "POST", "/", headers, json.dumps(body).encode(), {}, TIMEOUT_SECONDS)
    text = content if isinstance(content, str) else content.decode()
    if status >= 400:
        raise ApiError(f"{operation}: {text}")
    return json.loads(text) if text else {}
