import json
import threading
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import time_to_live
from local_region.time_to_live import TimeToLive

NOW = 2_000_000_000.0


class TimeToLiveCase(unittest.TestCase):
    def setUp(self):
        from ministack.services import dynamodb, dynamodb_streams

        self.dynamodb, self.streams = dynamodb, dynamodb_streams
        dynamodb.reset()
        self.addCleanup(dynamodb.reset)
        for module, seam in (
            (dynamodb, time_to_live.REMOVE),
            (dynamodb, time_to_live.RECORD),
            (dynamodb_streams, time_to_live.GET_RECORDS),
        ):
            patch = mock.patch.object(module, seam.name, seam.get())
            patch.start()
            self.addCleanup(patch.stop)
        self.belongs_here = True
        self.time_to_live = TimeToLive(lambda table, item: self.belongs_here, lambda function: function)
        self.time_to_live.install()
        dynamodb._create_table({
            "TableName": "rows",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        })  # fmt: skip
        self.enable(True)

    def enable(self, enabled: bool) -> None:
        specification = {"AttributeName": "ttl", "Enabled": enabled}
        self.dynamodb._update_ttl({"TableName": "rows", "TimeToLiveSpecification": specification})

    def put(self, identifier: str, **attributes: dict) -> None:
        self.dynamodb._put_item({"TableName": "rows", "Item": {"id": {"S": identifier}, **attributes}})

    def ids(self) -> set[str]:
        return set(self.dynamodb._tables["rows"]["items"])

    def records(self) -> list[dict]:
        return self.dynamodb._stream_records["rows"]


class Expiry(TimeToLiveCase):
    def test_what_has_expired_is_deleted_by_the_service(self):
        self.put("old", ttl={"N": str(NOW - 1)})
        self.put("young", ttl={"N": str(NOW + 1)})
        self.put("ageless")
        self.put("a text", ttl={"S": "1"})
        self.time_to_live.delete_expired(NOW)
        self.assertEqual(self.ids(), {"young", "ageless", "a text"})
        record = self.records()[-1]
        self.assertEqual((record["eventName"], record["dynamodb"]["Keys"]), ("REMOVE", {"id": {"S": "old"}}))
        self.assertEqual(record["userIdentity"], {"type": "Service", "principalId": "dynamodb.amazonaws.com"})

    def test_a_deletion_by_a_client_has_no_identity(self):
        self.put("old")
        self.dynamodb._delete_item({"TableName": "rows", "Key": {"id": {"S": "old"}}})
        self.assertNotIn("userIdentity", self.records()[-1])

    def test_a_table_without_time_to_live_keeps_everything(self):
        self.enable(False)
        self.put("old", ttl={"N": "1"})
        self.time_to_live.delete_expired(NOW)
        self.assertEqual(self.ids(), {"old"})

    def test_another_regions_item_is_left_to_it_for_a_while(self):
        self.belongs_here = False
        self.put("old", ttl={"N": str(NOW)})
        self.time_to_live.delete_expired(NOW + 59)
        self.assertEqual(self.ids(), {"old"})
        self.time_to_live.delete_expired(NOW + 60)
        self.assertEqual(self.ids(), set())

    def test_a_replica_is_told(self):
        told = []
        with mock.patch.object(self.dynamodb, "_replicate_write", lambda table, *write: told.append(write)):
            self.put("old", ttl={"N": "1"})
            self.time_to_live.delete_expired(NOW)
        self.assertEqual([write[0] for write in told], ["INSERT", "REMOVE"])

    def test_ministacks_own_thread_removes_nothing(self):
        self.put("old", ttl={"N": "1"})
        table = self.dynamodb._tables["rows"]
        thread = threading.Thread(
            target=self.dynamodb._remove_item, args=(table, "old", "__no_sort__"), name="dynamodb-ttl-reaper"
        )
        thread.start()
        thread.join()
        self.assertEqual(self.ids(), {"old"})
        self.assertIn("dynamodb-ttl-reaper", {other.name for other in threading.enumerate()})


class Api(TimeToLiveCase):
    def test_streams_spell_the_identity_with_capitals(self):
        self.put("old", ttl={"N": "1"})
        self.time_to_live.delete_expired(NOW)
        arn = self.dynamodb._tables["rows"]["LatestStreamArn"]
        self.assertIn(f":{HOME}:{ACCOUNT}:", arn)
        request = {"StreamArn": arn, "ShardIteratorType": "TRIM_HORIZON"}
        iterator = json.loads(self.streams._get_shard_iterator(request)[2])["ShardIterator"]
        written, deleted = json.loads(self.streams._get_records({"ShardIterator": iterator})[2])["Records"]
        self.assertNotIn("userIdentity", written)
        self.assertEqual(deleted["userIdentity"], {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"})


if __name__ == "__main__":
    unittest.main()
