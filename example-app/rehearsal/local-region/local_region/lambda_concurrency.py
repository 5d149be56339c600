"""How many invocations of a function run at the same time.

MiniStack starts a process for each, as AWS has an execution environment for each. On a machine of a few cores a burst, such
as the work that has gathered while a region was frozen, would start so many that none comes to its end in time, which makes
callers send more. Here the surplus waits for a free one.

A function that invokes itself synchronously, more than `AT_ONCE` deep, would wait for itself.
"""

from __future__ import annotations

import threading
from collections import defaultdict

from .lambda_errors import EXECUTE

AT_ONCE = 4


def install() -> None:
    EXECUTE.wrap(limited)


def limited(execute, at_once: int = AT_ONCE):
    slots: defaultdict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(at_once))
    creating = threading.Lock()

    def execute_function(func, event, request_id):
        with creating:
            slot = slots[(func.get("config") or func).get("FunctionName", "")]
        with slot:
            return execute(func, event, request_id)

    return execute_function
