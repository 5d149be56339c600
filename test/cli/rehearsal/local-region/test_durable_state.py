"""Regions that are killed and started again, with real processes."""

import json
import shutil
import signal
import tempfile
import threading
import time
import unittest
import urllib.request
from pathlib import Path
from unittest import mock

import emulator  # noqa: F401
from local_region import state_machines, time_to_live
from local_region.database import Database
from local_region.durable_state import HANDLE, DurableState, changed_by
from local_region.durable_stores import BUSY, OBJECTS
from local_region.global_tables import REMOVE_ITEM, REPLICATE, SET_ITEM
from local_region.workflow_resumption import resumed_definition
from regions import EAST, WEST, Process, eventually, free_port, start

ACCOUNT = "000000000000"
ROLE = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}
ROLE_ARN = {"Fn::GetAtt": ["Role", "Arn"]}
GLOBAL_TABLE = {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {
    "TableName": "orders", "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
    "Replicas": [{"Region": EAST}, {"Region": WEST}],
}}  # fmt: skip


def function(code: str) -> dict:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Runtime": "nodejs20.x", "Handler": "index.handler", "Role": ROLE_ARN, "Code": {"ZipFile": code}},
    }


class KilledCase(unittest.TestCase):
    def setUp(self):
        state = Path(tempfile.mkdtemp(prefix="local-region-test-"))
        self.addCleanup(shutil.rmtree, state, ignore_errors=True)
        ports = {EAST: free_port(), WEST: free_port()}
        self.region = Process(EAST, ports[EAST], WEST, ports[WEST], state)
        self.peer = Process(WEST, ports[WEST], EAST, ports[EAST], state)
        for process in (self.region, self.peer):
            self.addCleanup(process.stop)

    def kill_and_start(self) -> None:
        self.region.signal(signal.SIGKILL)
        self.region.stop()
        start(self.region)


class OneRegion(KilledCase):
    def setUp(self):
        super().setUp()
        start(self.region)

    def test_every_acknowledged_write_is_there_after_a_kill_at_any_moment(self):
        self.region.deploy("data", {
            "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {
                "TableName": "orders", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            }},
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}},
        })  # fmt: skip
        table, queue = self.region.client("dynamodb"), self.region.client("sqs")
        url = queue.get_queue_url(QueueName="orders")["QueueUrl"]
        expected: dict[str, str] = {}
        sent: list[str] = []
        for round_ in range(3):
            for number in range(15):
                key = f"{round_}-{number}"
                table.put_item(TableName="orders", Item={"pk": {"S": key}, "n": {"N": str(number)}})
                expected[key] = str(number)
                sent.append(queue.send_message(QueueUrl=url, MessageBody=key)["MessageId"])
            table.delete_item(TableName="orders", Key={"pk": {"S": f"{round_}-0"}})
            del expected[f"{round_}-0"]
            table.update_item(
                TableName="orders", Key={"pk": {"S": f"{round_}-1"}}, UpdateExpression="SET n = :n",
                ExpressionAttributeValues={":n": {"N": "99"}},
            )  # fmt: skip
            expected[f"{round_}-1"] = "99"
            self.kill_and_start()
            items = table.scan(TableName="orders")["Items"]
            self.assertEqual({item["pk"]["S"]: item["n"]["N"] for item in items}, expected)
        received: set[str] = set()
        while len(received) < len(sent):
            answer = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            self.assertTrue(answer.get("Messages"), f"{len(received)} of {len(sent)}")
            for message in answer["Messages"]:
                received.add(message["MessageId"])
                queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        self.assertEqual(received, set(sent))
        self.kill_and_start()
        self.assertEqual(self.client_count(url), "0")

    def client_count(self, url: str) -> str:
        answer = self.region.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return answer["ApproximateNumberOfMessages"]

    def test_what_was_deployed_works_as_before(self):
        code = "exports.handler = async event => ({ statusCode: 200, body: 'served' });"
        self.region.deploy("app", {
            "Role": ROLE,
            "Serve": function(code),
            "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "api"}},
            "Method": {"Type": "AWS::ApiGateway::Method", "Properties": {
                "RestApiId": {"Ref": "Api"}, "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "HttpMethod": "GET",
                "AuthorizationType": "NONE",
                "Integration": {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": (
                    "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Serve.Arn}/invocations"
                )}},
            }},
            "Deployment": {
                "Type": "AWS::ApiGateway::Deployment", "DependsOn": "Method", "Properties": {"RestApiId": {"Ref": "Api"}},
            },
            "Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": {
                "RestApiId": {"Ref": "Api"}, "DeploymentId": {"Ref": "Deployment"}, "StageName": "prod",
            }},
            "Permission": {"Type": "AWS::Lambda::Permission", "Properties": {
                "Action": "lambda:InvokeFunction", "FunctionName": {"Ref": "Serve"}, "Principal": "apigateway.amazonaws.com",
            }},
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "orders"}},
            "Seen": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "seen"}},
            "Archive": {"Type": "AWS::Events::Archive", "Properties": {
                "ArchiveName": "orders", "SourceArn": {"Fn::GetAtt": ["Bus", "Arn"]},
            }},
            "Rule": {"Type": "AWS::Events::Rule", "Properties": {
                "EventBusName": {"Ref": "Bus"}, "EventPattern": {"source": ["shop"]},
                "Targets": [{"Id": "queue", "Arn": {"Fn::GetAtt": ["Seen", "Arn"]}}],
            }},
        })  # fmt: skip
        entry = {"Source": "shop", "DetailType": "Order", "Detail": "{}", "EventBusName": "orders"}
        self.region.client("events").put_events(Entries=[entry])
        self.kill_and_start()
        api = self.region.client("apigateway").get_rest_apis()["items"][0]["id"]
        with urllib.request.urlopen(f"{self.region.url}/restapis/{api}/prod/_user_request_/", timeout=10) as response:
            self.assertEqual(response.read(), b"served")
        # The stage serves the API as it was when it was deployed.
        root = self.region.client("apigateway").get_resources(restApiId=api)["items"][0]["id"]
        self.region.client("apigateway").delete_method(restApiId=api, resourceId=root, httpMethod="GET")
        with urllib.request.urlopen(f"{self.region.url}/restapis/{api}/prod/_user_request_/", timeout=10) as response:
            self.assertEqual(response.read(), b"served")
        self.region.client("events").put_events(Entries=[entry])
        url = self.region.client("sqs").get_queue_url(QueueName="seen")["QueueUrl"]
        self.assertEqual(self.client_count(url), "2")
        archive = self.region.client("events").describe_archive(ArchiveName="orders")
        self.assertEqual(archive["EventCount"], 2)
        self.region.destroy("app")
        deleted = self.region.client("cloudformation").list_stacks()["StackSummaries"]
        self.assertEqual([stack["StackStatus"] for stack in deleted if stack["StackName"] == "app"], ["DELETE_COMPLETE"])

    def test_a_pipe_and_a_mapping_read_on(self):
        """They have a position in the stream of a table, which goes on, and a queue that had messages."""
        relay = (
            "exports.handler = async event => { for (const { body } of event.Records) await fetch("
            "process.env.AWS_ENDPOINT_URL, { method: 'POST', headers: { 'x-amz-target': 'AmazonSQS.SendMessage',"
            " 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify({ QueueUrl:"
            " process.env.AWS_ENDPOINT_URL + '/000000000000/seen', MessageBody: body }) }); };"
        )
        stream = {"Fn::GetAtt": ["Table", "StreamArn"]}
        self.region.deploy("readers", {
            "Role": ROLE,
            "Relay": {**function(relay), "Properties": {**function(relay)["Properties"], "Timeout": 10}},
            "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {
                "TableName": "orders", "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
            }},
            "Source": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "source"}},
            "Seen": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "seen"}},
            "Piped": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "piped"}},
            "Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {
                "FunctionName": {"Ref": "Relay"}, "EventSourceArn": {"Fn::GetAtt": ["Source", "Arn"]}, "BatchSize": 1,
            }},
            "Pipe": {"Type": "AWS::Pipes::Pipe", "Properties": {
                "Name": "piped", "RoleArn": ROLE_ARN, "Source": stream, "Target": {"Fn::GetAtt": ["Piped", "Arn"]},
                "SourceParameters": {"DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": 1}},
            }},
        })  # fmt: skip
        table, queue = self.region.client("dynamodb"), self.region.client("sqs")
        url = {name: queue.get_queue_url(QueueName=name)["QueueUrl"] for name in ("source", "seen", "piped")}
        # One before, which has been read, one that may not have been, and one after.
        for number in range(3):
            table.put_item(TableName="orders", Item={"pk": {"S": str(number)}})
            queue.send_message(QueueUrl=url["source"], MessageBody=str(number))
            if number == 0:
                eventually(lambda: self.client_count(url["piped"]) == "1", "the pipe")
                eventually(lambda: self.client_count(url["seen"]) == "1", "the mapping")
                time.sleep(0.3)
            if number == 1:
                self.kill_and_start()
        for name in ("piped", "seen"):
            # A message that was being read is there again after its visibility timeout; both are at least once.
            eventually(lambda name=name: int(self.client_count(url[name])) >= (3 if name == "piped" else 2), name)
        self.assertLessEqual(int(self.client_count(url["piped"])), 4)

    def test_the_stack_is_as_it_was(self):
        self.region.deploy("plain", {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "plain"}}})
        self.kill_and_start()
        stack = self.region.client("cloudformation").describe_stacks(StackName="plain")["Stacks"][0]
        self.assertEqual(stack["StackStatus"], "CREATE_COMPLETE")

    def test_what_ran_goes_on(self):
        """A workflow at the state that it was in, an invocation again."""
        charge = {
            "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "ResultPath": "$.charged", "Next": "Wait",
            "Parameters": {"QueueUrl": f"{self.region.url}/{ACCOUNT}/charged", "MessageBody": "once"},
        }  # fmt: skip
        wait = {"Type": "Wait", "Seconds": 2, "Next": "End"}
        end = {"Type": "Pass", "Parameters": {"order.$": "$.order", "charged.$": "$.charged.MessageId", "input.$": "$$.Execution.Input"}, "End": True}
        definition = {"StartAt": "Charge", "States": {"Charge": charge, "Wait": wait, "End": end}}
        tell = (
            "exports.handler = async event => { await new Promise(done => setTimeout(done, 1000));"
            " await fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST', headers: { 'x-amz-target': 'AmazonSQS.SendMessage',"
            " 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify({ QueueUrl: process.env.AWS_ENDPOINT_URL +"
            " '/000000000000/told', MessageBody: 'invoked' }) }); };"
        )
        self.region.deploy("running", {
            "Role": ROLE,
            "Tell": {**function(tell), "Properties": {**function(tell)["Properties"], "FunctionName": "tell", "Timeout": 10}},
            "Charged": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "charged"}},
            "Told": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "told"}},
            "Workflow": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {
                "StateMachineName": "workflow", "RoleArn": ROLE_ARN, "DefinitionString": json.dumps(definition),
            }},
        })  # fmt: skip
        client = self.region.client("stepfunctions")
        machine = f"arn:aws:states:{EAST}:{ACCOUNT}:stateMachine:workflow"
        started = client.start_execution(stateMachineArn=machine, name="order-1", input='{"order": 1}')["executionArn"]
        url = self.region.client("sqs").get_queue_url(QueueName="charged")["QueueUrl"]
        eventually(lambda: self.client_count(url) == "1", "the first state")
        eventually(lambda: "Wait" in str(client.get_execution_history(executionArn=started)["events"][-1]), "the wait")
        time.sleep(0.3)
        self.region.client("lambda").invoke(FunctionName="tell", InvocationType="Event", Payload=b"{}")
        self.kill_and_start()
        self.assertEqual(client.describe_execution(executionArn=started)["status"], "RUNNING")
        with self.assertRaises(client.exceptions.ExecutionAlreadyExists):
            client.start_execution(stateMachineArn=machine, name="order-1", input="{}")
        eventually(lambda: client.describe_execution(executionArn=started)["status"] == "SUCCEEDED", "the end of the workflow")
        ended = client.describe_execution(executionArn=started)
        self.assertEqual(ended["input"], '{"order": 1}')
        output = json.loads(ended["output"])
        self.assertEqual((output["order"], output["input"], bool(output["charged"])), (1, {"order": 1}, True))
        self.assertEqual(self.client_count(url), "1")
        url = self.region.client("sqs").get_queue_url(QueueName="told")["QueueUrl"]
        eventually(lambda: self.client_count(url) == "1", "the invocation")

    def test_a_stack_that_was_being_changed_has_failed(self):
        client = self.region.client("cloudformation")
        late = {"stack": "late", "resource": "AWS::SSM::Parameter", "seconds": 60}
        self.region.set("deployment-faults", {"faults": [late]})
        template = {"Resources": {"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "v"}}}}
        client.create_stack(StackName="late", TemplateBody=json.dumps(template))
        self.kill_and_start()
        stack = client.describe_stacks(StackName="late")["Stacks"][0]
        self.assertEqual(stack["StackStatus"], "CREATE_FAILED")
        self.region.destroy("late")

    def test_writing_all_that_there_is_takes_no_time(self):
        began = time.monotonic()
        for _ in range(20):
            self.region.client("ssm").put_parameter(Name="p", Type="String", Value="v", Overwrite=True)
        self.assertLess((time.monotonic() - began) / 20, 0.1)


class Workflows(unittest.TestCase):
    STATES = {"A": {"Type": "Task", "Next": "B"}, "B": {"Type": "Wait", "End": True}}

    def entered(self, name: str, value: object) -> dict:
        return {"type": "StateEntered", "stateEnteredEventDetails": {"name": name, "input": json.dumps(value)}}

    def test_they_go_on_at_the_last_state_that_was_entered(self):
        # What is inside of a Parallel or a Map is part of one state.
        events = [{"type": "ExecutionStarted"}, self.entered("A", 1), self.entered("B", {"x": [2]}), self.entered("Inner", 3)]
        resumed = resumed_definition({"StartAt": "A", "States": self.STATES}, events)
        begin = resumed["States"][resumed["StartAt"]]
        self.assertEqual((begin["Next"], begin["Result"]), ("B", {"x": [2]}))
        self.assertEqual({name: resumed["States"][name] for name in self.STATES}, self.STATES)

    def test_they_begin_again_where_nobody_knows_what_they_knew(self):
        self.assertIsNone(resumed_definition({"StartAt": "A", "States": self.STATES}, [{"type": "ExecutionStarted"}]))
        assigning = {"StartAt": "A", "States": self.STATES | {"A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"}}}
        self.assertIsNone(resumed_definition(assigning, [self.entered("B", 1)]))


class Requests(unittest.TestCase):
    def changed(self, path: str = "/", method: str = "POST", **headers: str) -> object:
        encoded = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        return changed_by({"method": method, "path": path, "headers": encoded})

    def test_what_changes_nothing_is_not_waited_for(self):
        for target in ("DynamoDB_20120810.GetItem", "DynamoDB_20120810.Query", "TrentService.Decrypt", "AmazonSQS.ListQueues"):
            self.assertIsNone(self.changed(x_amz_target=target), target)
        self.assertIsNone(self.changed("/service/GraniteServiceVersion20100801/operation/PutMetricData"))
        self.assertIsNone(self.changed("/2015-03-31/functions/f", "GET"))

    def test_what_an_app_does_all_the_time_writes_what_it_may_change(self):
        for target in ("DynamoDB_20120810.PutItem", "AmazonSQS.ReceiveMessage", "AWSEvents.PutEvents", "AWSStepFunctions.StartExecution"):
            self.assertEqual(self.changed(x_amz_target=target), BUSY, target)
        self.assertEqual(self.changed("/2015-03-31/functions/f/invocations"), BUSY)
        self.assertEqual(self.changed("/restapis/a/prod/_user_request_/orders"), BUSY)
        self.assertEqual(self.changed("/orders", host="api.example.com"), BUSY)

    def test_all_else_writes_all(self):
        for target in ("DynamoDB_20120810.UpdateTimeToLive", "AmazonSQS.SetQueueAttributes", "AWSEvents.PutRule"):
            self.assertEqual(self.changed(x_amz_target=target), (), target)
        self.assertEqual(self.changed(content_type="application/x-www-form-urlencoded"), ())
        signed = "AWS4-HMAC-SHA256 Credential=test/20260101/us-west-2/s3/aws4_request"
        self.assertEqual(self.changed("/bucket/key", "PUT", authorization=signed), (OBJECTS,))


class Items(unittest.TestCase):
    def test_one_that_could_not_be_removed_stays(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        database = Database(Path(directory.name) / "state.sqlite")
        self.addCleanup(database.close)
        state = DurableState(database)
        table: dict = {"TableId": "t", "items": {}}

        def set_item(table, pk_val, sk_val, item):
            table["items"].setdefault(pk_val, {})[sk_val] = item
            return "set"

        def rows() -> int:
            with database.transaction() as connection:
                return connection.execute("SELECT COUNT(*) FROM state").fetchone()[0]

        self.assertEqual(state._writing_item(set_item)(table, "a", "b", {}), "set")
        state._removing_item(lambda table, pk_val, sk_val: None)(table, "a", "b")
        self.assertEqual(rows(), 1)
        removed = state._removing_item(lambda table, pk_val, sk_val: table["items"][pk_val].pop(sk_val))(table, "a", "b")
        self.assertEqual((removed, rows()), ({}, 0))


class KilledBeforeItIsSent(Exception):
    """Stands for the death of the process between an item and what it makes for other regions."""


class Killed(unittest.TestCase):
    """At the worst moment: an item is written, and its version and its record in the stream are not."""

    def setUp(self):
        from ministack.services import dynamodb, stepfunctions

        self.dynamodb, self.stepfunctions = dynamodb, stepfunctions
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.database = Database(Path(directory.name) / "state.sqlite")
        self.addCleanup(self.database.close)
        dynamodb.reset()
        self.addCleanup(dynamodb.reset)
        self.state = DurableState(self.database)
        seams = (SET_ITEM, REMOVE_ITEM, REPLICATE, HANDLE, time_to_live.RECORD, time_to_live.GET_RECORDS,
                 state_machines.INVOKE_DYNAMODB, state_machines.START)  # fmt: skip
        for seam in seams:
            patch = mock.patch(f"{seam.module}.{seam.name}", seam.get())
            patch.start()
            self.addCleanup(patch.stop)
        state_machines.install(self.state.in_one_transaction)
        self.time_to_live = time_to_live.TimeToLive(lambda table, item: True, self.state.in_one_transaction)
        self.time_to_live.install()
        self.state.install()
        dynamodb._create_table({
            "TableName": "rows",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        })  # fmt: skip

    def kill_when_it_is_sent(self) -> None:
        def die(table, event_name, old_item, new_item):
            raise KilledBeforeItIsSent

        REPLICATE.wrap(lambda replicate: die)

    def rows(self) -> int:
        with self.database.transaction() as connection:
            return connection.execute("SELECT COUNT(*) FROM state WHERE store = 'items'").fetchone()[0]

    def put(self) -> None:
        self.stepfunctions._invoke_dynamodb("putItem", {"TableName": "rows", "Item": {"id": {"S": "a"}, "ttl": {"N": "1"}}})

    def test_what_a_workflow_writes_is_not_there_either(self):
        self.kill_when_it_is_sent()
        self.assertRaises(KilledBeforeItIsSent, self.put)
        self.assertEqual(self.rows(), 0)

    def test_what_has_expired_is_still_there(self):
        self.put()
        self.dynamodb._update_ttl({
            "TableName": "rows", "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
        })  # fmt: skip
        self.kill_when_it_is_sent()
        self.assertRaises(KilledBeforeItIsSent, self.time_to_live.delete_expired, 2.0)
        self.assertEqual(self.rows(), 1)


class TwoRegions(KilledCase):
    def test_replicas_are_alike_after_kills_at_any_moment_of_a_load(self):
        start(self.region, self.peer)
        self.region.deploy("global", {"Table": GLOBAL_TABLE})
        acknowledged: set[str] = set()
        stopped = threading.Event()

        def write() -> None:
            number = 0
            while not stopped.is_set():
                number += 1
                request = urllib.request.Request(self.region.url, json.dumps(
                    {"TableName": "orders", "Item": {"pk": {"S": f"n{number}"}}}
                ).encode(), {"x-amz-target": "DynamoDB_20120810.PutItem", "content-type": "application/x-amz-json-1.0"})  # fmt: skip
                try:
                    urllib.request.urlopen(request, timeout=2).close()
                    acknowledged.add(f"n{number}")
                except OSError:
                    time.sleep(0.01)

        writer = threading.Thread(target=write)
        writer.start()
        self.addCleanup(writer.join)
        self.addCleanup(stopped.set)
        for pause in (0.31, 0.17, 0.43):
            time.sleep(pause)
            self.kill_and_start()
        stopped.set()
        writer.join()
        self.assertGreater(len(acknowledged), 50)
        eventually(lambda: self.keys(self.region) == self.keys(self.peer), "both replicas are alike")
        self.assertEqual(acknowledged - self.keys(self.peer), set())

    def test_replicas_are_alike_after_kills_while_workflows_write_and_rows_expire(self):
        start(self.region, self.peer)
        expiring = {"TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True}}
        put = {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "Parameters": {
            "TableName": "orders", "Item": {"pk": {"S.$": "$$.Execution.Name"}, "ttl": {"N.$": "$.ttl"}},
        }, "End": True}  # fmt: skip
        definition = {"StartAt": "Put", "States": {"Put": put}}
        self.region.deploy("global", {
            "Table": GLOBAL_TABLE | {"Properties": GLOBAL_TABLE["Properties"] | expiring},
            "Role": ROLE | {"Properties": {"AssumeRolePolicyDocument": {}, "Policies": [{
                "PolicyName": "put", "PolicyDocument": {"Statement": [
                    {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "*"},
                ]},
            }]}},
            "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {
                "StateMachineName": "put", "RoleArn": ROLE_ARN, "DefinitionString": json.dumps(definition),
            }},
        })  # fmt: skip
        client = self.region.client("stepfunctions")
        machine = client.list_state_machines()["stateMachines"][0]["stateMachineArn"]
        started = 0
        for round_ in range(3):
            for number in range(40):
                # Every other one is to go as soon as it is there.
                ttl = "1" if number % 2 else "9999999999"
                client.start_execution(
                    stateMachineArn=machine, name=f"{round_}-{number}", input=json.dumps({"ttl": ttl})
                )
                started += 1
            self.kill_and_start()
        eventually(lambda: len(self.keys(self.region)) == started // 2, "what has expired is gone, and all else is there")
        eventually(lambda: self.keys(self.region) == self.keys(self.peer), "both replicas are alike")

    def keys(self, process: Process) -> set[str]:
        return {item["pk"]["S"] for item in process.client("dynamodb").scan(TableName="orders")["Items"]}

    def test_rows_reach_the_other_region_although_this_one_was_killed(self):
        start(self.region, self.peer)
        self.region.deploy("global", {"Table": GLOBAL_TABLE})
        self.region.set("partition", {"peers": [WEST]})
        client = self.region.client("dynamodb")
        for number in range(10):
            client.put_item(TableName="orders", Item={"pk": {"S": f"east-{number}"}})
        self.peer.client("dynamodb").put_item(TableName="orders", Item={"pk": {"S": "west"}})
        self.kill_and_start()

        everything = {f"east-{number}" for number in range(10)} | {"west"}
        eventually(lambda: self.keys(self.region) == self.keys(self.peer) == everything, "both replicas are alike")
        # What is later goes on being later.
        client.put_item(TableName="orders", Item={"pk": {"S": "west"}, "by": {"S": "east"}})
        eventually(
            lambda: self.peer.client("dynamodb").get_item(TableName="orders", Key={"pk": {"S": "west"}})["Item"].get("by"),
            "a later write reaches the other region",
        )


if __name__ == "__main__":
    unittest.main()
