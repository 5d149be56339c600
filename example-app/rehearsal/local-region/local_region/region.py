"""Put the parts of a local region together, and serve."""

from __future__ import annotations

import asyncio
import logging
import os
import resource
import signal
import sys
import threading
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config

from . import (
    accepted_types,
    aws_api,
    cloudformation,
    cloudformation_events,
    event_buses,
    global_services,
    global_tables,
    guards,
    recorded_types,
    state_machines,
)
from .database import Database
from .gateway import Gateway
from .guards import Seam
from .inbox import Inbox
from .messages import Message
from .outbox import Outbox, Sender
from .peers import Peers
from .row_clock import RowClock
from .settings import HOST, Settings

APP = Seam("ministack.app", "app", "(scope, receive, send)")
SCOPE = Seam("ministack.core.responses", "request_scope", "(account_id, region)")
LAMBDA_WORKERS = Seam("ministack.core.lambda_runtime", "_workers")
DEFAULT_ACCOUNT = "000000000000"

SEAMS = (
    APP,
    SCOPE,
    LAMBDA_WORKERS,
    *aws_api.SEAMS,
    *cloudformation.SEAMS,
    *event_buses.SEAMS,
    *global_tables.SEAMS,
    *state_machines.SEAMS,
    *accepted_types.SEAMS,
)

logger = logging.getLogger(__name__)


class Region:
    """One local region: what it adds to MiniStack, and the HTTP entrance in front of both."""

    def __init__(self, settings: Settings) -> None:
        guards.check(SEAMS)
        home, peers = settings.region, Peers(settings.peers)
        database = Database(settings.state_dir / "messages.sqlite")
        self._home = home
        self._outbox = Outbox(database, home, settings.replication_lag)
        self._buses = event_buses.EventBuses(home, peers, self._outbox)
        clock = RowClock(database, home)
        self._tables = global_tables.GlobalTables(home, accepted_types.ACCOUNT.get(), peers, self._outbox, clock, database)
        self._inbox = Inbox(
            database,
            {event_buses.MESSAGE_KIND: self._buses.receive, global_tables.MESSAGE_KIND: self._tables.receive},
        )
        self._senders = {
            peer: Sender(
                self._outbox, peer, lambda messages, peer=peer: peers.deliver(peer, messages), self._rejected
            )
            for peer in peers.regions
        }
        self._install(settings, peers)
        self.app = Gateway(
            APP.get(),
            home,
            settings.global_services_in,
            peers,
            {
                ("GET", "status"): self._status,
                ("PUT", "replication-lag"): self._set_lag,
                ("POST", "messages"): self._receive,
                ("POST", "replica-tables"): self._replica_tables,
                ("POST", "global-resources"): self._global_resources,
            },
        )

    def start_senders(self) -> None:
        for sender in self._senders.values():
            sender.start()

    def _install(self, settings: Settings, peers: Peers) -> None:
        self._buses.install()
        self._tables.install()
        state_machines.install()
        for module in (cloudformation_events, state_machines, recorded_types, accepted_types):
            cloudformation.install(module.TYPES)
        if settings.global_services_in != settings.region:
            global_services.install(settings.global_services_in, peers)

    def _rejected(self, peer: str, message: Message, reason: str) -> None:
        if message.kind == event_buses.MESSAGE_KIND:
            with SCOPE.get()(message.account, self._home):
                self._buses.rejected(peer, message, reason)

    async def _status(self, _: Any) -> Any:
        return {
            "region": self._home,
            "peers": {
                peer: {
                    "queued": self._outbox.queued(peer),
                    "sent": sender.counters.sent,
                    "retries": sender.counters.retries,
                }
                for peer, sender in self._senders.items()
            },
            "received": self._inbox.received,
            "duplicates": self._inbox.duplicates,
            "stale": self._tables.stale,
        }

    async def _set_lag(self, body: Any) -> Any:
        self._outbox.lag = float(body["seconds"])
        return {"seconds": self._outbox.lag}

    async def _receive(self, body: Any) -> Any:
        answers = []
        for message in map(Message.from_json, body):
            with SCOPE.get()(message.account, self._home):
                outcome, reason = self._inbox.receive(message)
            answers.append((outcome.value, reason))
            await asyncio.sleep(0)
        return answers

    async def _replica_tables(self, body: Any) -> Any:
        with SCOPE.get()(DEFAULT_ACCOUNT, self._home):
            self._tables.handle_replica_request(body)
        return {}

    async def _global_resources(self, body: Any) -> Any:
        with SCOPE.get()(DEFAULT_ACCOUNT, self._home):
            # Not on the event loop: a resource type may call a service of this process, which runs there.
            return await asyncio.to_thread(global_services.handle_provision_request, body)


def run(settings: Settings) -> None:
    """Serve until SIGTERM, SIGINT or, if so told, the end of standard input."""
    region = Region(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop())
    if settings.exit_with_parent:
        threading.Thread(target=_stop_at_end_of_input, name="parent-watch", daemon=True).start()
    _raise_file_limit()
    region.start_senders()

    config = Config()
    config.bind = [f"{HOST}:{settings.port}"]
    config.keep_alive_timeout = 75
    config.loglevel = os.environ["LOG_LEVEL"]

    async def never() -> None:
        await asyncio.Event().wait()

    # With a trigger of ours hypercorn leaves the signals alone.
    asyncio.run(serve(region.app, config, shutdown_trigger=never))


def stop() -> None:
    """End at once, with all Lambda functions. What must last is in SQLite already; MiniStack's memory goes anyway."""
    for workers in list(LAMBDA_WORKERS.get().values()):
        for worker in workers:
            process = worker._proc
            if process is not None:
                process.kill()
    os._exit(0)


def _stop_at_end_of_input() -> None:
    while sys.stdin.buffer.read(4096):
        pass
    stop()


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
