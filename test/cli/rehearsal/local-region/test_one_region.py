"""Services of one real process, and what a template makes of them."""

import contextlib
import json
import time
import unittest

from regions import EAST, Process, eventually, shared_region

ACCOUNT = "000000000000"
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}


def arn_of(name: str) -> dict:
    return {"Fn::GetAtt": [name, "Arn"]}


def queue(name: str, **properties: object) -> dict:
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, **properties}}


def function(code: str, **properties: object) -> dict:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "nodejs20.x",
            "Handler": "index.handler",
            "Role": arn_of("Role"),
            "Code": {"ZipFile": code},
            **properties,
        },
    }


def rule(bus: str, pattern: dict, *targets: object, **properties: object) -> dict:
    with_ids = [{"Id": str(number), **target} for number, target in enumerate(targets)]
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {"EventBusName": {"Ref": bus}, "EventPattern": pattern, "Targets": with_ids, **properties},
    }


def setUpModule():
    OneRegion.region = shared_region()


class OneRegion(unittest.TestCase):
    region: Process

    def deploy(self, name: str, resources: dict, update: bool = False) -> None:
        self.region.deploy(name, resources, update)

    def client(self, service: str):
        return self.region.client(service)

    def queue_url(self, name: str) -> str:
        return self.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]

    def receive(self, name: str) -> list[dict]:
        """The messages of the queue that are visible now, deleted."""
        client, url = self.client("sqs"), self.queue_url(name)
        messages = client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"]
        ).get("Messages", [])
        for message in messages:
            client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return messages

    def bodies(self, name: str) -> list[dict]:
        return [json.loads(message["Body"]) for message in self.receive(name)]

    def arrived(self, name: str) -> list[dict]:
        return eventually(lambda: self.bodies(name), f"a message in {name}")

    def publish(self, bus: str, detail: dict | None = None, **entry: object) -> str:
        default = {"Source": "shop", "DetailType": "Order", "Detail": json.dumps(detail or {}), "EventBusName": bus}
        answer = self.client("events").put_events(Entries=[default | entry])
        return answer["Entries"][0]["EventId"]


class AsyncInvocations(OneRegion):
    FAILING = "exports.handler = async () => { throw Object.assign(new Error('no'), { name: 'CardDeclined' }); };"

    def test_an_alias_retries_and_sends_a_record_whoever_invokes_it(self):
        alias = {"FunctionName": {"Ref": "Charge"}, "FunctionVersion": {"Fn::GetAtt": ["Version", "Version"]}}
        self.deploy("invocations", {
            "Role": ROLE,
            "Failures": queue("failures"),
            "Charge": function(self.FAILING, FunctionName="charge"),
            "Version": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Charge"}}},
            "Alias": {"Type": "AWS::Lambda::Alias", "Properties": {**alias, "Name": "live"}},
            "Settings": {
                "Type": "AWS::Lambda::EventInvokeConfig",
                "DependsOn": "Alias",
                "Properties": {
                    "FunctionName": {"Ref": "Charge"},
                    "Qualifier": "live",
                    "MaximumRetryAttempts": 1,
                    "DestinationConfig": {"OnFailure": {"Destination": arn_of("Failures")}},
                },
            },
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "charges"}},
            "Rule": rule("Bus", {"source": ["shop"]}, {"Arn": {"Ref": "Alias"}}),
        })  # fmt: skip
        arn = f"arn:aws:lambda:{EAST}:{ACCOUNT}:function:charge:live"

        self.client("lambda").invoke(
            FunctionName="charge", Qualifier="live", InvocationType="Event", Payload=b'{"order": 1}'
        )
        (record,) = self.arrived("failures")
        self.assertEqual(record["requestPayload"], {"order": 1})
        self.assertEqual(record["requestContext"]["functionArn"], arn)
        self.assertEqual(record["requestContext"]["condition"], "RetriesExhausted")
        self.assertEqual(record["requestContext"]["approximateInvokeCount"], 2)
        self.assertEqual(
            record["responseContext"], {"statusCode": 200, "executedVersion": "1", "functionError": "Unhandled"}
        )
        self.assertEqual(record["responsePayload"]["errorType"], "CardDeclined")

        self.publish("charges", {"order": 2})
        (record,) = self.arrived("failures")
        self.assertEqual(record["requestPayload"]["detail"], {"order": 2})
        self.assertEqual(record["requestContext"]["functionArn"], arn)


class Logs(OneRegion):
    TELLING = """exports.handler = async ({ order, fails }) => {
      for (let i = 0; i < 50; i++) process.stdout.write(JSON.stringify({ order, i, "message": "line\\n" }) + "\\n");
      process.stdout.write(JSON.stringify({ order, last: true }));
      if (fails) throw new Error("after all");
    };"""

    def test_every_line_of_a_function_is_found_by_its_fields(self):
        self.deploy("logs", {
            "Role": ROLE,
            "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "told"}},
            "Tell": function(self.TELLING, FunctionName="tell", LoggingConfig={"LogGroup": {"Ref": "Group"}}),
        })  # fmt: skip
        for order, fails in (("a", False), ("b", True), ("c", False)):
            payload = json.dumps({"order": order, "fails": fails}).encode()
            self.client("lambda").invoke(FunctionName="tell", Payload=payload)
        logs, now = self.client("logs"), int(time.time())
        for order in "abc":
            query = logs.start_query(
                logGroupName="told",
                startTime=now - 60,
                endTime=now + 60,
                queryString=f"fields i, last | filter order = '{order}' | sort i asc",
            )
            found = logs.get_query_results(queryId=query["queryId"])["results"]
            cells = [(row[0]["field"], row[0]["value"]) for row in found]
            self.assertEqual(cells, [("i", str(i)) for i in range(50)] + [("last", "true")])


class Schedules(OneRegion):
    def test_a_schedule_publishes_an_ordinary_event_at_once(self):
        bus = {"Type": "AWS::Events::EventBus", "Properties": {"Name": "scheduled"}}
        schedule = {
            "ScheduleExpression": "rate(1 minute)",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": arn_of("Bus"),
                "RoleArn": arn_of("Role"),
                "EventBridgeParameters": {"Source": "canary", "DetailType": "Beat"},
                "Input": '{"n": 1}',
            },
        }
        self.deploy("schedules", {
            "Role": ROLE,
            "Bus": bus,
            "Seen": queue("scheduled"),
            "Elsewhere": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "passed-on"}},
            "SeenElsewhere": queue("passed-on"),
            "Schedule": {"Type": "AWS::Scheduler::Schedule", "Properties": {"Name": "beat", **schedule}},
            "ToQueue": rule(
                "Bus", {"source": ["canary"], "detail-type": ["Beat"], "region": [EAST]}, {"Arn": arn_of("Seen")}
            ),
            "PassOn": rule("Bus", {"source": ["canary"]}, {"Arn": arn_of("Elsewhere")}),
            "ToQueueElsewhere": rule("Elsewhere", {"source": ["canary"]}, {"Arn": arn_of("SeenElsewhere")}),
        })  # fmt: skip
        (event,) = self.arrived("scheduled")
        self.assertEqual((event["source"], event["detail-type"], event["detail"]), ("canary", "Beat", {"n": 1}))
        self.assertEqual((event["region"], event["account"]), (EAST, ACCOUNT))
        self.assertEqual(event["resources"], [f"arn:aws:scheduler:{EAST}:{ACCOUNT}:schedule/default/beat"])
        self.assertNotIn("replay-name", event)
        # Unlike what a rule forwarded, it may go on to another bus, and so to another region.
        self.assertEqual(len(self.arrived("passed-on")), 1)
        self.region.destroy("schedules")


class Queues(OneRegion):
    ATTRIBUTES = {"kind": {"DataType": "String", "StringValue": "order"}}

    @classmethod
    def setUpClass(cls):
        cls.region.deploy("queues", {
            "Work": queue(
                "work",
                VisibilityTimeout=0,
                RedrivePolicy={"deadLetterTargetArn": arn_of("Dead"), "maxReceiveCount": 1},
            ),
            "Dead": queue("dead"),
            "Mended": queue("mended"),
            "Short": queue("short", MessageRetentionPeriod=60),
        })  # fmt: skip

    def arn(self, name: str) -> str:
        return f"arn:aws:sqs:{EAST}:{ACCOUNT}:{name}"

    def tasks(self) -> list[dict]:
        return self.client("sqs").list_message_move_tasks(SourceArn=self.arn("dead"), MaxResults=10)["Results"]

    def move(self, **options: object) -> dict:
        handle = self.client("sqs").start_message_move_task(SourceArn=self.arn("dead"), **options)["TaskHandle"]
        self.assertTrue(handle)
        eventually(lambda: self.tasks()[0]["Status"] != "RUNNING", "the end of the task")
        return self.tasks()[0]

    def fail_to_work(self) -> str:
        client = self.client("sqs")
        sent = client.send_message(
            QueueUrl=self.queue_url("work"), MessageBody='{"n": 1}', MessageAttributes=self.ATTRIBUTES
        )
        for _ in range(2):
            client.receive_message(QueueUrl=self.queue_url("work"))
        return sent["MessageId"]

    def test_dead_letters_go_back_to_their_source_with_their_attributes(self):
        identifier = self.fail_to_work()
        task = self.move()
        self.assertEqual((task["Status"], task["ApproximateNumberOfMessagesMoved"]), ("COMPLETED", 1))
        self.assertNotIn("TaskHandle", task)
        self.assertNotIn("DestinationArn", task)
        (message,) = self.receive("work")
        self.assertEqual((message["Body"], message["MessageAttributes"]), ('{"n": 1}', self.ATTRIBUTES))
        self.assertEqual(message["Attributes"]["ApproximateReceiveCount"], "1")
        self.assertNotEqual(message["MessageId"], identifier)
        self.assertEqual(self.receive("dead"), [])

    def test_dead_letters_go_to_a_named_queue_at_a_rate(self):
        for _ in range(3):
            self.fail_to_work()
        started = time.monotonic()
        task = self.move(DestinationArn=self.arn("mended"), MaxNumberOfMessagesPerSecond=10)
        self.assertGreater(time.monotonic() - started, 0.2)
        self.assertEqual(task["DestinationArn"], self.arn("mended"))
        self.assertEqual((task["ApproximateNumberOfMessagesToMove"], task["MaxNumberOfMessagesPerSecond"]), (3, 10))
        self.assertEqual(len(self.receive("mended")), 3)

    def test_a_message_that_no_queue_sent_there_needs_a_named_queue(self):
        self.client("sqs").send_message(QueueUrl=self.queue_url("dead"), MessageBody="direct")
        self.assertEqual(
            {key: self.move()[key] for key in ("Status", "FailureReason")},
            {"Status": "FAILED", "FailureReason": "CouldNotDetermineMessageSource"},
        )
        self.assertEqual(self.move(DestinationArn=self.arn("mended"))["Status"], "COMPLETED")
        self.assertEqual([message["Body"] for message in self.receive("mended")], ["direct"])

    def test_a_task_can_be_cancelled_and_there_is_one_at_a_time(self):
        client, dead = self.client("sqs"), self.arn("dead")
        for _ in range(3):
            client.send_message(QueueUrl=self.queue_url("dead"), MessageBody="many")
        options = {"SourceArn": dead, "DestinationArn": self.arn("mended"), "MaxNumberOfMessagesPerSecond": 1}
        handle = client.start_message_move_task(**options)["TaskHandle"]
        self.assertEqual(self.tasks()[0]["TaskHandle"], handle)
        with self.assertRaisesRegex(client.exceptions.UnsupportedOperation, "already a task running"):
            client.start_message_move_task(**options)
        moved = client.cancel_message_move_task(TaskHandle=handle)["ApproximateNumberOfMessagesMoved"]
        self.assertLess(moved, 3)
        self.assertEqual(self.tasks()[0]["Status"], "CANCELLED")
        with self.assertRaises(client.exceptions.ResourceNotFoundException):
            client.cancel_message_move_task(TaskHandle=handle)
        self.assertEqual(len(self.receive("dead")) + len(self.receive("mended")), 3)

    def test_only_a_dead_letter_queue_of_a_queue_can_be_a_source(self):
        client = self.client("sqs")
        with self.assertRaisesRegex(client.exceptions.ClientError, "must be configured as a Dead Letter Queue"):
            client.start_message_move_task(SourceArn=self.arn("mended"))
        with self.assertRaises(client.exceptions.ResourceNotFoundException):
            client.start_message_move_task(SourceArn=self.arn("gone"))
        with self.assertRaises(client.exceptions.ResourceNotFoundException):
            client.start_message_move_task(SourceArn=self.arn("dead"), DestinationArn=self.arn("gone"))
        with self.assertRaises(client.exceptions.ClientError):
            client.start_message_move_task(SourceArn=self.arn("dead"), MaxNumberOfMessagesPerSecond=501)

    def test_a_queue_has_the_retention_of_its_template(self):
        attributes = self.client("sqs").get_queue_attributes(
            QueueUrl=self.queue_url("short"), AttributeNames=["MessageRetentionPeriod"]
        )["Attributes"]
        self.assertEqual(attributes, {"MessageRetentionPeriod": "60"})


class Pipes(OneRegion):
    ENRICHMENT = """
        exports.handler = async records => {
          if (records.some(record => record.id === 'poison')) throw new Error('no');
          return records.map(record => ({ ...record, enriched: true }));
        };"""

    def resources(self, **properties: object) -> dict:
        table = {
            "TableName": "outbox",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
        }
        pattern = {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": [{"exists": True}]}}}}
        pipe = {
            "RoleArn": arn_of("Role"),
            "Source": {"Fn::GetAtt": ["Table", "StreamArn"]},
            "SourceParameters": {
                "FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)}]},
                "DynamoDBStreamParameters": {
                    "StartingPosition": "LATEST",
                    "MaximumRetryAttempts": 1,
                    "DeadLetterConfig": {"Arn": arn_of("Dead")},
                },
            },
            "Enrichment": arn_of("Enrich"),
            "EnrichmentParameters": {
                "InputTemplate": '{"id": <$.dynamodb.NewImage.id.S>, "kind": <$.dynamodb.NewImage.kind.S>}',
            },
            "Target": arn_of("Bus"),
            "TargetParameters": {
                "EventBridgeEventBusParameters": {
                    "Source": "shop", "DetailType": "$.kind", "Resources": ["$.id"],
                },
                "InputTemplate": '{"id": "<$.id>", "enriched": <$.enriched>}',
            },
        } | properties  # fmt: skip
        return {
            "Role": ROLE,
            "Table": {"Type": "AWS::DynamoDB::Table", "Properties": table},
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "outbox"}},
            "Seen": queue("outbox-seen"),
            "Dead": queue("outbox-dead"),
            "ToQueue": rule("Bus", {"source": ["shop"], "region": [EAST]}, {"Arn": arn_of("Seen")}),
            "Enrich": function(self.ENRICHMENT),
            "Pipe": {"Type": "AWS::Pipes::Pipe", "Properties": pipe},
        }

    def put(self, identifier: str, **attributes: str) -> None:
        item = {"id": {"S": identifier}} | {name: {"S": value} for name, value in attributes.items()}
        self.client("dynamodb").put_item(TableName="outbox", Item=item)

    def test_rows_become_events_of_this_region(self):
        self.deploy("pipes", self.resources())
        self.put("no kind")
        self.put("1", kind="OrderPlaced")
        (event,) = self.arrived("outbox-seen")
        self.assertEqual((event["detail-type"], event["resources"]), ("OrderPlaced", ["1"]))
        self.assertEqual((event["region"], event["detail"]), (EAST, {"id": "1", "enriched": True}))

        self.put("poison", kind="OrderPlaced")
        (letter,) = self.arrived("outbox-dead")
        self.assertEqual(letter["context"]["condition"], "RetryAttemptsExhausted")
        self.assertEqual(letter["DDBStreamBatchInfo"]["batchSize"], 1)

        changed = self.resources(DesiredState="STOPPED")
        changed["Pipe"]["Properties"]["TargetParameters"]["InputTemplate"] = '{"id": "<$.id>"}'
        self.deploy("pipes", changed, update=True)
        self.put("2", kind="OrderPlaced")
        time.sleep(0.5)
        self.assertEqual(self.bodies("outbox-seen"), [])
        changed["Pipe"]["Properties"]["DesiredState"] = "RUNNING"
        self.deploy("pipes", changed, update=True)
        (event,) = self.arrived("outbox-seen")
        self.assertEqual(event["detail"], {"id": "2"})

        (pipe,) = self.client("pipes").list_pipes()["Pipes"]
        described = self.client("pipes").describe_pipe(Name=pipe["Name"])
        self.assertEqual(described["TargetParameters"]["InputTemplate"], '{"id": "<$.id>"}')
        self.region.destroy("pipes")
        self.assertEqual(self.client("pipes").list_pipes()["Pipes"], [])

    def test_a_filter_that_is_none_fails_the_deployment(self):
        resources = self.resources()
        parameters = resources["Pipe"]["Properties"]["SourceParameters"]
        parameters["FilterCriteria"]["Filters"] = [{"Pattern": '{"eventName": "INSERT"}'}]
        with self.assertRaisesRegex(AssertionError, "event pattern is not valid"):
            self.deploy("bad-pipe", resources)


class CustomResources(OneRegion):
    HANDLER = """
        exports.handler = async event => {
          console.log('asked to ' + JSON.stringify(event));
          const { Size, Fail, Id } = event.ResourceProperties;
          const answer = {
            Status: Fail === event.RequestType ? 'FAILED' : 'SUCCESS', Reason: `${event.RequestType} is not to be`,
            PhysicalResourceId: Id ?? event.PhysicalResourceId ?? 'made-here', Data: { Doubled: `${Size}${Size}` },
            StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId,
          };
          const body = JSON.stringify(answer);
          await fetch(event.ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } });
        };"""

    def setUp(self):
        logs = self.client("logs")
        with contextlib.suppress(logs.exceptions.ResourceNotFoundException):
            logs.delete_log_group(logGroupName="/aws/lambda/thing")

    def resources(self, kind: str = "Custom::Thing", **properties: object) -> dict:
        service = {"ServiceToken": arn_of("Handler")}
        return {
            "Role": ROLE,
            "Handler": function(self.HANDLER, FunctionName="thing"),
            "Thing": {
                "Type": kind,
                "Properties": service | properties,
                "DeletionPolicy": "Delete",
                "UpdateReplacePolicy": "Delete",
            },
            "Result": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Name": "thing", "Type": "String", "Value": {"Fn::GetAtt": ["Thing", "Doubled"]}},
            },
        }

    def asked(self) -> list[dict]:
        """What the function was asked since the last time."""
        logs = self.client("logs")
        events = logs.filter_log_events(logGroupName="/aws/lambda/thing")["events"]
        logs.delete_log_group(logGroupName="/aws/lambda/thing")
        texts = [event["message"].partition("asked to ")[2] for event in events]
        return [json.loads(text) for text in texts if text]

    def result(self) -> str:
        return self.client("ssm").get_parameter(Name="thing")["Parameter"]["Value"]

    def requests(self) -> list[tuple]:
        return [(request["RequestType"], request.get("PhysicalResourceId")) for request in self.asked()]

    def test_create_update_replace_and_delete(self):
        for kind in ("Custom::Thing", "AWS::CloudFormation::CustomResource"):
            with self.subTest(kind):
                self.deploy("custom", self.resources(kind, Size=1, Flag=True))
                self.assertEqual(self.result(), "11")
                (request,) = self.asked()
                self.assertEqual((request["RequestType"], request["ResourceType"]), ("Create", kind))
                self.assertEqual(request["LogicalResourceId"], "Thing")
                self.assertRegex(request["StackId"], f"^arn:aws:cloudformation:{EAST}:{ACCOUNT}:stack/custom/")
                self.assertEqual(
                    {key: request["ResourceProperties"][key] for key in ("Size", "Flag")},
                    {"Size": "1", "Flag": "true"},
                )

                self.deploy("custom", self.resources(kind, Size=2), update=True)
                self.assertEqual(self.result(), "22")
                (request,) = self.asked()
                self.assertEqual((request["RequestType"], request["PhysicalResourceId"]), ("Update", "made-here"))
                self.assertEqual(request["OldResourceProperties"]["Size"], "1")

                self.deploy("custom", self.resources(kind, Size=2, Id="another"), update=True)
                self.assertEqual(self.requests(), [("Update", "made-here"), ("Delete", "made-here")])

                self.region.destroy("custom")
                self.assertEqual(self.requests(), [("Delete", "another")])

    def test_a_failure_fails_the_deployment_with_its_reason(self):
        with self.assertRaisesRegex(AssertionError, "Create is not to be"):
            self.deploy("failing", self.resources(Size=1, Fail="Create"))
        eventually(lambda: self.stack_status("failing") == "ROLLBACK_COMPLETE", "the end of the rollback")
        self.region.destroy("failing")

        self.deploy("failing", self.resources(Size=1))
        with self.assertRaisesRegex(AssertionError, "Update is not to be"):
            self.deploy("failing", self.resources(Size=2, Fail="Update"), update=True)
        eventually(lambda: self.stack_status("failing") == "UPDATE_ROLLBACK_COMPLETE", "the end of the rollback")
        self.assertEqual(self.result(), "11")
        self.region.destroy("failing")

    def stack_status(self, name: str) -> str:
        return self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]

    def test_a_function_that_throws_fails_the_deployment_at_once(self):
        resources = self.resources(Size=1)
        resources["Handler"] = function("exports.handler = async () => { throw new Error('no answer'); };")
        with self.assertRaisesRegex(AssertionError, "no answer"):
            self.deploy("throwing", resources)


class EventBuses(OneRegion):
    def test_a_bus_with_all_its_settings_its_dead_letters_and_a_replay(self):
        bus = {
            "Name": "settled",
            "LogConfig": {"Level": "ERROR", "IncludeDetail": "NONE"},
            "KmsKeyIdentifier": arn_of("Key"),
            "DeadLetterConfig": {"Arn": arn_of("Dead")},
        }
        resources = {
            "Role": ROLE,
            "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": []}}},
            "Dead": queue("settled-dead"),
            "Seen": queue("settled-seen"),
            "Replayed": queue("settled-replayed"),
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": bus},
            "Archive": {
                "Type": "AWS::Events::Archive",
                "Properties": {
                    "ArchiveName": "settled", "SourceArn": arn_of("Bus"), "EventPattern": {"source": ["shop"]},
                },
            },
            "Live": rule("Bus", {"replay-name": [{"exists": False}], "resources": ["a"]}, {"Arn": arn_of("Seen")}),
            "Again": rule("Bus", {"replay-name": [{"prefix": "again"}]}, {"Arn": arn_of("Replayed")}),
            "Lost": rule("Bus", {"source": ["lost"]}, {
                "Arn": f"arn:aws:sqs:{EAST}:{ACCOUNT}:gone", "DeadLetterConfig": {"Arn": arn_of("Dead")},
            }, Name="lost"),
        }  # fmt: skip
        self.deploy("settled", resources)
        client = self.client("events")
        described = client.describe_event_bus(Name="settled")
        self.assertEqual(described["LogConfig"], bus["LogConfig"])
        self.assertRegex(described["KmsKeyIdentifier"], "^arn:aws:kms:")
        dead = f"arn:aws:sqs:{EAST}:{ACCOUNT}:settled-dead"
        self.assertEqual(described["DeadLetterConfig"], {"Arn": dead})

        identifier = self.publish("settled", {"n": 1}, Resources=["a"], Time=1767225600)
        self.publish("settled", {"n": 2}, Resources=["b"], Source="lost")
        (live,) = self.arrived("settled-seen")
        self.assertEqual((live["id"], live["time"]), (identifier, "2026-01-01T00:00:00Z"))
        (letter,) = eventually(lambda: self.receive("settled-dead"), "the dead letter")
        self.assertEqual(json.loads(letter["Body"])["detail"], {"n": 2})
        attributes = {name: each["StringValue"] for name, each in letter["MessageAttributes"].items()}
        self.assertEqual(attributes["RULE_ARN"], f"arn:aws:events:{EAST}:{ACCOUNT}:rule/settled/lost")
        self.assertEqual(attributes["TARGET_ARN"], f"arn:aws:sqs:{EAST}:{ACCOUNT}:gone")
        self.assertEqual(attributes["ERROR_CODE"], "NO_RESOURCE")
        self.assertIn("there is no", attributes["ERROR_MESSAGE"])

        self.assertEqual(client.describe_archive(ArchiveName="settled")["EventCount"], 1)
        client.start_replay(
            ReplayName="again-1",
            EventSourceArn=client.describe_archive(ArchiveName="settled")["ArchiveArn"],
            EventStartTime=1767225600,
            EventEndTime=1767225601,
            Destination={"Arn": described["Arn"]},
        )
        (replayed,) = self.arrived("settled-replayed")
        self.assertEqual(replayed, live | {"replay-name": "again-1"})
        eventually(
            lambda: client.describe_replay(ReplayName="again-1")["State"] == "COMPLETED", "the end of the replay"
        )
        self.assertEqual(self.receive("settled-seen"), [])

        del bus["LogConfig"]
        self.deploy("settled", resources, update=True)
        self.assertNotIn("LogConfig", client.describe_event_bus(Name="settled"))
        self.region.destroy("settled")


class Refusals(OneRegion):
    """What fails a deployment by its order or its past; each refusal has tests of its own."""

    def assert_refused(self, stack: str, resources: dict, reason: str) -> None:
        with self.assertRaisesRegex(AssertionError, reason):
            self.deploy(stack, resources)
        self.wait_for(stack, "ROLLBACK_COMPLETE")
        self.region.destroy(stack)

    def assert_update_is_refused(self, stack: str, resources: dict, reason: str) -> None:
        with self.assertRaisesRegex(AssertionError, reason):
            self.deploy(stack, resources, update=True)
        self.wait_for(stack, "UPDATE_ROLLBACK_COMPLETE")

    def wait_for(self, stack: str, status: str) -> None:
        client = self.client("cloudformation")
        eventually(
            lambda: client.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"] == status,
            "the end of the rollback",
        )

    def test_a_function_that_does_not_wait_for_its_permission_to_trace(self):
        statement = {"Effect": "Allow", "Action": ["xray:PutTraceSegments"], "Resource": "*"}
        policy = {"PolicyName": "traces", "PolicyDocument": {"Statement": [statement]}, "Roles": [{"Ref": "Role"}]}
        traced = function("exports.handler = async () => {};", TracingConfig={"Mode": "Active"})
        traces = {"Type": "AWS::IAM::Policy", "Properties": policy}
        resources = {"Role": ROLE, "Traced": traced, "Traces": traces | {"DependsOn": "Traced"}}
        self.assert_refused("traced", resources, "does not have permissions to call PutTraceSegments on XRAY")
        self.deploy("traced", resources | {"Traced": traced | {"DependsOn": "Traces"}, "Traces": traces})
        self.region.destroy("traced")

    def test_a_stack_in_the_way_of_what_it_retained(self):
        group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "retained"}}
        resources = {"Group": group | {"DeletionPolicy": "RetainExceptOnCreate"}}
        self.deploy("retaining", resources)
        self.region.destroy("retaining")
        self.assert_refused("retaining", resources, "AWS::Logs::LogGroup.*retained.*already exists")
        self.client("logs").delete_log_group(logGroupName="retained")
        self.deploy("retaining", resources)
        self.region.destroy("retaining")

    def test_a_function_that_is_changed_again_as_it_was_before_a_rollback(self):
        resources = {
            "Role": ROLE,
            "Again": function("exports.handler = async () => {};", FunctionName="again", Timeout=3),
            "Version1": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Again"}}},
        }
        self.deploy("again", resources)
        changed = resources | {
            "Again": function("exports.handler = async () => {};", FunctionName="again", Timeout=4),
            "Version2": resources["Version1"] | {"DeletionPolicy": "Retain", "DependsOn": "Version1"},
        }
        failing = queue("again", RedrivePolicy={"deadLetterTargetArn": "none"}) | {"DependsOn": "Version2"}
        self.assert_update_is_refused("again", changed | {"Failing": failing}, "RedrivePolicy")
        self.assert_update_is_refused("again", changed, r"A version for this Lambda function exists \( 2 \)")
        self.region.destroy("again")


class AcceptedTypes(OneRegion):
    def test_an_alarm_on_an_expression_deploys_and_never_goes_off(self):
        self.deploy("expression", {
            "Alarm": {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {
                    "Metrics": [{"Id": "e1", "Expression": "SELECT SUM(Errors) FROM SCHEMA(\"AWS/Lambda\")", "Period": 60}],
                    "Threshold": 1,
                    "EvaluationPeriods": 1,
                    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                    "TreatMissingData": "notBreaching",
                },
            },
        })  # fmt: skip
        alarms = self.client("cloudwatch").describe_alarms()["MetricAlarms"]
        self.assertEqual([alarm["Namespace"] for alarm in alarms if "Alarm" in alarm["AlarmName"]], ["local-region/metric-math"])
        self.assertNotEqual(alarms[0]["StateValue"], "ALARM")
        self.region.destroy("expression")

    def test_log_deliveries_and_a_discoverer_deploy_and_name_each_other(self):
        self.deploy("accepted", {
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "logged"}},
            "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "bus"}},
            "Source": {
                "Type": "AWS::Logs::DeliverySource",
                "Properties": {"Name": "bus", "LogType": "INFO_LOGS", "ResourceArn": arn_of("Bus")},
            },
            "Destination": {
                "Type": "AWS::Logs::DeliveryDestination",
                "Properties": {"Name": "bus", "DestinationResourceArn": arn_of("Logs")},
            },
            "Delivery": {
                "Type": "AWS::Logs::Delivery",
                "Properties": {
                    "DeliverySourceName": {"Ref": "Source"}, "DeliveryDestinationArn": arn_of("Destination"),
                },
            },
            "Discoverer": {"Type": "AWS::EventSchemas::Discoverer", "Properties": {"SourceArn": arn_of("Bus")}},
        })  # fmt: skip
        resources = self.client("cloudformation").describe_stack_resources(StackName="accepted")["StackResources"]
        names = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
        self.assertEqual(names["Source"], "bus")
        self.assertRegex(names["Delivery"], "^[0-9a-f]{16}$")
        self.assertEqual(names["Discoverer"], f"arn:aws:schemas:{EAST}:{ACCOUNT}:discoverer/events-event-bus-logged")
        self.region.destroy("accepted")

    def test_a_trail_is_a_record_of_what_it_would_record(self):
        selector = {"Name": "items", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Data"]}]}
        trail = {
            "TrailName": "audit",
            "S3BucketName": {"Ref": "Bucket"},
            "IsLogging": True,
            "IsMultiRegionTrail": True,
            "AdvancedEventSelectors": [selector],
        }
        bucket = {"Type": "AWS::S3::Bucket", "Properties": {}}
        self.deploy("audited", {"Bucket": bucket, "Trail": {"Type": "AWS::CloudTrail::Trail", "Properties": trail}})
        client = self.client("cloudtrail")
        self.assertTrue(client.get_trail(Name="audit")["Trail"]["IsMultiRegionTrail"])
        self.assertEqual(client.get_event_selectors(TrailName="audit")["AdvancedEventSelectors"], [selector])
        self.region.destroy("audited")
        self.assertEqual(client.describe_trails(trailNameList=["audit"])["trailList"], [])


if __name__ == "__main__":
    unittest.main()
