"""Refuse what AWS refuses, before MiniStack says yes to it.

An operation of a service is answered with AWS's error; the deployment of a resource fails with the same code and words,
in the form that CloudFormation gives them: "... (Service: Lambda, Status Code: 400, ...)", see
https://github.com/mongodb/docs-worker-pool/pull/878
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from . import cloudformation
from .guards import Seam

ERROR_RESPONSE = Seam(
    "ministack.core.responses",
    "error_response_json",
    "(code, message, status=400, extra=None, *, message_key='message', content_type='application/x-amz-json-1.0')",
)
SEAMS = (ERROR_RESPONSE,)


class Refusal(Exception):
    def __init__(self, service: str, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{message} (Service: {service}, Status Code: {status}, Error Code: {code})")
        self.code = code
        self.message = message
        self.status = status

    def response(self) -> tuple:
        return ERROR_RESPONSE.get()(self.code, self.message, self.status)


def answer(operation: Callable[..., tuple]) -> Callable[..., tuple]:
    """The operation of a service with a JSON protocol, that answers a refusal."""

    @functools.wraps(operation)
    def answering(*arguments, **options):
        try:
            return operation(*arguments, **options)
        except Refusal as refusal:
            return refusal.response()

    return answering


def before(seam: Seam, check: Callable[..., None]) -> None:
    """Have `check` see the arguments of an operation first. It raises a `Refusal`, or does nothing."""

    def wrap(operation):
        @functools.wraps(operation)
        def checked(*arguments, **options):
            check(*arguments, **options)
            return operation(*arguments, **options)

        return answer(checked)

    seam.wrap(wrap)


def before_deployment(
    resource_type: str, check: Callable[[dict[str, Any]], None], *, operations: tuple[str, ...] = ("create", "update")
) -> None:
    """Have `check` see the new properties of a resource first."""
    handler = cloudformation.HANDLERS.get()[resource_type]
    positions = {"create": 1, "update": 2}
    for operation in operations:
        handler[operation] = _checked(handler[operation], check, positions[operation])


def _checked(operation, check, position_of_properties: int):
    def provision(*arguments):
        check(arguments[position_of_properties])
        return operation(*arguments)

    return provision
