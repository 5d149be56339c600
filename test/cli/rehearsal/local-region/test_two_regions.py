"""Two real processes over loopback."""

import contextlib
import json
import os
import shutil
import signal
import tempfile
import time
import unittest
from pathlib import Path

from regions import EAST, WEST, Process, eventually, free_port, shared_region, shared_regions, start


def bus_arn(region: str) -> str:
    return f"arn:aws:events:{region}:000000000000:event-bus/orders"


def regional_resources() -> dict:
    return {
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "orders"}},
        "Seen": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "seen"}},
        "Archive": {
            "Type": "AWS::Events::Archive",
            "Properties": {"ArchiveName": "orders", "SourceArn": {"Fn::GetAtt": ["Bus", "Arn"]}},
        },
        "ToQueue": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventBusName": {"Ref": "Bus"},
                "EventPattern": {"source": ["shop"]},
                "Targets": [{"Id": "queue", "Arn": {"Fn::GetAtt": ["Seen", "Arn"]}}],
            },
        },
        "Policy": {
            "Type": "AWS::Events::EventBusPolicy",
            "Properties": {
                "EventBusName": {"Ref": "Bus"},
                "StatementId": "OwnAccountOnly",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
                    "Action": "events:PutEvents",
                    "Resource": {"Fn::GetAtt": ["Bus", "Arn"]},
                },
            },
        },
    }


def mesh_resources(home: str, other: str) -> dict:
    """What can be deployed as soon as the other region has its bus."""
    return {
        "ToPeer": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventBusName": "orders",
                "EventPattern": {"source": ["shop"], "region": [home]},
                "Targets": [{"Id": "peer", "Arn": bus_arn(other), "RoleArn": "arn:aws:iam::000000000000:role/r"}],
            },
        },
    }


def table(time_to_live: bool = False) -> dict:
    ttl = {"TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True}} if time_to_live else {}
    return {
        "Table": {
            "Type": "AWS::DynamoDB::GlobalTable",
            "Properties": {
                "TableName": "orders",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
                "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
                "Replicas": [{"Region": EAST}, {"Region": WEST}],
                **ttl,
            },
        }
    }


class TwoRegions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.east, cls.west = shared_regions()

        def deploy(process: Process, stack: str, resources: dict) -> None:
            process.deploy(stack, resources)
            cls.addClassCleanup(process.destroy, stack)

        for process in (cls.east, cls.west):
            deploy(process, "regional", regional_resources())
        deploy(cls.east, "mesh", mesh_resources(EAST, WEST))
        deploy(cls.west, "mesh", mesh_resources(WEST, EAST))
        deploy(cls.east, "global", table())

    def publish(self, process: Process, number: int) -> str:
        entry = {"Source": "shop", "DetailType": "Order", "Detail": json.dumps({"n": number}), "EventBusName": "orders"}
        return process.client("events").put_events(Entries=[entry])["Entries"][0]["EventId"]

    def seen(self, process: Process) -> list[dict]:
        """What arrived in the queue of the region since it was last asked."""
        client = process.client("sqs")
        url = client.get_queue_url(QueueName="seen")["QueueUrl"]
        messages = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]

    def put(self, process: Process, key: str, total: int) -> None:
        process.client("dynamodb").put_item(TableName="orders", Item={"pk": {"S": key}, "total": {"N": str(total)}})

    def total(self, process: Process, key: str) -> str | None:
        item = process.client("dynamodb").get_item(TableName="orders", Key={"pk": {"S": key}}).get("Item")
        return item and item["total"]["N"]

    def test_an_event_reaches_the_other_region_once_and_does_not_come_back(self):
        identifier = self.publish(self.east, 1)
        (there,) = eventually(lambda: self.seen(self.west), "the event in the other region")
        (here,) = self.seen(self.east)
        self.assertEqual(there, here)
        self.assertEqual((there["id"], there["region"], there["detail"]), (identifier, EAST, {"n": 1}))
        self.assertNotIn("replay-name", there)
        time.sleep(0.3)
        self.assertEqual(self.seen(self.east) + self.seen(self.west), [])

    def test_rows_replicate_both_ways_and_deletes_too(self):
        self.put(self.east, "both", 1)
        eventually(lambda: self.total(self.west, "both") == "1", "the row of the east in the west")
        self.put(self.west, "both", 2)
        eventually(lambda: self.total(self.east, "both") == "2", "the row of the west in the east")
        self.east.client("dynamodb").delete_item(TableName="orders", Key={"pk": {"S": "both"}})
        eventually(lambda: self.total(self.west, "both") is None, "the delete in the west")

    def test_the_replication_lag_can_be_set(self):
        before = self.east.status()["replication-lag"]
        self.assertEqual(self.east.set("replication-lag", {"seconds": 1}), (200, {"seconds": 1}))
        try:
            self.put(self.east, "late", 1)
            self.assertEqual(self.east.status()["replication-lag"], {"seconds": 1})
        finally:
            self.east.set("replication-lag", before)
        self.put(self.east, "early", 1)
        eventually(lambda: self.total(self.west, "early") == "1", "the row that was written without lag")
        self.assertIsNone(self.total(self.west, "late"))
        eventually(lambda: self.total(self.west, "late") == "1", "the row that was written with a lag")

    def test_settings_that_make_no_sense_are_refused(self):
        before = self.east.status()
        for path, body, reason in (
            ("replication-lag", {"seconds": -1}, "zero or more"),
            ("replication-lag", {"seconds": "1"}, "has to be a number"),
            ("replication-lag", {"seconds": True}, "has to be a number"),
            ("replication-lag", b'{"seconds": NaN}', "zero or more"),
            ("replication-lag", [], "has to be a number"),
            ("partition", {"peers": [EAST]}, "no peers"),
            ("partition", {"peers": WEST}, "has to be a list"),
            ("partition", b"", "has to be a list"),
            ("partition", b"{", "no JSON"),
        ):
            with self.subTest(body):
                status, answer = self.east.set(path, body)
                self.assertEqual(status, 400)
                self.assertIn(reason, answer["message"])
        after = self.east.status()
        for setting in ("replication-lag", "partition"):
            self.assertEqual(after[setting], before[setting])

    def test_a_partition_keeps_both_ways_until_it_is_healed(self):
        duplicates = [process.status()["duplicates"] for process in (self.east, self.west)]
        retries = self.west.status()["peers"][EAST]["retries"]
        self.assertEqual(self.east.set("partition", {"peers": [WEST]}), (200, {"peers": [WEST]}))
        try:
            self.assertEqual(self.east.status()["partition"], {"peers": [WEST]})
            self.assertEqual(self.west.status()["partition"], {"peers": []})
            for process, total in ((self.east, 1), (self.west, 2)):
                self.put(process, f"cut {process.region}", total)
                self.publish(process, total)
            eventually(lambda: self.west.status()["peers"][EAST]["retries"] > retries, "an attempt from the west")
            time.sleep(0.3)
            for process, other in ((self.east, self.west), (self.west, self.east)):
                self.assertEqual(process.status()["peers"][other.region]["queued"], 2)
                self.assertIsNone(self.total(other, f"cut {process.region}"))
                self.assertEqual([event["region"] for event in self.seen(process)], [process.region])
            # Only replication is cut: not a client that reaches the west through the east, nor Route 53 in the east.
            tables = self.east.client("dynamodb", region=WEST).list_tables()["TableNames"]
            self.assertEqual(tables, ["orders"])
            self.assertEqual(self.west.client("route53").list_hosted_zones()["HostedZones"], [])
        finally:
            self.assertEqual(self.east.set("partition", {"peers": []}), (200, {"peers": []}))
        self.wait_for_what_was_cut_off(self.east, self.west)
        self.wait_for_what_was_cut_off(self.west, self.east)
        self.assertEqual([process.status()["duplicates"] for process in (self.east, self.west)], duplicates)

    def wait_for_what_was_cut_off(self, here: Process, there: Process) -> None:
        eventually(lambda: self.total(there, f"cut {here.region}"), f"the row of {here.region}")
        (event,) = eventually(lambda: self.seen(there), f"the event of {here.region}")
        self.assertEqual(event["region"], here.region)
        eventually(lambda: here.status()["peers"][there.region]["queued"] == 0, "an empty queue")

    def test_an_update_of_the_table_reaches_its_replica(self):
        self.east.deploy("global", table(time_to_live=True), update=True)
        self.addCleanup(self.east.deploy, "global", table(), update=True)
        client = self.west.client("dynamodb")
        self.assertEqual(
            client.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]["AttributeName"], "ttl"
        )

    def output(self, process: Process, function: str) -> str:
        client = process.client("logs")
        with contextlib.suppress(client.exceptions.ResourceNotFoundException):
            events = client.filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
            return "\n".join(event["message"] for event in events)
        return ""

    def stream(self, process: Process) -> str:
        return process.client("dynamodb").describe_table(TableName="orders")["Table"]["LatestStreamArn"]

    def read_stream(self, process: Process) -> list[dict]:
        """All records of the replica's stream in this region."""
        client, arn = process.client("dynamodbstreams"), self.stream(process)
        (shard,) = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        request = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = client.get_shard_iterator(**request)["ShardIterator"]
        return client.get_records(ShardIterator=iterator)["Records"]

    def removal(self, process: Process, key: str) -> dict | None:
        records = [record for record in self.read_stream(process) if record["eventName"] == "REMOVE"]
        return next((record for record in records if record["dynamodb"]["Keys"]["pk"]["S"] == key), None)

    def test_each_replica_has_a_stream_and_an_expired_row_has_one_deleter(self):
        streams = [self.stream(process) for process in (self.east, self.west)]
        for arn, region in zip(streams, (EAST, WEST), strict=True):
            self.assertRegex(arn, rf"^arn:aws:dynamodb:{region}:000000000000:table/orders/stream/")
        self.east.deploy("global", table(time_to_live=True), update=True)
        self.addCleanup(self.east.deploy, "global", table(), update=True)
        item = {"pk": {"S": "expired"}, "ttl": {"N": str(int(time.time()))}}
        self.east.client("dynamodb").put_item(TableName="orders", Item=item)
        here = eventually(lambda: self.removal(self.east, "expired"), "the deletion in the east")
        there = eventually(lambda: self.removal(self.west, "expired"), "the deletion in the west")
        self.assertEqual(here["userIdentity"], {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"})
        self.assertNotIn("userIdentity", there)
        self.assertEqual(there["dynamodb"]["OldImage"], item)
        self.assertEqual((here["awsRegion"], there["awsRegion"]), (EAST, WEST))

    def test_functions_and_pipes_read_the_stream_of_their_regions_replica(self):
        code = "exports.handler = async e => e.Records.forEach(r => console.log(`saw ${r.dynamodb.Keys.pk.S}`));"
        pattern = {"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": ["streamed"]}}}}
        stream = self.stream(self.west)
        role = {"Fn::GetAtt": ["Role", "Arn"]}
        self.west.deploy("streams", {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
            "Reader": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "FunctionName": "reader", "Runtime": "nodejs20.x", "Handler": "index.handler", "Role": role,
                    "Code": {"ZipFile": code},
                },
            },
            "Mapping": {
                "Type": "AWS::Lambda::EventSourceMapping",
                "Properties": {
                    "FunctionName": {"Ref": "Reader"}, "EventSourceArn": stream, "StartingPosition": "LATEST",
                },
            },
            "Pipe": {
                "Type": "AWS::Pipes::Pipe",
                "Properties": {
                    "RoleArn": role,
                    "Source": stream,
                    "SourceParameters": {
                        "DynamoDBStreamParameters": {"StartingPosition": "LATEST"},
                        "FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)}]},
                    },
                    "Target": bus_arn(WEST),
                    "TargetParameters": {
                        "EventBridgeEventBusParameters": {"Source": "shop", "DetailType": "Row"},
                        "InputTemplate": '{"pk": <$.dynamodb.Keys.pk.S>}',
                    },
                },
            },
        })  # fmt: skip
        self.put(self.east, "streamed", 1)
        # The pipe's event is one of the west, which the rule of its bus passes on to the east.
        for process in (self.west, self.east):
            (event,) = eventually(lambda process=process: self.seen(process), f"the event in {process.region}")
            self.assertEqual((event["region"], event["detail"]), (WEST, {"pk": "streamed"}))
        eventually(lambda: "saw streamed" in self.output(self.west, "reader"), "the record in the function")
        self.west.destroy("streams")

    def test_a_frozen_region_catches_up(self):
        self.put(self.east, "frozen", 1)
        eventually(lambda: self.total(self.west, "frozen") == "1", "the row before")
        self.west.signal(signal.SIGSTOP)
        try:
            self.put(self.east, "frozen", 2)
            self.publish(self.east, 2)
            time.sleep(0.5)
            self.assertGreater(self.east.status()["peers"][WEST]["queued"], 0)
        finally:
            self.west.signal(signal.SIGCONT)
        eventually(lambda: self.total(self.west, "frozen") == "2", "the row after")
        self.assertEqual([event["detail"] for event in eventually(lambda: self.seen(self.west), "event")], [{"n": 2}])
        eventually(lambda: self.east.status()["peers"][WEST]["queued"] == 0, "an empty queue")
        self.seen(self.east)

    def test_requests_for_another_region_and_for_global_services_reach_their_process(self):
        tables = self.east.client("dynamodb", region=WEST).describe_table(TableName="orders")
        self.assertIn(f":{WEST}:", tables["Table"]["TableArn"])
        zone = {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "example.test."}}
        self.west.deploy("zone", {"Zone": zone})
        for process in (self.east, self.west):
            zones = process.client("route53").list_hosted_zones()["HostedZones"]
            self.assertEqual([zone["Name"] for zone in zones], ["example.test."])
        self.west.destroy("zone")
        self.assertEqual(self.east.client("route53").list_hosted_zones()["HostedZones"], [])

    def test_the_owner_of_records_refuses_those_of_another_region_too(self):
        alias = {"DNSName": "west.example.test", "HostedZoneId": {"Ref": "Zone"}}
        record = {"HostedZoneId": {"Ref": "Zone"}, "Name": "api.example.test", "Type": "A", "AliasTarget": alias}
        resources = {
            "Zone": {"Type": "AWS::Route53::HostedZone", "Properties": {"Name": "example.test."}},
            "Api": {"Type": "AWS::Route53::RecordSet", "Properties": record},
        }
        self.addCleanup(self.west.destroy, "records")
        with self.assertRaisesRegex(AssertionError, "InvalidChangeBatch"):
            self.west.deploy("records", resources)

    def test_a_protected_replica_is_removed_after_its_protection_only(self):
        def replicas(regions: list[str], protected: bool) -> dict:
            entries = [{"Region": region, "DeletionProtectionEnabled": protected} for region in regions]
            (resource,) = table().values()
            properties = resource["Properties"] | {"TableName": "kept", "Replicas": entries}
            return {"Table": {**resource, "Properties": properties}}

        self.east.deploy("kept", replicas([EAST, WEST], protected=True))
        with self.assertRaisesRegex(AssertionError, "currently protected against deletion"):
            self.east.deploy("kept", replicas([EAST], protected=True), update=True)
        eventually(
            lambda: self.east.client("cloudformation").describe_stacks(StackName="kept")["Stacks"][0]["StackStatus"]
            == "UPDATE_ROLLBACK_COMPLETE",
            "the table as it was",
        )
        self.assertIn("kept", self.west.client("dynamodb").list_tables()["TableNames"])
        self.east.deploy("kept", replicas([EAST, WEST], protected=False), update=True)
        self.east.destroy("kept")
        self.assertEqual(self.west.client("dynamodb").list_tables()["TableNames"], ["orders"])


class Restart(unittest.TestCase):
    def setUp(self):
        state = Path(tempfile.mkdtemp(prefix="local-region-test-"))
        self.addCleanup(shutil.rmtree, state, ignore_errors=True)
        port, peer_port = free_port(), free_port()
        self.region = Process(EAST, port, WEST, peer_port, state)
        self.peer = Process(WEST, peer_port, EAST, port, state)
        for process in (self.region, self.peer):
            self.addCleanup(process.stop)
        start(self.region)

    def test_what_is_queued_survives_kill_and_a_lost_parent_ends_it(self):
        self.region.deploy("regional", regional_resources())
        self.assert_mesh_is_refused(f"{WEST} does not answer")
        peer = self.peer
        start(peer)
        self.assert_mesh_is_refused("Event bus orders does not exist")
        peer.deploy("regional", regional_resources())
        self.region.deploy("mesh", mesh_resources(EAST, WEST))
        peer.stop()
        entry = {"Source": "shop", "DetailType": "Order", "Detail": "{}", "EventBusName": "orders"}
        self.region.client("events").put_events(Entries=[entry])
        self.assertEqual(self.region.status()["peers"][WEST]["queued"], 1)
        self.region.stop()
        start(self.region)
        self.assertEqual(self.region.status()["peers"][WEST]["queued"], 1)
        self.assertEqual(self.region.end_of_input(), 0)

    def assert_mesh_is_refused(self, reason: str) -> None:
        with self.assertRaisesRegex(AssertionError, reason):
            self.region.deploy("mesh", mesh_resources(EAST, WEST))
        client = self.region.client("cloudformation")
        eventually(
            lambda: client.describe_stacks(StackName="mesh")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE",
            "the end of the rollback",
        )
        self.region.destroy("mesh")


class OneRegion(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.region = shared_region()

    def test_a_table_whose_replica_cannot_be_made_fails_the_deployment(self):
        with self.assertRaisesRegex(AssertionError, f"{WEST} does not answer"):
            self.region.deploy("global", table())
        self.assertNotIn("orders", self.region.client("dynamodb").list_tables()["TableNames"])

    def test_a_workflow_catches_an_error_by_the_name_its_function_gave_it(self):
        code = "exports.handler = async () => { throw Object.assign(new Error('no'), { name: 'CardDeclined' }); };"
        charge = {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "${charge}"},
            "Retry": [{"ErrorEquals": ["Lambda.ServiceException"], "MaxAttempts": 2}],
            "Catch": [{"ErrorEquals": ["CardDeclined"], "Next": "Declined"}],
            "End": True,
        }
        definition = {"StartAt": "Charge", "States": {"Charge": charge, "Declined": {"Type": "Pass", "End": True}}}
        role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}
        role_arn = {"Fn::GetAtt": ["Role", "Arn"]}
        self.region.deploy("workflow", {
            "Role": role,
            "Charge": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Runtime": "nodejs20.x", "Handler": "index.handler", "Role": role_arn, "Code": {"ZipFile": code},
                },
            },
            "Workflow": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "StateMachineName": "workflow",
                    "RoleArn": role_arn,
                    "DefinitionString": json.dumps(definition),
                    "DefinitionSubstitutions": {"charge": {"Ref": "Charge"}},
                },
            },
        })  # fmt: skip
        client = self.region.client("stepfunctions")
        machine = f"arn:aws:states:{EAST}:000000000000:stateMachine:workflow"
        execution = client.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
        eventually(
            lambda: client.describe_execution(executionArn=execution)["status"] != "RUNNING", "the end of the workflow"
        )
        ended = client.describe_execution(executionArn=execution)
        self.assertEqual((ended["status"], json.loads(ended["output"])["Error"]), ("SUCCEEDED", "CardDeclined"))

    def test_it_listens_on_loopback_only(self):
        listening = {
            line.split()[1]
            for table_of_sockets in ("tcp", "tcp6")
            for line in Path(f"/proc/{self.region._process.pid}/net/{table_of_sockets}").read_text().splitlines()[1:]
            if line.split()[3] == "0A" and line.split()[9] in self.sockets()
        }
        self.assertEqual({address.split(":")[0] for address in listening}, {"0100007F"})

    def sockets(self) -> set[str]:
        links = Path(f"/proc/{self.region._process.pid}/fd").iterdir()
        targets = [os.readlink(link) for link in links]
        return {target[len("socket:[") : -1] for target in targets if target.startswith("socket:[")}


if __name__ == "__main__":
    unittest.main()
