"""What a template deploys is held to its permissions, in a real process."""

import json
import shutil
import tempfile
import unittest
import urllib.request
from pathlib import Path

from regions import EAST, WEST, Process, eventually, free_port, start


def arn_of(name: str) -> dict:
    return {"Fn::GetAtt": [name, "Arn"]}


def role(service: str, *statements: dict, managed: tuple = ()) -> dict:
    trust = [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": f"{service}.amazonaws.com"}}]
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": trust},
            "Policies": [{"PolicyName": "inline", "PolicyDocument": document}] if statements else [],
            "ManagedPolicyArns": list(managed),
        },
    }


def allow(action: object, resource: object) -> dict:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def setUpModule():
    state = Path(tempfile.mkdtemp(prefix="local-region-test-"))
    unittest.addModuleCleanup(shutil.rmtree, state, ignore_errors=True)
    region = PermissionsOfAnApp.region = Process(EAST, free_port(), WEST, free_port(), state, permissions=True)
    unittest.addModuleCleanup(region.stop)
    start(region)


class PermissionsOfAnApp(unittest.TestCase):
    region: Process

    def report(self) -> dict:
        with urllib.request.urlopen(f"{self.region.url}/_local-region/permissions", timeout=2) as response:
            return json.load(response)

    def messages(self, name: str) -> list[dict]:
        client = self.region.client("sqs")
        url = client.get_queue_url(QueueName=name)["QueueUrl"]
        answer = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        return answer.get("Messages", [])

    def test_a_rule_delivers_where_it_may_and_else_to_its_dead_letter_queue(self):
        policy = {
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Resource": "*",
            "Principal": {"Service": "events.amazonaws.com"},
            "Condition": {
                "ArnLike": {"aws:SourceArn": {"Fn::Sub": "arn:aws:events:*:${AWS::AccountId}:rule/shop/*"}},
                "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
            },
        }
        targets = [
            {"Id": name, "Arn": arn_of(name), "DeadLetterConfig": {"Arn": arn_of("Dead")}} for name in ("Open", "Closed")
        ]
        self.region.deploy("rules", {
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "shop"}},
            **{
                name: {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}
                for name in ("Open", "Closed", "Dead")
            },
            "Policy": {
                "Type": "AWS::SQS::QueuePolicy",
                "Properties": {
                    "Queues": [{"Ref": "Open"}, {"Ref": "Dead"}],
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": [policy]},
                },
            },
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {"EventBusName": {"Ref": "Bus"}, "EventPattern": {"source": ["s"]}, "Targets": targets},
            },
        })  # fmt: skip
        entry = {"EventBusName": "shop", "Source": "s", "DetailType": "t", "Detail": "{}"}
        self.region.client("events").put_events(Entries=[entry])
        (dead,) = eventually(lambda: self.messages("Dead"), "a dead letter")
        self.assertEqual(dead["MessageAttributes"]["ERROR_CODE"]["StringValue"], "NO_PERMISSIONS")
        self.assertTrue(dead["MessageAttributes"]["TARGET_ARN"]["StringValue"].endswith(":Closed"))
        self.assertEqual((len(self.messages("Open")), self.messages("Closed")), (1, []))
        denied = [each for each in self.report()["denied"] if "sqs:SendMessage" in each["message"]]
        self.assertEqual([(each["who"], each["times"]) for each in denied], [("events.amazonaws.com", 1)])

    def test_a_stack_whose_mapping_may_not_read_fails(self):
        with self.assertRaisesRegex(AssertionError, "does not have permissions to call ReceiveMessage on SQS"):
            self.region.deploy("mapping", {
                "Queue": {"Type": "AWS::SQS::Queue"},
                "Role": role("lambda", allow("sqs:DeleteMessage", arn_of("Queue"))),
                "Function": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {
                        "Runtime": "nodejs20.x", "Handler": "index.handler", "Role": arn_of("Role"),
                        "Code": {"ZipFile": "exports.handler = async event => event;"},
                    },
                },
                "Mapping": {
                    "Type": "AWS::Lambda::EventSourceMapping",
                    "Properties": {"EventSourceArn": arn_of("Queue"), "FunctionName": {"Ref": "Function"}},
                },
            })  # fmt: skip

    def test_a_state_machine_invokes_what_its_role_may(self):
        def machine(name: str, statement: dict) -> dict:
            task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}
            definition = {"StartAt": "T", "States": {"T": task | {"Parameters": {"FunctionName": "worker"}}}}
            return {
                f"{name}Role": role("states", statement),
                name: {
                    "Type": "AWS::StepFunctions::StateMachine",
                    "Properties": {
                        "StateMachineName": name, "RoleArn": arn_of(f"{name}Role"),
                        "DefinitionString": json.dumps(definition),
                    },
                },
            }  # fmt: skip

        self.region.deploy("machines", {
            "Role": role("lambda"),
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "FunctionName": "worker", "Runtime": "nodejs20.x", "Handler": "index.handler",
                    "Role": arn_of("Role"), "Code": {"ZipFile": "exports.handler = async event => event;"},
                },
            },
            **machine("May", allow("lambda:InvokeFunction", arn_of("Function"))),
            **machine("MayNot", allow("lambda:GetFunction", arn_of("Function"))),
        })  # fmt: skip
        client = self.region.client("stepfunctions")
        machines = {each["name"]: each["stateMachineArn"] for each in client.list_state_machines()["stateMachines"]}

        def ended(name: str) -> dict:
            execution = client.start_execution(stateMachineArn=machines[name])["executionArn"]
            eventually(lambda: client.describe_execution(executionArn=execution)["status"] != "RUNNING", "the end")
            return client.describe_execution(executionArn=execution)

        self.assertEqual(ended("May")["status"], "SUCCEEDED")
        failed = ended("MayNot")
        self.assertEqual((failed["status"], failed["error"]), ("FAILED", "Lambda.AWSLambdaException"))


if __name__ == "__main__":
    unittest.main()
