"""Serve a local region, and end it with all that it started."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
import threading

from hypercorn.asyncio import serve
from hypercorn.config import Config

from .region import Region
from .seams import LAMBDA_WORKERS
from .settings import HOST, Settings


def run(settings: Settings) -> None:
    """Serve until SIGTERM, SIGINT or, if so told, the end of standard input."""
    region = Region(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())
    if settings.exit_with_parent:
        threading.Thread(target=_stop_at_end_of_input, name="parent-watch", daemon=True).start()
    _raise_file_limit()
    region.start()

    config = Config()
    config.bind = [f"{HOST}:{settings.port}"]
    config.keep_alive_timeout = 75
    config.loglevel = os.environ["LOG_LEVEL"]
    # With a trigger of ours, though it never fires, hypercorn leaves the signals alone.
    asyncio.run(_serve(region, config))


async def _serve(region: Region, config: Config) -> None:
    # Kept here, because a loop only knows its tasks weakly.
    writing = asyncio.create_task(region.keep_writing())
    await serve(region.gateway, config, shutdown_trigger=_never)
    writing.cancel()


def stop() -> None:
    """End at once, with all Lambda functions. What must last is in SQLite already."""
    workers = [worker for pool in list(LAMBDA_WORKERS.get().values()) for worker in pool]
    functions = [worker._proc for worker in workers if worker._proc is not None]
    for function in functions:
        function.kill()
    for function in functions:
        function.wait()
    os._exit(0)


async def _never() -> None:
    await asyncio.Event().wait()


def _stop_at_end_of_input() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    stop()


def _raise_file_limit() -> None:
    """A burst of connections takes more files than the usual limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
