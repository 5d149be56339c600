"""Which write of a global table's row is the last one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from .database import Database


class Version(NamedTuple):
    """Compared by time, then by region, so that all regions agree on the last writer."""

    time_ns: int
    region: str


class RowClock:
    """The version of each row, deleted rows included: a late write must not bring one back."""

    def __init__(self, database: Database, home: str, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._home = home
        self._now_ns = now_ns
        with database.transaction() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS row_versions (account TEXT, name TEXT, row TEXT, time_ns INTEGER NOT NULL,"
                " region TEXT NOT NULL, PRIMARY KEY (account, name, row)) WITHOUT ROWID"
            )

    def tick(self, account: str, table: str, row: str) -> Version:
        """The version of a write made here now: later than every version of this row seen so far."""
        seen = self.version(account, table, row)
        version = Version(max(self._now_ns(), seen.time_ns + 1 if seen else 0), self._home)
        self.set(account, table, row, version)
        return version

    def version(self, account: str, table: str, row: str) -> Version | None:
        with self._database.transaction() as connection:
            found = connection.execute(
                "SELECT time_ns, region FROM row_versions WHERE account = ? AND name = ? AND row = ?",
                (account, table, row),
            ).fetchone()
        return Version(*found) if found else None

    def set(self, account: str, table: str, row: str, version: Version) -> None:
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO row_versions VALUES (?, ?, ?, ?, ?)", (account, table, row, *version)
            )

    def forget(self, account: str, table: str) -> None:
        """A table that is created or deleted has no history."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM row_versions WHERE account = ? AND name = ?", (account, table))
