"""Reserved concurrency of functions: a limit, and places that no other function takes.

MiniStack knows it by its API only, not from a template, and has functions with a reservation throttled when all functions
together are at the account's limit. On AWS what is reserved is not of that pool:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html

The account's limit is what the machine can bear, so reservations are not subtracted from it. Of what is admitted,
`lambda_concurrency` lets a few run at the same time.
"""

from __future__ import annotations

import functools
import threading
from collections import Counter
from typing import Any

from . import cloudformation
from .guards import Seam

_LAMBDA = "ministack.services.lambda_svc"
ACQUIRE = Seam(_LAMBDA, "_acquire_execution_slot", "(func, config)")
RELEASE = Seam(_LAMBDA, "_release_execution_slot", "(key)")
KEY = Seam(_LAMBDA, "_inflight_key", "(config)")
RESERVED = Seam(_LAMBDA, "_reserved_concurrency", "(func, config)")
ACCOUNT_LIMIT = Seam(_LAMBDA, "_ACCOUNT_CONCURRENCY_CAP")
FUNCTIONS = Seam(_LAMBDA, "_functions")
SEAMS = (ACQUIRE, RELEASE, KEY, RESERVED, ACCOUNT_LIMIT, FUNCTIONS)

TYPE = "AWS::Lambda::Function"

Place = tuple[str, bool]
"""Of which function, and whether it is one of those that are reserved for it."""


def install() -> None:
    places = Places()
    ACQUIRE.wrap(lambda acquire: places.acquire)
    RELEASE.wrap(lambda release: places.release)
    handler = cloudformation.HANDLERS.get()[TYPE]
    handler["create"] = _reserving(handler["create"], position_of_properties=1)
    handler["update"] = _reserving(handler["update"], position_of_properties=2)


class Places:
    """The invocations that run or wait for their turn."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()
        self._unreserved = 0

    def acquire(self, func: dict[str, Any], config: dict[str, Any]) -> tuple[Place | None, str | None]:
        """A place, or which limit there is none for: the function's or the account's."""
        reserved, name, limit = RESERVED.get()(func, config), KEY.get()(config), ACCOUNT_LIMIT.get()
        with self._lock:
            if reserved is not None and self._taken[name] >= reserved:
                return None, "function"
            if reserved is None and 0 < limit <= self._unreserved:
                return None, "account"
            self._taken[name] += 1
            self._unreserved += reserved is None
        return (name, reserved is not None), None

    def release(self, place: Place) -> None:
        name, is_reserved = place
        with self._lock:
            self._taken[name] -= 1
            self._unreserved -= not is_reserved


def _reserving(provision, position_of_properties: int):
    @functools.wraps(provision)
    def provision_function(*arguments, **options):
        answer = provision(*arguments, **options)
        reserved = arguments[position_of_properties].get("ReservedConcurrentExecutions")
        FUNCTIONS.get()[answer[0]]["concurrency"] = None if reserved is None else int(reserved)
        return answer

    return provision_function
