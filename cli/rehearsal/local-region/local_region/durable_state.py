"""What a region has acknowledged survives its process, as on AWS, where it survives the machines.

Before a request that changes something is answered, what it changed is in the SQLite file. A write to a table is there
together with what it makes for other regions, whoever wrote: a client, a workflow, or time to live. What is not there as on AWS after a `kill -9`: see `resumption`. Nothing
is synchronized with the disk: a power cut is another matter.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from . import durable_stores
from .api_hosts import host_of, is_api
from .database import Database
from .durable_stores import BUSY, EXECUTIONS, OBJECTS, TABLES
from .global_tables import REMOVE_ITEM, SET_ITEM
from .guards import Seam

HANDLE = Seam("ministack.services.dynamodb", "handle_request", "(method, path, headers, body, query_params)")
SEAMS = (HANDLE, *durable_stores.SEAMS)

ITEMS = "items"
TICK_SECONDS = 0.1
TICKS_BETWEEN_FULL_LOOKS = 20

_READS = re.compile(r"[./](Get|List|Describe|Query$|Scan$|BatchGet|TransactGet|PutMetricData$|Encrypt$|Decrypt$|GenerateDataKey)")
_BUSY = re.compile(
    r"^(DynamoDB_\d+\..*(Item|Items|Statement|Transaction)$|AmazonSQS\..*Message|AWSEvents\.PutEvents$"
    r"|AWSStepFunctions\.(Start|Stop|Send))"
)
_INVOCATION = re.compile(r"/functions/[^/]+/invocations$|/_user_request_")

logger = logging.getLogger(__name__)


@dataclass
class Written:
    """What is in the file of a record."""

    fingerprint: int | None = None
    count: int = 0
    """Of the parts that only come."""


class DurableState:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._written: dict[str, dict[Any, Written]] = {}
        self._ended: set[Any] = set()
        """Executions that are in the file for good."""
        self._codes: dict[int, tuple[bytes, str]] = {}
        self._not_writable: set[str] = set()
        with database.transaction() as connection:
            for table in (
                "state (store TEXT NOT NULL, key TEXT NOT NULL, part TEXT NOT NULL, value BLOB NOT NULL,"
                " PRIMARY KEY (store, key, part)) WITHOUT ROWID",
                "code (digest TEXT PRIMARY KEY, code BLOB NOT NULL) WITHOUT ROWID",
            ):
                connection.execute(f"CREATE TABLE IF NOT EXISTS {table}")

    def install(self) -> None:
        SET_ITEM.wrap(self._writing_item)
        REMOVE_ITEM.wrap(self._removing_item)
        HANDLE.wrap(self._in_one_transaction)

    def around(self, app: Any) -> Any:
        """An ASGI application that answers only what is in the file."""

        async def serve(scope, receive, send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            stores = changed_by(scope)

            async def send_written(message) -> None:
                if message["type"] == "http.response.start" and stores is not None:
                    self.write(*stores)
                await send(message)

            await app(scope, receive, send_written)

        return serve

    async def keep_writing(self) -> None:
        """What changes without any request."""
        tick = 0
        while True:
            await asyncio.sleep(TICK_SECONDS)
            tick += 1
            try:
                self.write(*([] if tick % TICKS_BETWEEN_FULL_LOOKS == 0 else BUSY))
            except Exception:
                logger.exception("the state could not be written")

    def write(self, *names: str) -> None:
        """Write what has changed of these stores; without any, of all but the objects in S3."""
        if names:
            stores = {name: durable_stores.store(name) for name in names if not name.endswith(".")}
            prefixes = tuple(name for name in names if name.endswith("."))
            if prefixes:
                stores |= {name: data for name, data in durable_stores.all_stores().items() if name.startswith(prefixes)}
        else:
            stores = {name: data for name, data in durable_stores.all_stores().items() if not name.startswith(OBJECTS)}
        with self._database.transaction() as connection:
            for name, data in stores.items():
                self._write_store(connection, name, data)

    def restore(self) -> bool:
        """Fill the stores from the file; False if there is nothing in it."""
        with self._database.transaction() as connection:
            self._forget_items_of_deleted_tables(connection)
            codes = dict(connection.execute("SELECT digest, code FROM code"))
            rows = connection.execute("SELECT store, key, part, value FROM state ORDER BY store, key").fetchall()
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for name, key, part, value in rows:
            found.setdefault((name, key), {})[part] = durable_stores.decode(value)
        stores: dict[str, dict] = {}
        for (name, key), parts in found.items():
            if name == ITEMS:
                continue
            record = durable_stores.restored(name, parts, codes.__getitem__)
            stores.setdefault(name, {})[durable_stores.decode_key(key)] = record
        for name, records in stores.items():
            data = durable_stores.store(name)
            data.clear()
            data.update(records)
        for table in stores.get(TABLES, {}).values():
            for part, item in found.get((ITEMS, table["TableId"]), {}).items():
                partition, sort = durable_stores.decode_key(part)
                table["items"][partition][sort] = item
        durable_stores.after_restoring(stores)
        return bool(stores)

    def _forget_items_of_deleted_tables(self, connection: Any) -> None:
        values = connection.execute("SELECT value FROM state WHERE store = ?", (TABLES,)).fetchall()
        there = {durable_stores.decode(value)["TableId"] for (value,) in values}
        for (table,) in connection.execute("SELECT DISTINCT key FROM state WHERE store = ?", (ITEMS,)).fetchall():
            if table not in there:
                connection.execute("DELETE FROM state WHERE store = ? AND key = ?", (ITEMS, table))

    def _write_store(self, connection: Any, name: str, data: dict) -> None:
        written = self._written.setdefault(name, {})
        for key, record in list(data.items()):
            if (name, key) in self._ended:
                continue
            self._write_record(connection, name, key, record, written.setdefault(key, Written()))
            if name == EXECUTIONS and record.get("status") != "RUNNING":
                self._ended.add((name, key))
        for key in [key for key in written if key not in data]:
            del written[key]
            self._ended.discard((name, key))
            connection.execute("DELETE FROM state WHERE store = ? AND key = ?", (name, durable_stores.encode_key(key)))

    def _write_record(self, connection: Any, name: str, key: Any, record: Any, written: Written) -> None:
        count = durable_stores.comes(name, record)
        if count < written.count:
            # It is another one, or was trimmed: all of it once more.
            connection.execute("DELETE FROM state WHERE store = ? AND key = ?", (name, durable_stores.encode_key(key)))
            written.count, written.fingerprint = 0, None
        for part, value in durable_stores.parts(name, record, written.count, self._keep_code):
            try:
                content = durable_stores.encode(value)
            except Exception as error:
                if name not in self._not_writable:
                    self._not_writable.add(name)
                    logger.warning("%s of %s does not outlive this process: %s", key, name, error)
                continue
            fingerprint = hash(content)
            if part or written.fingerprint != fingerprint:
                connection.execute(
                    "INSERT OR REPLACE INTO state (store, key, part, value) VALUES (?, ?, ?, ?)",
                    (name, durable_stores.encode_key(key), part, content),
                )
                if not part:
                    written.fingerprint = fingerprint
        written.count = count

    def _keep_code(self, code: bytes) -> str:
        known = self._codes.get(id(code))
        if known is None or known[0] is not code:
            known = self._codes[id(code)] = (code, durable_stores.digest(code))
            with self._database.transaction() as connection:
                connection.execute("INSERT OR IGNORE INTO code (digest, code) VALUES (?, ?)", (known[1], code))
        return known[1]

    def _writing_item(self, set_item):
        def set_and_write(table, pk_val, sk_val, item):
            answer = set_item(table, pk_val, sk_val, item)
            with self._database.transaction() as connection:
                connection.execute(
                    "INSERT OR REPLACE INTO state (store, key, part, value) VALUES (?, ?, ?, ?)",
                    (ITEMS, table["TableId"], durable_stores.encode_key((pk_val, sk_val)), durable_stores.encode(item)),
                )
            return answer

        return set_and_write

    def _removing_item(self, remove_item):
        def remove_and_write(table, pk_val, sk_val):
            answer = remove_item(table, pk_val, sk_val)
            # Not everybody who wants to remove it may.
            if sk_val not in table["items"].get(pk_val, {}):
                with self._database.transaction() as connection:
                    connection.execute(
                        "DELETE FROM state WHERE store = ? AND key = ? AND part = ?",
                        (ITEMS, table["TableId"], durable_stores.encode_key((pk_val, sk_val))),
                    )
            return answer

        return remove_and_write

    def _in_one_transaction(self, handle):
        """An item, its version, its record in the stream and what goes to other regions are there, or none of them is."""

        @functools.wraps(handle)
        async def handle_request(method, path, headers, body, query_params):
            if _READS.search(headers.get("x-amz-target", "")):
                return await handle(method, path, headers, body, query_params)
            with self._database.transaction():
                answer = await handle(method, path, headers, body, query_params)
                self.write(durable_stores.STREAMS)
                return answer

        return handle_request

    def in_one_transaction(self, function):
        """The same for what writes to tables without any request. Only on the event loop: whoever holds the file there waits for
        no other thread."""

        @functools.wraps(function)
        def call(*arguments, **options):
            with self._database.transaction():
                answer = function(*arguments, **options)
                self.write(durable_stores.STREAMS)
                return answer

        return call


def changed_by(asgi_scope: Any) -> Iterable[str] | None:
    """The stores that a request may change: no names are all, and None is nothing."""
    headers = dict(asgi_scope["headers"])
    target = headers.get(b"x-amz-target", b"").decode("latin-1")
    path = asgi_scope["path"]
    if _READS.search(target or (path if "/operation/" in path else "")):
        return None
    if _BUSY.search(target):
        return BUSY
    if is_api(host_of(asgi_scope)) or _INVOCATION.search(path):
        return BUSY
    if asgi_scope["method"] in ("GET", "HEAD") or path.startswith("/_"):
        return None
    if b"/s3/aws4_request" in headers.get(b"authorization", b""):
        return (OBJECTS,)
    return ()
