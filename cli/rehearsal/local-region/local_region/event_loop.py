"""Work that belongs on the event loop, from any thread.

MiniStack's stores have no locks: it counts on requests that run one after the other, on its event loop. What its
threads change, or ours, can be lost when a request rebuilds the same list at that moment.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from typing import Any

from .guards import Seam

MAIN_LOOP = Seam("ministack.app", "_MAIN_LOOP")
SEAMS = (MAIN_LOOP,)


def run(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Call the function on the event loop, in the scope of the caller, and wait for what it returns.

    Where there is no loop yet, or this is it, the call is an ordinary one.
    """
    loop = MAIN_LOOP.get()
    if loop is None or loop is _running():
        return function(*arguments, **options)

    async def call() -> Any:
        return function(*arguments, **options)

    return asyncio.run_coroutine_threadsafe(call(), loop).result()


def soon(function: Callable[..., Any], *arguments: Any) -> None:
    """Call the function on the event loop, in the scope of the caller, without waiting for it.

    Where there is no loop yet, or this is it, the call is an ordinary one.
    """
    loop = MAIN_LOOP.get()
    if loop is None or loop is _running():
        function(*arguments)
    else:
        loop.call_soon_threadsafe(function, *arguments)


def running(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, run by the event loop whoever calls it."""
    return functools.wraps(function)(functools.partial(run, function))


def _running() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
