"""Faults of EventBridge on demand, so that a drill can see what becomes of an app that cannot publish.

They are a switch of this process, at the path `event-faults`; nothing that is deployed knows of it. While it is on,
PutEvents that comes over HTTP, as from a function, is throttled, denied or silent, see `service_faults`, or

- refused: the request is taken, and each entry in it is refused, see
  https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html

With `pipes`, the region's pipes stand still as well. What services publish by themselves is not touched.
"""

from __future__ import annotations

import json
from typing import Any

from .gateway import BadRequest, read_body
from .service_faults import ServiceFaults, answer

ROUTE = "event-faults"
PUT_EVENTS = b"AWSEvents.PutEvents"
KINDS = ("throttled", "denied", "refused", "silent")

_REFUSAL = {"ErrorCode": "InternalFailure", "ErrorMessage": "The request failed because of an internal error"}


class EventFaults:
    def __init__(self) -> None:
        self._put_events: str | None = None
        self._pipes = False
        self._requests = ServiceFaults()

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
        how = put_events if put_events in ("throttled", "denied", "silent") else None
        self._requests.set([{"service": "events", "action": "PutEvents", "how": how}] if how else [])

    def pipes_stand_still(self) -> bool:
        return self._pipes

    def around(self, app: Any) -> Any:
        """An ASGI application that answers what is to fail, and leaves the rest to another one."""
        failing = self._requests.around(app)

        async def serve(scope, receive, send) -> None:
            is_publishing = scope["type"] == "http" and (b"x-amz-target", PUT_EVENTS) in scope["headers"]
            if is_publishing and self._put_events == "refused":
                entries = json.loads(await read_body(receive))["Entries"]
                refused = {"FailedEntryCount": len(entries), "Entries": [_REFUSAL for _ in entries]}
                await answer(send, (200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(refused).encode()))
            else:
                await failing(scope, receive, send)

        return serve
