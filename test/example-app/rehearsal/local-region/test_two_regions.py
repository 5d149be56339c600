"""Two real processes over loopback. Every process is stopped by its own process group."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from collections.abc import Callable
from pathlib import Path

import botocore.session

EAST, WEST = "ap-southeast-2", "us-west-2"
PATIENCE_SECONDS = 10


def eventually(check: Callable[[], object], what: str) -> object:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = check()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {PATIENCE_SECONDS} s: {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process:
    def __init__(self, region: str, port: int, peer: str, peer_port: int, state: Path) -> None:
        self.region, self.url, self._log = region, f"http://127.0.0.1:{port}", state / f"{region}.log"
        self._command = [
            sys.executable, "-m", "local_region", "--region", region, "--port", str(port),
            "--state", str(state / region), "--peer", f"{peer}=http://127.0.0.1:{peer_port}",
            "--global-services-in", EAST, "--replication-lag", "0.05", "--exit-with-parent",
        ]  # fmt: skip
        self._process: subprocess.Popen | None = None
        self._clients: dict[tuple[str, str], object] = {}

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_it_serves(self) -> None:
        def serves() -> object:
            if self._process.poll() is not None:
                raise AssertionError(self._log.read_text())
            with contextlib.suppress(OSError):
                return self.status()

        eventually(serves, f"{self.region} serves")

    def signal(self, number: int) -> None:
        os.killpg(self._process.pid, number)

    def end_of_input(self) -> int:
        self._process.stdin.close()
        return self._process.wait(5)

    def stop(self) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.signal(signal.SIGKILL)
        self._process.wait()
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process = None

    def status(self) -> dict:
        with urllib.request.urlopen(f"{self.url}/_local-region/status", timeout=2) as response:
            return json.load(response)

    def client(self, service: str, region: str | None = None):
        key = (service, region or self.region)
        if key not in self._clients:
            self._clients[key] = botocore.session.get_session().create_client(
                service,
                region_name=key[1],
                endpoint_url=self.url,
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
        return self._clients[key]

    def deploy(self, name: str, resources: dict, update: bool = False) -> None:
        client = self.client("cloudformation")
        template = json.dumps({"Resources": resources})
        (client.update_stack if update else client.create_stack)(StackName=name, TemplateBody=template)
        eventually(lambda: self._settled(client, name), f"{name} in {self.region}")

    def destroy(self, name: str) -> None:
        client = self.client("cloudformation")
        stack = client.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
        client.delete_stack(StackName=stack)
        eventually(lambda: self._settled(client, stack), f"{name} gone from {self.region}")

    @staticmethod
    def _settled(client, name: str) -> bool:
        status = client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
        if "FAILED" in status or "ROLLBACK" in status:
            events = client.describe_stack_events(StackName=name)["StackEvents"]
            raise AssertionError([event.get("ResourceStatusReason") for event in events])
        return status.endswith("_COMPLETE")


def bus_arn(region: str) -> str:
    return f"arn:aws:events:{region}:000000000000:event-bus/orders"


def regional_resources(home: str, other: str) -> dict:
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
        "ToPeer": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventBusName": {"Ref": "Bus"},
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
        cls.state = Path(tempfile.mkdtemp(prefix="local-region-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.state, ignore_errors=True)
        east_port, west_port = free_port(), free_port()
        cls.east = Process(EAST, east_port, WEST, west_port, cls.state)
        cls.west = Process(WEST, west_port, EAST, east_port, cls.state)
        for process in (cls.east, cls.west):
            cls.addClassCleanup(process.stop)
            process.start()
        for process in (cls.east, cls.west):
            process.wait_until_it_serves()
        cls.east.deploy("regional", regional_resources(EAST, WEST))
        cls.west.deploy("regional", regional_resources(WEST, EAST))
        cls.east.deploy("global", table())

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
        def set_lag(seconds: float) -> None:
            url, body = f"{self.east.url}/_local-region/replication-lag", json.dumps({"seconds": seconds}).encode()
            urllib.request.urlopen(urllib.request.Request(url, body, method="PUT"), timeout=2).close()

        set_lag(1)
        try:
            self.put(self.east, "late", 1)
        finally:
            set_lag(0)
        self.put(self.east, "early", 1)
        eventually(lambda: self.total(self.west, "early") == "1", "the row that was written without lag")
        self.assertIsNone(self.total(self.west, "late"))
        eventually(lambda: self.total(self.west, "late") == "1", "the row that was written with a lag")

    def test_an_update_of_the_table_reaches_its_replica(self):
        self.east.deploy("global", table(time_to_live=True), update=True)
        self.addCleanup(self.east.deploy, "global", table(), update=True)
        client = self.west.client("dynamodb")
        self.assertEqual(
            client.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]["AttributeName"], "ttl"
        )

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


class OneRegion(unittest.TestCase):
    def setUp(self):
        self.state = Path(tempfile.mkdtemp(prefix="local-region-test-"))
        self.addCleanup(shutil.rmtree, self.state, ignore_errors=True)
        # Nothing serves the port of the peer.
        self.region = Process(EAST, free_port(), WEST, free_port(), self.state)
        self.addCleanup(self.region.stop)
        self.region.start()
        self.region.wait_until_it_serves()

    def test_what_is_queued_survives_kill_and_a_lost_parent_ends_it(self):
        self.region.deploy("regional", regional_resources(EAST, WEST))
        entry = {"Source": "shop", "DetailType": "Order", "Detail": "{}", "EventBusName": "orders"}
        self.region.client("events").put_events(Entries=[entry])
        self.assertEqual(self.region.status()["peers"][WEST]["queued"], 1)
        self.region.stop()
        self.region.start()
        self.region.wait_until_it_serves()
        self.assertEqual(self.region.status()["peers"][WEST]["queued"], 1)
        self.assertEqual(self.region.end_of_input(), 0)

    def test_a_table_whose_replica_cannot_be_made_fails_the_deployment(self):
        with self.assertRaisesRegex(AssertionError, f"{WEST} does not answer"):
            self.region.deploy("global", table())
        self.assertEqual(self.region.client("dynamodb").list_tables()["TableNames"], [])

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

    def test_an_unknown_type_fails_the_deployment(self):
        with self.assertRaisesRegex(Exception, "AWS::Unheard::Of"):
            self.region.deploy("unknown", {"Thing": {"Type": "AWS::Unheard::Of", "Properties": {}}})

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
