"""Time to live of DynamoDB items.

MiniStack removes expired items without a trace: there is no stream record, and a replica is not told. Here the stream
shows the deletion with the identity of the service, as on AWS, and the other regions of a global table get it as an
ordinary deletion, without. AWS deletes within a few days, here it takes a second or two.

Every region of AWS looks for expired items, and one is the first. Here it is the one that wrote the item last; the
others leave it alone for `GRACE_SECONDS`, should that one be gone.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from . import event_loop, scope
from .guards import Seam

_DYNAMODB = "ministack.services.dynamodb"
SETTINGS = Seam(_DYNAMODB, "_ttl_settings")
TABLES = Seam(_DYNAMODB, "_tables")
REMOVE = Seam(_DYNAMODB, "_remove_item", "(table, pk_val, sk_val)")
EMIT = Seam(_DYNAMODB, "_emit_stream_event", "(table_name, event_name, old_item, new_item, replicate=True)")
RECORD = Seam(_DYNAMODB, "_build_change_record", "(table, event_name, old_item, new_item, view_type)")
REAPER = Seam(_DYNAMODB, "_ttl_reaper", "()")
GET_RECORDS = Seam("ministack.services.dynamodb_streams", "_get_records", "(data)")
SEAMS = (SETTINGS, TABLES, REMOVE, EMIT, RECORD, REAPER, GET_RECORDS)

INTERVAL_SECONDS = 1.0
GRACE_SECONDS = 60.0

_MINISTACKS_THREAD = "dynamodb-ttl-reaper"
_SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}

logger = logging.getLogger(__name__)

_expiring: ContextVar[bool] = ContextVar("expiring", default=False)


class TimeToLive:
    def __init__(
        self, belongs_here: Callable[[dict, dict], bool], in_one_transaction: Callable[[Any], Any]
    ) -> None:
        """
        `belongs_here` says of a table and an item whether this region is to delete it, and `in_one_transaction` gives a
        function that keeps all it writes, or nothing of it.
        """
        self._belongs_here = belongs_here
        self._delete = in_one_transaction(_delete)

    def install(self) -> None:
        REMOVE.wrap(_not_by_ministacks_thread)
        RECORD.wrap(_with_identity)
        GET_RECORDS.wrap(_as_the_api_spells_it)

    def start(self) -> None:
        threading.Thread(target=self._run, name="time-to-live", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(INTERVAL_SECONDS)
            try:
                event_loop.run(self.delete_expired, time.time())
            except Exception:
                logger.exception("expired items were not deleted")

    def delete_expired(self, now: float) -> None:
        for (account, region, name), setting in SETTINGS.get().all_items():
            table = TABLES.get().get_scoped(account, region, name)
            if table is None or setting.get("TimeToLiveStatus") != "ENABLED":
                continue
            with scope.within(account, region):
                for key in self._expired(table, setting["AttributeName"], now):
                    self._delete(table, *key)

    def _expired(self, table: dict, attribute: str, now: float) -> list[tuple[str, str]]:
        return [
            (partition, sort)
            for partition, items in table["items"].items()
            for sort, item in items.items()
            if self._is_expired(table, item, attribute, now)
        ]

    def _is_expired(self, table: dict, item: dict, attribute: str, now: float) -> bool:
        try:
            expiry = float(item[attribute]["N"])
        except (KeyError, ValueError):
            return False
        return expiry <= now and (self._belongs_here(table, item) or expiry + GRACE_SECONDS <= now)


def _delete(table: dict, partition: str, sort: str) -> None:
    item = REMOVE.get()(table, partition, sort)
    token = _expiring.set(True)
    try:
        EMIT.get()(table["TableName"], "REMOVE", item, None)
    finally:
        _expiring.reset(token)


def _not_by_ministacks_thread(remove):
    """It runs since MiniStack was imported and cannot be stopped."""

    def remove_item(table, pk_val, sk_val):
        if threading.current_thread().name == _MINISTACKS_THREAD:
            return None
        return remove(table, pk_val, sk_val)

    return remove_item


def _with_identity(build):
    def build_change_record(table, event_name, old_item, new_item, view_type):
        record = build(table, event_name, old_item, new_item, view_type)
        return record | {"userIdentity": dict(_SERVICE)} if _expiring.get() else record

    return build_change_record


def _as_the_api_spells_it(get):
    """The API of streams has the same fields with capital letters; functions and pipes get them without."""

    def get_records(data):
        status, headers, body = get(data)
        if b"userIdentity" not in body:
            return status, headers, body
        answer: dict[str, Any] = json.loads(body)
        for record in answer.get("Records", []):
            identity = record.get("userIdentity")
            if identity:
                record["userIdentity"] = {"Type": identity["type"], "PrincipalId": identity["principalId"]}
        return status, headers, json.dumps(answer).encode()

    return get_records
