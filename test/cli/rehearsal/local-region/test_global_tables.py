import tempfile
import unittest
from pathlib import Path
from unittest import mock

from emulator import ACCOUNT, HOME, PEER
from local_region import cloudformation, global_tables, table_refusals
from local_region.database import Database
from local_region.global_tables import GlobalTables
from local_region.messages import Message, Rejected
from local_region.outbox import Outbox
from local_region.peers import PeerError, Peers
from local_region.refusals import Refusal
from local_region.row_clock import RowClock

KEY = {"pk": {"S": "order-1"}}
ROW = '{"pk": {"S": "order-1"}}'
PROPERTIES = {
    "TableName": "orders",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
    "Replicas": [{"Region": HOME}, {"Region": PEER}],
}

THIRD = "ap-south-1"


class PretendedPeers(Peers):
    """Remembers what was asked of the other regions."""

    def __init__(self) -> None:
        super().__init__({PEER: "http://127.0.0.1:1", THIRD: "http://127.0.0.1:1"})
        self.calls: list[dict] = []
        self.refusal: str | None = None

    def call(self, region, path, body):
        if self.refusal:
            raise PeerError(self.refusal)
        self.calls.append(body)
        return {}


class TablesCase(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        database = Database(Path(directory.name) / "messages.sqlite")
        self.addCleanup(database.close)
        self.peers = PretendedPeers()
        self.outbox = Outbox(database, HOME, lag=0)
        self.now = 1000
        self.clock = RowClock(database, HOME, lambda: self.now)
        self.tables = GlobalTables(HOME, self.peers, self.outbox, self.clock, database)
        for seam in (
            global_tables.REPLICATE, global_tables.REPLICA_UPDATES, global_tables.DELETE_TABLE,
            table_refusals.UPDATE_TABLE,
            cloudformation.WORKER_THREAD,
        ):  # fmt: skip
            restore = mock.patch(f"{seam.module}.{seam.name}", seam.get())
            restore.start()
            self.addCleanup(restore.stop)
        handlers = mock.patch.dict(cloudformation.HANDLERS.get())
        handlers.start()
        self.addCleanup(handlers.stop)
        self.tables.install()
        self.type = cloudformation.HANDLERS.get()[global_tables.TYPE]
        self.addCleanup(global_tables.TABLES.get().pop, "orders", None)

    def create(self, properties: dict = PROPERTIES) -> str:
        return self.type["create"]("Orders", properties, "stack")[0]

    def update(self, name: str, old: dict, new: dict) -> str:
        return self.type["update"](name, old, new, "stack")[0]

    def put(self, total: str) -> None:
        from ministack.services import dynamodb

        dynamodb._put_item({"TableName": "orders", "Item": {**KEY, "total": {"N": total}}})

    def delete(self) -> None:
        from ministack.services import dynamodb

        dynamodb._delete_item({"TableName": "orders", "Key": KEY})

    def total(self) -> str | None:
        item = global_tables.TABLES.get()["orders"]["items"].get("order-1", {}).get("__no_sort__")
        return item and item["total"]["N"]

    def receive(self, time: int, total: str | None, region: str = PEER) -> None:
        item = {**KEY, "total": {"N": total}} if total else None
        payload = {"table": "orders", "row": ROW, "key": KEY, "version": [time, region], "item": item}
        self.tables.receive(Message(kind="row", account=ACCOUNT, origin=region, payload=payload))

    def sent(self, region: str = PEER) -> list[dict]:
        return [message.payload for _, message in self.outbox.due(region)]


class Rows(TablesCase):
    def setUp(self):
        super().setUp()
        self.create()

    def test_a_write_is_sent_with_its_version(self):
        self.put("5")
        self.now = 2000
        self.delete()
        first, second = self.sent()
        self.assertEqual((first["key"], first["item"]["total"], first["version"]), (KEY, {"N": "5"}, [1000, HOME]))
        self.assertEqual((second["key"], second["item"], second["version"]), (KEY, None, [2000, HOME]))

    def test_a_received_write_is_applied_streamed_and_not_sent_on(self):
        from ministack.services import dynamodb

        before = len(dynamodb._stream_records.get("orders", []))
        self.receive(1500, "7")
        self.assertEqual(self.total(), "7")
        self.assertEqual(self.sent(), [])
        records = dynamodb._stream_records["orders"][before:]
        self.assertEqual([(record["eventName"], record["awsRegion"]) for record in records], [("INSERT", HOME)])

    def test_the_last_writer_wins_in_whatever_order_writes_arrive(self):
        self.receive(3000, "3")
        self.receive(2000, "2")
        self.assertEqual(self.total(), "3")
        self.assertEqual(self.tables.stale, 1)

    def test_a_deleted_row_does_not_come_back(self):
        self.receive(2000, "2")
        self.receive(4000, None)
        self.receive(3000, "3")
        self.assertIsNone(self.total())

    def test_a_delete_that_arrives_first_wins_over_an_earlier_write(self):
        self.receive(4000, None)
        self.receive(3000, "3")
        self.assertIsNone(self.total())

    def test_a_local_write_beats_an_earlier_one_of_another_region(self):
        self.now = 5000
        self.put("5")
        self.receive(4000, "4")
        self.assertEqual(self.total(), "5")
        self.receive(6000, "6")
        self.assertEqual(self.total(), "6")

    def test_at_the_same_time_the_greater_region_wins(self):
        self.put("1")
        self.receive(1000, "2", region="ap-southeast-2")
        self.assertEqual(self.total(), "1")
        self.receive(1000, "3", region="us-west-9")
        self.assertEqual(self.total(), "3")

    def test_it_is_known_which_rows_this_region_wrote_last(self):
        table = global_tables.TABLES.get()["orders"]
        self.put("1")
        self.assertTrue(self.tables.wrote_last(table, KEY))
        self.receive(2000, "2")
        self.assertFalse(self.tables.wrote_last(table, KEY))
        self.assertTrue(self.tables.wrote_last(table, {"pk": {"S": "never replicated"}}))

    def test_a_row_of_an_unknown_table_is_rejected(self):
        self.type["delete"]("orders", PROPERTIES)
        with self.assertRaises(Rejected):
            self.receive(1, "1")


class Replicas(TablesCase):
    def test_are_created_updated_and_deleted_with_the_table(self):
        self.create()
        updated = PROPERTIES | {"TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True}}
        self.update("orders", PROPERTIES, updated)
        self.type["delete"]("orders", updated)
        self.assertEqual([(call["action"], call["name"]) for call in self.peers.calls], [
            ("create", "orders"), ("update", "orders"), ("may-delete", "orders"), ("delete", "orders"),
        ])  # fmt: skip
        self.assertNotIn("orders", global_tables.TABLES.get())

    def test_a_table_without_a_given_name_keeps_its_rows_when_updated(self):
        unnamed = {key: value for key, value in PROPERTIES.items() if key != "TableName"}
        name = self.create(unnamed)
        self.addCleanup(global_tables.TABLES.get().pop, name, None)
        table = global_tables.TABLES.get()[name]
        updated = unnamed | {"TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True}}
        self.assertEqual(self.update(name, unnamed, updated), name)
        self.assertIs(global_tables.TABLES.get()[name], table)

    def test_nothing_is_left_when_a_region_refuses_its_replica(self):
        self.peers.refusal = f"{PEER} does not answer"
        with self.assertRaisesRegex(PeerError, "does not answer"):
            self.create()
        self.assertNotIn("orders", global_tables.TABLES.get())

    def test_a_table_that_exists_is_not_replaced(self):
        self.create()
        self.put("5")
        with self.assertRaisesRegex(PeerError, "already has a table orders"):
            self.create()
        self.assertEqual(self.total(), "5")

    def test_deleting_what_is_gone_already_is_no_error(self):
        self.type["delete"]("orders", PROPERTIES)

    def test_nothing_changes_here_when_a_replica_cannot_be_updated(self):
        self.create()
        self.peers.refusal = f"{PEER} does not answer"
        with self.assertRaises(PeerError):
            self.update("orders", PROPERTIES, PROPERTIES | {"BillingMode": "PAY_PER_REQUEST"})
        billing = global_tables.TABLES.get()["orders"]["BillingModeSummary"]["BillingMode"]
        self.assertEqual(billing, "PROVISIONED")

    def test_a_region_without_a_process_is_refused(self):
        with self.assertRaisesRegex(PeerError, "no peer eu-west-1"):
            self.create(PROPERTIES | {"Replicas": [{"Region": "eu-west-1"}]})

    def test_a_new_replica_gets_the_rows(self):
        alone = PROPERTIES | {"Replicas": [{"Region": HOME}]}
        self.create(alone)
        self.put("5")
        self.assertEqual(self.sent(), [])
        self.update("orders", alone, PROPERTIES)
        self.assertEqual([row["item"]["total"] for row in self.sent()], [{"N": "5"}])

    def test_a_new_replica_gets_what_each_of_the_others_has(self):
        # A row may be written in any of them between the making of the replica and the moment when that region knows of it.
        three = PROPERTIES | {"Replicas": [{"Region": region} for region in (HOME, PEER, THIRD)]}
        self.create()
        self.update("orders", PROPERTIES, three)
        [asked] = [call for call in self.peers.calls if call["action"] == "update"]
        self.assertEqual((asked["added"], asked["regions"]), ([THIRD], self.tables._regions(three)))
        self.put("5")
        before = len(self.sent(THIRD))
        self.tables.handle_replica_request(asked)
        self.assertEqual([row["item"]["total"] for row in self.sent(THIRD)[before:]], [{"N": "5"}])
        self.tables.handle_replica_request(asked | {"added": []})
        self.assertEqual(len(self.sent(THIRD)), before + 1)

    def test_replacement_is_refused(self):
        self.create()
        other_key = [{"AttributeName": "id", "KeyType": "HASH"}]
        with self.assertRaisesRegex(ValueError, "KeySchema"):
            self.update("orders", PROPERTIES, PROPERTIES | {"KeySchema": other_key})


def protected(*regions: str) -> dict:
    """The table with these replicas, each protected."""
    return PROPERTIES | {"Replicas": [{"Region": region, "DeletionProtectionEnabled": True} for region in regions]}


def indexed(*names: str) -> dict:
    return PROPERTIES | {"GlobalSecondaryIndexes": [{"IndexName": name, "KeySchema": []} for name in names]}


class Protection(TablesCase):
    def test_a_protected_table_is_not_deleted_by_its_stack(self):
        self.create(protected(HOME, PEER))
        with self.assertRaises(Refusal) as refused:
            self.type["delete"]("orders", protected(HOME, PEER))
        self.assertEqual(refused.exception.code, "ValidationException")
        self.assertIn("orders", global_tables.TABLES.get())
        self.assertNotIn("delete", [call["action"] for call in self.peers.calls])

    def test_a_table_is_deleted_once_its_protection_is_off(self):
        self.create(protected(HOME, PEER))
        self.update("orders", protected(HOME, PEER), PROPERTIES)
        self.type["delete"]("orders", PROPERTIES)
        self.assertNotIn("orders", global_tables.TABLES.get())

    def test_the_service_refuses_as_well(self):
        from ministack.services import dynamodb

        self.create(protected(HOME))
        status, _, body = dynamodb._delete_table({"TableName": "orders"})
        self.assertEqual(status, 400)
        self.assertIn(b"Resource cannot be deleted as it is currently protected against deletion", body)

    def test_a_protected_replica_is_not_removed_and_the_table_stays_as_it_is(self):
        self.create(protected(HOME, PEER))
        self.peers.refusal = "Resource cannot be deleted"
        with self.assertRaisesRegex(PeerError, "cannot be deleted"):
            self.update("orders", protected(HOME, PEER), protected(HOME))
        self.assertEqual(global_tables.TABLES.get()["orders"]["_global_regions"], [PEER, HOME])

    def test_a_region_says_whether_its_replica_may_be_deleted(self):
        self.create(protected(HOME, PEER))
        request = {"action": "may-delete", "name": "orders"}
        with self.assertRaises(Refusal):
            self.tables.handle_replica_request(request)
        global_tables.TABLES.get()["orders"]["DeletionProtectionEnabled"] = False
        self.tables.handle_replica_request(request)
        self.tables.handle_replica_request(request | {"name": "gone already"})

    def test_a_protected_table_of_one_region_is_not_deleted_either(self):
        table = cloudformation.HANDLERS.get()[global_tables.REGIONAL_TYPE]
        properties = {key: value for key, value in PROPERTIES.items() if key != "Replicas"}
        table["create"]("Orders", properties | {"DeletionProtectionEnabled": True}, "stack")
        with self.assertRaises(Refusal):
            table["delete"]("orders", properties)


class Updates(TablesCase):
    def test_two_replicas_at_once_are_refused(self):
        alone = PROPERTIES | {"Replicas": [{"Region": HOME}]}
        self.create(alone)
        more = {"Replicas": [{"Region": HOME}, {"Region": PEER}, {"Region": "eu-west-1"}]}
        with self.assertRaisesRegex(Refusal, "add or remove .* replicas in a single update: ap-southeast-2, eu-west-1"):
            self.update("orders", alone, alone | more)
        with self.assertRaisesRegex(Refusal, "add or remove"):
            self.update("orders", alone, alone | {"Replicas": [{"Region": PEER}]})
        self.assertEqual(self.peers.calls, [])

    def test_a_strongly_consistent_table_gets_all_its_replicas_at_once(self):
        strong = PROPERTIES | {"MultiRegionConsistency": "STRONG"}
        alone = strong | {"Replicas": [{"Region": HOME}]}
        three = strong | {"Replicas": [{"Region": HOME}, {"Region": PEER}, {"Region": "eu-west-1"}]}
        table_refusals.check_update(alone, three)

    def test_two_indexes_at_once_are_refused_and_one_is_not(self):
        table_refusals.check_update(indexed("a"), indexed("a", "b"))
        for old, new in ((indexed("a"), indexed("a", "b", "c")), (indexed("a", "b"), PROPERTIES)):
            with self.assertRaisesRegex(Refusal, "Cannot perform more than one GSI creation or deletion"):
                table_refusals.check_update(old, new)

    def test_two_indexes_at_once_are_refused_to_a_table_of_one_region_as_well(self):
        from ministack.services import dynamodb

        table_refusals.install()
        alone = {key: value for key, value in PROPERTIES.items() if key != "Replicas"}
        index = {"KeySchema": PROPERTIES["KeySchema"], "Projection": {"ProjectionType": "ALL"}}
        both = [{"IndexName": name, **index} for name in ("a", "b")]
        handler = cloudformation.HANDLERS.get()[global_tables.REGIONAL_TYPE]
        handler["create"]("Orders", alone, "stack")
        with self.assertRaisesRegex(Refusal, "more than one GSI creation"):
            handler["update"]("orders", alone, alone | {"GlobalSecondaryIndexes": both}, "stack", "Orders")
        request = {"TableName": "orders", "AttributeDefinitions": PROPERTIES["AttributeDefinitions"]}
        changes = [{"Create": each} for each in both]
        status, _, body = dynamodb._update_table(request | {"GlobalSecondaryIndexUpdates": changes})
        self.assertEqual(status, 400)
        self.assertIn(b"LimitExceededException", body)
        self.assertIn(b"Only 1 online index can be created or deleted simultaneously per table", body)
        self.assertEqual(dynamodb._update_table(request | {"GlobalSecondaryIndexUpdates": changes[:1]})[0], 200)


if __name__ == "__main__":
    unittest.main()
