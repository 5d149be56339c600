"""Messages on their way to other regions: kept until the receiver has answered for them, retried without end."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .database import Database
from .messages import Message, Outcome

BATCH = 50
FIRST_RETRY_SECONDS = 0.1
LAST_RETRY_SECONDS = 1.0

logger = logging.getLogger(__name__)

Delivery = Callable[[str, list[Message]], list[tuple[Outcome, str]]]
"""Hands a batch to a peer and returns, in order, what it said. Raises OSError while the peer is unreachable."""


@dataclass
class Counters:
    sent: int = 0
    retries: int = 0


class Outbox:
    """The queue of each peer, in SQLite: what was accepted for sending is sent, even after a crash."""

    def __init__(self, database: Database, home: str, lag: float, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._home = home
        self._clock = clock
        self._wake: dict[str, threading.Event] = {}
        self.lag = lag
        with database.transaction() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS outbox (position INTEGER PRIMARY KEY AUTOINCREMENT, peer TEXT NOT NULL,"
                " accepted REAL NOT NULL, due REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, message TEXT NOT NULL)"
            )
            connection.execute("CREATE INDEX IF NOT EXISTS outbox_due ON outbox (peer, due)")

    def add(self, peer: str, kind: str, account: str, payload: dict) -> None:
        """Accept a message; joins the transaction that is open, if any."""
        message = Message(kind=kind, account=account, origin=self._home, payload=payload)
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO outbox (peer, accepted, due, message) VALUES (?, ?, ?, ?)",
                (peer, self._clock(), self._clock() + self.lag, json.dumps(message.to_json())),
            )
        self.wake(peer).set()

    def due(self, peer: str) -> list[tuple[int, Message]]:
        """The next messages to send now, oldest first, with their positions."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT position, message FROM outbox WHERE peer = ? AND due <= ? ORDER BY position LIMIT ?",
                (peer, self._clock(), BATCH),
            ).fetchall()
        return [(position, Message.from_json(json.loads(text))) for position, text in rows]

    def remove(self, positions: list[int]) -> None:
        with self._database.transaction() as connection:
            connection.executemany("DELETE FROM outbox WHERE position = ?", [(position,) for position in positions])

    def postpone(self, positions: list[int]) -> None:
        """Try these again later, each at its own growing interval, without holding up the others."""
        with self._database.transaction() as connection:
            for position in positions:
                (attempts,) = connection.execute(
                    "SELECT attempts FROM outbox WHERE position = ?", (position,)
                ).fetchone()
                pause = min(FIRST_RETRY_SECONDS * 2**attempts, LAST_RETRY_SECONDS)
                connection.execute(
                    "UPDATE outbox SET attempts = attempts + 1, due = ? WHERE position = ?",
                    (self._clock() + pause, position),
                )

    def seconds_until_due(self, peer: str) -> float | None:
        """None when nothing is queued."""
        with self._database.transaction() as connection:
            (due,) = connection.execute("SELECT MIN(due) FROM outbox WHERE peer = ?", (peer,)).fetchone()
        return None if due is None else max(0.0, due - self._clock())

    def queued(self, peer: str) -> int:
        with self._database.transaction() as connection:
            (count,) = connection.execute("SELECT COUNT(*) FROM outbox WHERE peer = ?", (peer,)).fetchone()
        return count

    def backlog(self, peers: list[str]) -> dict[str, dict[str, int]]:
        """How many wait for each peer, and for how long the oldest has, in milliseconds."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT waiting.peer, waiting.queued, oldest.accepted FROM"
                " (SELECT peer, COUNT(*) AS queued, MIN(position) AS first FROM outbox GROUP BY peer) AS waiting"
                " JOIN outbox AS oldest ON oldest.position = waiting.first"
            ).fetchall()
        found = {
            peer: {"queued": queued, "lagMs": max(0, round((self._clock() - accepted) * 1000))}
            for peer, queued, accepted in rows
        }
        return {peer: found.get(peer, {"queued": 0, "lagMs": 0}) for peer in peers}

    def wake(self, peer: str) -> threading.Event:
        return self._wake.setdefault(peer, threading.Event())


class Sender(threading.Thread):
    """Empties the queue of one peer for as long as the process lives."""

    def __init__(
        self, outbox: Outbox, peer: str, deliver: Delivery, on_rejected: Callable[[str, Message, str], None]
    ) -> None:
        super().__init__(name=f"outbox-{peer}", daemon=True)
        self._outbox = outbox
        self._peer = peer
        self._deliver = deliver
        self._on_rejected = on_rejected
        self.counters = Counters()

    def run(self) -> None:
        pause = FIRST_RETRY_SECONDS
        wake = self._outbox.wake(self._peer)
        while True:
            wake.clear()
            wait = self._outbox.seconds_until_due(self._peer)
            if wait != 0.0:
                wake.wait(wait)
                continue
            try:
                self.send_due()
                pause = FIRST_RETRY_SECONDS
            except OSError as error:
                if pause == FIRST_RETRY_SECONDS:
                    logger.warning("%s does not answer (%s); its messages wait", self._peer, error)
                self.counters.retries += 1
                time.sleep(pause)
                pause = min(pause * 2, LAST_RETRY_SECONDS)
            except Exception:
                logger.exception("sending to %s failed", self._peer)
                time.sleep(LAST_RETRY_SECONDS)

    def send_due(self) -> None:
        """Send one batch of what is due, and drop from the queue what the peer has answered for."""
        batch = self._outbox.due(self._peer)
        if not batch:
            return
        answers = self._deliver(self._peer, [message for _, message in batch])
        done, failed = [], []
        for (position, message), (outcome, reason) in zip(batch, answers, strict=True):
            if outcome is Outcome.FAILED:
                logger.warning("%s failed to apply a %s: %s", self._peer, message.kind, reason)
                failed.append(position)
                continue
            if outcome is Outcome.REJECTED:
                logger.warning("%s rejected a %s: %s", self._peer, message.kind, reason)
                self._on_rejected(self._peer, message, reason)
            done.append(position)
        self._outbox.remove(done)
        self._outbox.postpone(failed)
        self.counters.sent += len(done)
        self.counters.retries += len(failed)
