"""DynamoDB global tables: one table in each of several processes, kept alike by last writer wins.

MiniStack accepts `AWS::DynamoDB::GlobalTable` and ignores its replicas. Its global tables of the API live inside one
process; here `_replicate_write`, through which every write goes, sends to the other regions instead.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from typing import Any

from . import cloudformation, scope, table_refusals
from .cloudformation import Properties, Provisioned
from .database import Database
from .guards import Seam
from .messages import Message, Rejected
from .outbox import Outbox
from .peers import PeerError, Peers
from .refusals import Refusal
from .row_clock import RowClock, Version

_DYNAMODB = "ministack.services.dynamodb"
_PROVISIONERS = "ministack.services.cloudformation.provisioners"
REPLICATE = Seam(_DYNAMODB, "_replicate_write", "(table, event_name, old_item, new_item)")
EMIT = Seam(_DYNAMODB, "_emit_stream_event", "(table_name, event_name, old_item, new_item, replicate=True)")
SET_ITEM = Seam(_DYNAMODB, "_set_item", "(table, pk_val, sk_val, item)")
REMOVE_ITEM = Seam(_DYNAMODB, "_remove_item", "(table, pk_val, sk_val)")
KEY_VALUE = Seam(_DYNAMODB, "_extract_key_val", "(attr)")
TABLES = Seam(_DYNAMODB, "_tables")
DELETE_TABLE = Seam(_DYNAMODB, "_delete_table", "(data)")
UPDATE_TTL = Seam(_DYNAMODB, "_update_ttl", "(data)")
REPLICA_UPDATES = Seam(_DYNAMODB, "_apply_replica_updates", "(name, table, updates)")
ERROR_RESPONSE = Seam(
    _DYNAMODB,
    "error_response_json",
    "(code, message, status=400, extra=None, *, message_key='message', content_type='application/x-amz-json-1.0')",
)
CREATE = Seam(_PROVISIONERS, "_ddb_global_table_create", "(logical_id, props, stack_name)")
UPDATE = Seam(_PROVISIONERS, "_ddb_global_table_update", "(physical_id, old_props, new_props, stack_name)")
DELETE = Seam(_PROVISIONERS, "_ddb_global_table_delete", "(physical_id, props)")
SEAMS = (
    REPLICATE, EMIT, SET_ITEM, REMOVE_ITEM, KEY_VALUE, TABLES, DELETE_TABLE, UPDATE_TTL, REPLICA_UPDATES,
    ERROR_RESPONSE, CREATE, UPDATE, DELETE,
)  # fmt: skip

TYPE = "AWS::DynamoDB::GlobalTable"
REGIONAL_TYPE = "AWS::DynamoDB::Table"
MESSAGE_KIND = "row"
REPLICAS_PATH = "/_local-region/replica-tables"

_REGIONS = "_global_regions"
"""Where MiniStack keeps the regions of a global table; DescribeTable reads it."""
_NO_SORT_KEY = "__no_sort__"


class GlobalTables:
    def __init__(self, home: str, peers: Peers, outbox: Outbox, clock: RowClock, database: Database) -> None:
        self._home = home
        self._peers = peers
        self._outbox = outbox
        self._clock = clock
        self._database = database
        self.stale = 0

    def install(self) -> None:
        REPLICATE.wrap(lambda within_process: self._send_row)
        REPLICA_UPDATES.wrap(lambda within_process: _refuse_replica_updates)
        DELETE_TABLE.wrap(_refusing_protected)
        cloudformation.HANDLERS.get()[TYPE] = {
            "create": self._create,
            "update": self._update,
            "delete": self._delete,
        }
        cloudformation.run_on_worker_thread(TYPE)
        regional = cloudformation.HANDLERS.get()[REGIONAL_TYPE]
        cloudformation.HANDLERS.get()[REGIONAL_TYPE] = regional | {"delete": _unless_protected(regional["delete"])}

    # --- rows ---

    def receive(self, message: Message) -> None:
        """Apply a write of another region, unless this region knows a later one of the same row."""
        row = message.payload
        table = TABLES.get().get(row["table"])
        if table is None:
            raise Rejected(f"there is no table {row['table']} in {self._home}")
        version = Version(*row["version"])
        seen = self._clock.version(message.account, row["table"], row["row"])
        if seen is not None and seen >= version:
            self.stale += 1
            return
        key = _key(table, row["key"])
        previous = table["items"].get(key[0], {}).get(key[1])
        item = row["item"]
        if item is None:
            REMOVE_ITEM.get()(table, *key)
        else:
            SET_ITEM.get()(table, *key, item)
        self._clock.set(message.account, row["table"], row["row"], version)
        if item is not None:
            EMIT.get()(row["table"], "MODIFY" if previous else "INSERT", previous, copy.deepcopy(item), replicate=False)
        elif previous is not None:
            EMIT.get()(row["table"], "REMOVE", previous, None, replicate=False)

    def _send_row(self, table: dict, event_name: str, old_item: dict | None, new_item: dict | None) -> None:
        replicas = [region for region in table.get(_REGIONS) or [] if region != self._home]
        if not replicas:
            return
        account, name = scope.account(), table["TableName"]
        key, row = _identify(table, new_item if new_item is not None else old_item)
        with self._database.transaction():
            version = self._clock.tick(account, name, row)
            for region in replicas:
                self._outbox.add(region, MESSAGE_KIND, account, _row(name, row, key, version, new_item))

    def wrote_last(self, table: dict, item: dict) -> bool:
        """Whether the item is as this region wrote it."""
        _, row = _identify(table, item)
        version = self._clock.version(scope.account(), table["TableName"], row)
        return version is None or version.region == self._home

    # --- tables ---

    def handle_replica_request(self, request: dict[str, Any]) -> None:
        """Do to this region's replica what the region of the stack did to its own."""
        action, name = request["action"], request["name"]
        if action == "create":
            self._create_here(request["logical_id"], request["properties"], request["stack"], request["regions"])
        elif action == "update":
            if name not in TABLES.get():
                raise PeerError(f"{self._home} has no table {name}")
            self._update_here(name, request["old"], request["properties"], request["stack"], request["regions"])
            for region in request["added"]:
                self._send_all_rows(name, region)
        elif action == "may-delete":
            table_refusals.check_protection(TABLES.get().get(name))
        elif action == "delete":
            self._delete_here(name, {})
        else:
            raise PeerError(f"unknown action {action}")

    def _create(self, logical_id: str, properties: Properties, stack: str) -> Provisioned:
        regions = self._regions(properties)
        name, attributes = self._create_here(logical_id, properties, stack, regions)
        created: list[str] = []
        try:
            for region in self._others(regions):
                self._create_replica(region, name, logical_id, properties, stack, regions)
                created.append(region)
        except PeerError:
            # CloudFormation deletes nothing for a resource that was never created: leave nothing behind.
            for region in created:
                self._ask(region, "delete", name)
            self._delete_here(name, properties)
            raise
        return name, attributes

    def _update(self, physical_id: str, old: Properties, new: Properties, stack: str) -> Provisioned:
        for create_only in ("KeySchema", "LocalSecondaryIndexes"):
            if old.get(create_only) != new.get(create_only):
                raise ValueError(f"a local region cannot replace a global table ({create_only} changed)")
        if new.get("TableName", physical_id) != physical_id:
            raise ValueError("a local region cannot replace a global table (TableName changed)")
        table_refusals.check_update(old, new)
        before, after = self._regions(old), self._regions(new)
        self._check_protection(physical_id, set(before) - set(after))
        added = [region for region in self._others(after) if region not in before]
        # The others first: when one of them fails, this region is as CloudFormation believes it to be.
        for region in self._others(after):
            if region in added:
                self._create_replica(region, physical_id, physical_id, new, stack, after)
            else:
                self._ask(
                    region, "update", physical_id, old=old, properties=new, stack=stack, regions=after, added=added
                )
        provisioned = self._update_here(physical_id, old, new, stack, after)
        # Every region sends what it has: a row that one wrote before it knew of the new one may not be here yet.
        for region in added:
            self._send_all_rows(physical_id, region)
        for region in set(before) - set(after):
            self._ask(region, "delete", physical_id)
        return provisioned

    def _delete(self, physical_id: str, properties: Properties) -> None:
        self._check_protection(physical_id, self._regions(properties))
        for region in self._others(self._regions(properties)):
            self._ask(region, "delete", physical_id)
        self._delete_here(physical_id, properties)

    def _check_protection(self, name: str, regions: Iterable[str]) -> None:
        """Delete none of the replicas unless all may be deleted."""
        for region in regions:
            if region == self._home:
                table_refusals.check_protection(TABLES.get().get(name))
            else:
                self._ask(region, "may-delete", name)

    def _create_replica(
        self, region: str, name: str, logical_id: str, properties: Properties, stack: str, regions: list[str]
    ) -> None:
        named = properties | {"TableName": name}
        self._ask(region, "create", name, logical_id=logical_id, properties=named, stack=stack, regions=regions)

    def _ask(self, region: str, action: str, name: str, **details: Any) -> None:
        """Have `handle_replica_request` do it there, and wait for it."""
        self._peers.call(
            region, REPLICAS_PATH, {"account": scope.account(), "action": action, "name": name, **details}
        )

    def _send_all_rows(self, name: str, region: str) -> None:
        account, table = scope.account(), TABLES.get()[name]
        with self._database.transaction():
            for item in [item for items in list(table["items"].values()) for item in list(items.values())]:
                key, row = _identify(table, item)
                version = self._clock.version(account, name, row) or self._clock.tick(account, name, row)
                self._outbox.add(region, MESSAGE_KIND, account, _row(name, row, key, version, item))

    def _create_here(
        self, logical_id: str, properties: Properties, stack: str, regions: list[str]
    ) -> Provisioned:
        if properties.get("TableName") in TABLES.get():
            raise PeerError(f"{self._home} already has a table {properties['TableName']}")
        name, attributes = CREATE.get()(logical_id, properties, stack)
        self._clock.forget(scope.account(), name)
        self._settle(name, properties, regions)
        return name, attributes | {"TableId": TABLES.get()[name]["TableId"]}

    def _update_here(
        self, name: str, old: Properties, new: Properties, stack: str, regions: list[str]
    ) -> Provisioned:
        # Without its name in the properties MiniStack would generate another one, and replace the table.
        _, attributes = UPDATE.get()(name, old, new | {"TableName": name}, stack)
        self._settle(name, new, regions)
        return name, attributes | {"TableId": TABLES.get()[name]["TableId"]}

    def _delete_here(self, name: str, properties: Properties) -> None:
        DELETE.get()(name, properties)
        self._clock.forget(scope.account(), name)

    def _settle(self, name: str, properties: Properties, regions: list[str]) -> None:
        """What MiniStack's own provisioner leaves out: the replicas, their protection, and the time to live."""
        table = TABLES.get()[name]
        table[_REGIONS] = regions if len(regions) > 1 else []
        table["DeletionProtectionEnabled"] = table_refusals.protected_in(self._home, properties)
        time_to_live = properties.get("TimeToLiveSpecification")
        if time_to_live:
            UPDATE_TTL.get()({"TableName": name, "TimeToLiveSpecification": time_to_live})

    def _regions(self, properties: Properties) -> list[str]:
        regions = sorted({replica["Region"] for replica in properties.get("Replicas", [])} | {self._home})
        for region in self._others(regions):
            self._peers.address(region)
        return regions

    def _others(self, regions: list[str]) -> list[str]:
        return [region for region in regions if region != self._home]


def _row(table: str, row: str, key: dict, version: Version, item: dict | None) -> dict[str, Any]:
    return {"table": table, "row": row, "key": key, "version": list(version), "item": item}


def _identify(table: dict, item: dict) -> tuple[dict, str]:
    """The key of an item, and the same as the text that names its row in every region."""
    attributes = [attribute for attribute in (table["pk_name"], table["sk_name"]) if attribute]
    key = {attribute: item[attribute] for attribute in attributes}
    return key, json.dumps(key, sort_keys=True)


def _key(table: dict, key: dict) -> tuple[str, str]:
    """Where MiniStack's table keeps the item."""
    value = KEY_VALUE.get()
    return value(key[table["pk_name"]]), value(key[table["sk_name"]]) if table["sk_name"] else _NO_SORT_KEY


def _refusing_protected(delete):
    def delete_table(data):
        try:
            table_refusals.check_protection(TABLES.get().get(data.get("TableName")))
        except Refusal as refused:
            return ERROR_RESPONSE.get()(refused.code, refused.message, 400)
        return delete(data)

    return delete_table


def _unless_protected(delete):
    def delete_table(physical_id, properties):
        table_refusals.check_protection(TABLES.get().get(physical_id))
        return delete(physical_id, properties)

    return delete_table


def _refuse_replica_updates(name, table, updates):
    """UpdateTable would create the replica inside this process."""
    reason = f"A local region manages replicas through {TYPE} only."
    return ERROR_RESPONSE.get()("ValidationException", reason, 400)
