"""How many invocations of a function run at the same time.

MiniStack starts a process for each, as AWS has an execution environment for each. On a machine of a few cores a burst, such
as the work that has gathered while a region was frozen, would start so many that none comes to its end in time, which makes
callers send more. Here the surplus waits for a free one.

A function that invokes itself synchronously, more than `AT_ONCE` deep, would wait for itself.

For the same reason an event source mapping reads no more batches of a queue than one that can wait: what was read waits
at the cost of its visibility timeout. A lower `MaximumConcurrency` holds:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
"""

from __future__ import annotations

import threading
from collections import defaultdict

from .guards import Seam
from .lambda_errors import EXECUTE

BATCHES = Seam("ministack.services.lambda_svc", "_sqs_esm_concurrency", "(esm, func_rec, config, queue=None)")
SEAMS = (BATCHES,)

AT_ONCE = 4


def install() -> None:
    EXECUTE.wrap(limited)
    BATCHES.wrap(lambda batches: lambda *arguments: min(batches(*arguments), AT_ONCE + 1))


def limited(execute, at_once: int = AT_ONCE):
    slots: defaultdict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(at_once))
    creating = threading.Lock()

    def execute_function(func, event, request_id):
        with creating:
            slot = slots[(func.get("config") or func).get("FunctionName", "")]
        with slot:
            return execute(func, event, request_id)

    return execute_function
