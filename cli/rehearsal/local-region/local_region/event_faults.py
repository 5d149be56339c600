"""Faults of EventBridge on demand, so that a drill can see what becomes of an app that cannot publish.

They are a switch of this process, at the path `event-faults`; nothing that is deployed knows of it. While it is on,
PutEvents that comes over HTTP, as from a function, is answered in one of these ways:

- throttled, denied: the request is refused, see
  https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html
- refused: the request is taken, and each entry in it is refused, see
  https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
- silent: the request is never answered.

With `pipes`, the region's pipes stand still as well. What services publish by themselves is not touched.
"""

from __future__ import annotations

import json
from typing import Any

from .gateway import BadRequest

ROUTE = "event-faults"
PUT_EVENTS = b"AWSEvents.PutEvents"

_ERRORS = {
    "throttled": ("ThrottlingException", "Rate exceeded"),
    "denied": ("AccessDeniedException", "User is not authorized to perform: events:PutEvents"),
}
KINDS = (*_ERRORS, "refused", "silent")


class EventFaults:
    def __init__(self) -> None:
        self._put_events: str | None = None
        self._pipes = False

    @property
    def now(self) -> dict[str, Any]:
        return {"putEvents": self._put_events, "pipes": self._pipes}

    def set(self, faults: Any) -> None:
        """Have these faults, and no others, from now on."""
        if not isinstance(faults, dict) or set(faults) - {"putEvents", "pipes"}:
            raise BadRequest('only "putEvents" and "pipes" can fail')
        put_events, pipes = faults.get("putEvents"), faults.get("pipes", False)
        if put_events not in (None, *KINDS):
            raise BadRequest(f'"putEvents" has to be one of {", ".join(KINDS)}, or null')
        if not isinstance(pipes, bool):
            raise BadRequest('"pipes" has to be true or false')
        self._put_events, self._pipes = put_events, pipes

    def pipes_stand_still(self) -> bool:
        return self._pipes

    def around(self, app: Any) -> Any:
        """An ASGI application that answers what is to fail, and leaves the rest to another one."""

        async def serve(scope, receive, send) -> None:
            is_publishing = scope["type"] == "http" and (b"x-amz-target", PUT_EVENTS) in scope["headers"]
            if not (is_publishing and self._put_events):
                await app(scope, receive, send)
            elif self._put_events == "silent":
                while (await receive())["type"] != "http.disconnect":
                    pass
            else:
                await _fail(self._put_events, receive, send)

        return serve


async def _fail(kind: str, receive, send) -> None:
    body = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            break
    headers = [(b"content-type", b"application/x-amz-json-1.1")]
    if kind in _ERRORS:
        code, message = _ERRORS[kind]
        status, answer = 400, {"__type": code, "message": message}
        headers.append((b"x-amzn-errortype", code.encode()))
    else:
        entries = json.loads(body)["Entries"]
        refusal = {"ErrorCode": "InternalFailure", "ErrorMessage": "The request failed because of an internal error"}
        status, answer = 200, {"FailedEntryCount": len(entries), "Entries": [refusal for _ in entries]}
    content = json.dumps(answer).encode()
    headers.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
