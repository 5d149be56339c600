"""What goes on in a region whose process was killed and started again, and how that differs from AWS.

There nothing is lost, and what was under way goes on where it was. Here

- a workflow that ran goes on at the beginning of the state that it was in: a task is done once more, a wait waits anew;
  one with variables begins again, and an Express workflow that somebody waited for has failed;
- an asynchronous invocation that was not done is done again, its attempts anew;
- a stack that was being changed has failed, and can be deployed again or deleted;
- replays, deployments of CodeDeploy that shifted, and moves of messages that were under way are over;
- a pipe or a mapping may read the last records of a stream once more;
- a transaction in PartiQL that was rolled back may be there;
- metrics, lines of logs and the account of permissions are gone; faults, the partition and the lag are as at the start.
"""

from __future__ import annotations

import logging
import re
import socket
import threading
import time

from . import async_invocations, event_loop, scope, workflow_resumption
from .guards import Seam
from .settings import HOST
from .stack_operations import STACKS

EXECUTIONS = Seam("ministack.services.stepfunctions", "_executions")
MAPPINGS = Seam("ministack.services.lambda_svc", "_esms")
POLL_MAPPINGS = Seam("ministack.services.lambda_svc", "_ensure_poller", "()")
PIPES = Seam("ministack.services.pipes", "_pipes")
POLL_PIPES = Seam("ministack.services.pipes", "_ensure_poller", "()")
SEAMS = (EXECUTIONS, MAPPINGS, POLL_MAPPINGS, PIPES, POLL_PIPES, *workflow_resumption.SEAMS)

PATIENCE_SECONDS = 30.0

_WORKING = re.compile(r"^(?!REVIEW_)(?P<operation>.+?)(?P<cleanup>_COMPLETE_CLEANUP)?_IN_PROGRESS$")

logger = logging.getLogger(__name__)


def start(port: int, accepted: async_invocations.Accepted) -> None:
    """Have all go on as soon as the process serves."""
    fail_unfinished_stacks()
    threading.Thread(target=_go_on, args=(port, accepted), name="resumption", daemon=True).start()


def fail_unfinished_stacks() -> None:
    for _, stack in STACKS.get().all_items():
        found = _WORKING.match(stack.get("StackStatus", ""))
        if found:
            end = "COMPLETE" if found["cleanup"] else "FAILED"
            stack["StackStatus"] = f"{found['operation']}_{end}"
            stack["StackStatusReason"] = "the process of the region was killed meanwhile"


def _go_on(port: int, accepted: async_invocations.Accepted) -> None:
    if not _serves(port):
        return
    if MAPPINGS.get().has_any():
        POLL_MAPPINGS.get()()
    if PIPES.get().has_any():
        POLL_PIPES.get()()
    for (account, region, arn), execution in EXECUTIONS.get().all_items():
        if execution.get("status") == "RUNNING":
            with scope.within(account, region):
                workflow_resumption.go_on(arn, execution)
    for function, event in accepted.take():
        _, _, _, region, account, *_ = function.split(":")
        with scope.within(account, region):
            if not async_invocations.invoke_by_arn(function, event):
                logger.warning("an invocation of %s is lost: the function is gone", function)


def _serves(port: int) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if event_loop.MAIN_LOOP.get() is not None:
            try:
                socket.create_connection((HOST, port), 1).close()
                return True
            except OSError:
                pass
        time.sleep(0.05)
    return False
