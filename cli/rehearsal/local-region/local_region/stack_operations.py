"""Answer a stack operation when it is done.

MiniStack answers at once and works for another fraction of a second. The CDK CLI looks right after the answer, and then
only every five seconds: with a stack that settled before, it goes on immediately.
"""

from __future__ import annotations

import asyncio
import re
import time

from .guards import Seam

_CLOUDFORMATION = "ministack.services.cloudformation"
HANDLE = Seam(_CLOUDFORMATION, "handle_request", "(method, path, headers, body, query_params)")
STACKS = Seam(_CLOUDFORMATION, "_stacks")
SEAMS = (HANDLE, STACKS)

PATIENCE_SECONDS = 4.0
"""Below the CLI's own interval; a stack that takes longer, say for a custom resource, is left to its polling."""

_STARTS_WORK = re.compile(rb"(?:^|&)Action=(?:CreateStack|UpdateStack|ExecuteChangeSet|DeleteStack)(?:&|$)")
_WORKING = re.compile(r"^(?!REVIEW_).*_IN_PROGRESS$")


def install() -> None:
    HANDLE.wrap(_answering_late)


def _answering_late(handle):
    async def handle_request(method, path, headers, body, query_params):
        response = await handle(method, path, headers, body, query_params)
        if _STARTS_WORK.search(body or b""):
            deadline = time.monotonic() + PATIENCE_SECONDS
            while _any_stack_works() and time.monotonic() < deadline:
                await asyncio.sleep(0.01)
        return response

    return handle_request


def rolls_back(stack_name: str) -> bool:
    """Whether what happens to the stack's resources now is a rollback."""
    return "ROLLBACK" in STACKS.get().get(stack_name, {}).get("StackStatus", "")


def _any_stack_works() -> bool:
    return any(_WORKING.match(stack.get("StackStatus", "")) for stack in list(STACKS.get().values()))
