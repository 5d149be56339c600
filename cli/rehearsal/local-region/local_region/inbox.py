"""Messages from other regions: each applied once, however often its sender repeats it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from .database import Database
from .messages import Message, Outcome, Rejected

REMEMBERED_SECONDS = 24 * 3600

logger = logging.getLogger(__name__)

Handler = Callable[[Message], None]


class Inbox:
    """Remembers message ids in SQLite. A sender that gave up waiting (the process was frozen) repeats itself."""

    def __init__(self, database: Database, handlers: dict[str, Handler]) -> None:
        self._database = database
        self._handlers = handlers
        self.received = 0
        self.duplicates = 0
        with database.transaction() as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS inbox (id TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID")
            connection.execute("DELETE FROM inbox WHERE at < ?", (time.time() - REMEMBERED_SECONDS,))

    def receive(self, message: Message) -> tuple[Outcome, str]:
        """Apply a message. Not to be called twice at the same time: the event loop calls it."""
        with self._database.transaction() as connection:
            if connection.execute("SELECT 1 FROM inbox WHERE id = ?", (message.id,)).fetchone():
                self.duplicates += 1
                return Outcome.DUPLICATE, ""
        handler = self._handlers.get(message.kind)
        try:
            if handler is None:
                raise Rejected(f"no handler for messages of kind {message.kind}")
            handler(message)
            outcome, reason = Outcome.APPLIED, ""
        except Rejected as rejection:
            outcome, reason = Outcome.REJECTED, str(rejection)
        except Exception as error:
            logger.exception("a %s from %s was not applied", message.kind, message.origin)
            return Outcome.FAILED, repr(error)
        with self._database.transaction() as connection:
            connection.execute("INSERT INTO inbox (id, at) VALUES (?, ?)", (message.id, time.time()))
        self.received += 1
        return outcome, reason
