"""Faults of services on demand, so that a drill can see what an app makes of them.

They are a switch of this process, at the path `service-faults`; nothing that is deployed knows of it. What fails are
requests over HTTP: of functions, of customers of the deployed APIs, and of all clients but those that observe. What
services do among themselves (a rule that sends to a queue, a workflow that calls a function) is not touched. A request is

- throttled: refused by the code and status that the service's model has for it, see `service_models`;
- denied: refused as by IAM, https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html;
- expired: refused as with a session token that is too old, by the same page;
- silent: never answered;
- slow: served some seconds later.

A deployed API refuses with 429 and 403, https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from . import service_models, service_requests
from .gateway import BadRequest, read_body
from .guards import Seam
from .service_requests import APIS, ServiceRequest

REFUSAL = Seam(
    "ministack.core.iam_actions",
    "access_denied_response",
    "(service, action, principal_arn, request_id, *, error_code='', message='', headers=None, resource_arn='*',"
    " explicit_deny=False, resource_policy_arn='')",
)
SEAMS = (REFUSAL,)

ROUTE = "service-faults"
HOW = ("throttled", "denied", "expired", "silent", "slow")

_API_REFUSALS = {
    "throttled": (429, "Too Many Requests"), "denied": (403, "Forbidden"),
    "expired": (403, "The security token included in the request is expired"),
}  # fmt: skip
_MESSAGES = {
    "ProvisionedThroughputExceededException": (
        "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning"
        " level with the UpdateTable API."
    )
}

Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Fault:
    service: str
    how: str
    action: str | None = None
    seconds: float = 0
    share: float = 1

    def __post_init__(self) -> None:
        if self.how not in HOW:
            raise BadRequest(f'"how" has to be one of {", ".join(HOW)}')
        if not isinstance(self.service, str) or not (self.service == APIS or service_models.model(self.service)):
            raise BadRequest(f'"service" has to be as in an endpoint\'s name, such as dynamodb: {self.service!r}')
        if self.action is not None and not self._has_action():
            raise BadRequest(f"{self.service} has no action {self.action!r} that could fail by itself")
        if not _is_number(self.seconds) or not 0 <= self.seconds <= 600:
            raise BadRequest('"seconds" has to be a number from 0 to 600')
        if not _is_number(self.share) or not 0 <= self.share <= 1:
            raise BadRequest('"share" has to be a number from 0 to 1')

    def _has_action(self) -> bool:
        # A request to S3 says what it is by its host, path and query.
        return self.service not in (APIS, "s3") and service_models.has_action(self.service, self.action)

    def concerns(self, request: ServiceRequest) -> bool:
        return self.service == request.service and self.action in (None, request.action)


class ServiceFaults:
    def __init__(self, seed: int = 0) -> None:
        self._faults: list[Fault] = []
        self._random = random.Random(seed)

    @property
    def now(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._faults]

    def set(self, faults: Any) -> None:
        """Have these faults, and no others, from now on."""
        if not isinstance(faults, list) or not all(isinstance(fault, dict) for fault in faults):
            raise BadRequest('"faults" has to be a list of faults')
        try:
            self._faults = [Fault(**fault) for fault in faults]
        except TypeError as error:
            raise BadRequest(f"this is no fault of a service: {error}") from error

    def around(self, app: Any) -> Any:
        """An ASGI application that answers what is to fail, and leaves the rest to another one."""

        async def serve(scope, receive, send) -> None:
            if not self._faults or scope["type"] != "http":
                await app(scope, receive, send)
                return
            body = await read_body(receive)
            request = service_requests.read(scope, body)
            for fault in [] if request.is_observing else list(self._faults):
                if not fault.concerns(request) or self._random.random() >= fault.share:
                    continue
                if fault.how == "slow":
                    await asyncio.sleep(fault.seconds)
                elif fault.how == "silent":
                    await until_it_gives_up(receive)
                    return
                else:
                    await answer(send, refusal(request, fault.how))
                    return
            await app(scope, _again(body, receive), send)

        return serve


def refusal(request: ServiceRequest, how: str) -> Answer:
    """In the form of the service, whichever protocol it speaks."""
    if request.service == APIS:
        status, message = _API_REFUSALS[how]
        return status, {"Content-Type": "application/json"}, json.dumps({"message": message}).encode()
    action = f"{request.service}:{request.action or '*'}"
    options: dict[str, Any] = {"headers": request.headers}
    status = None
    if how == "throttled":
        code, status = service_models.throttled(request.service, request.action)
        options |= {"error_code": code, "message": _MESSAGES.get(code, "Rate exceeded")}
    elif how == "expired":
        code = "ExpiredTokenException" if "x-amz-target" in request.headers else "ExpiredToken"
        options |= {"error_code": code, "message": _API_REFUSALS[how][1]}
        status = 400 if "x-amz-target" in request.headers else None
    else:
        options["message"] = f"User is not authorized to perform: {action}"
        # Where the protocol has no statuses for errors, by CommonErrors.
        status = 400 if "x-amz-target" in request.headers else None
    found, headers, body = REFUSAL.get()(request.service, action, "", str(uuid.uuid4()), **options)
    return status or found, headers, body


async def answer(send, refused: Answer) -> None:
    status, headers, body = refused
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    encoded.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


async def until_it_gives_up(receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _again(body: bytes, receive):
    """The request for another application, which has not seen it yet."""
    unread = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again():
        return unread.pop() if unread else await receive()

    return receive_again


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
