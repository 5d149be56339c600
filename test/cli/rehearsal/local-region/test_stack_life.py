"""What becomes of a stack and of its resources when an operation fails, and after it is gone."""

import json
import unittest

from botocore.exceptions import ClientError
from regions import EAST, WEST, Process, shared_regions

ACCOUNT = "000000000000"


def queue(name: str, policy: str | None = None, **properties: object) -> dict:
    resource = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, **properties}}
    return resource | ({"DeletionPolicy": policy} if policy else {})


def log_group(name: str, policy: str | None = None, **properties: object) -> dict:
    resource = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name, **properties}}
    return resource | ({"DeletionPolicy": policy} if policy else {})


def bus(name: str, policy: str | None = None) -> dict:
    resource = {"Type": "AWS::Events::EventBus", "Properties": {"Name": name}}
    return resource | ({"DeletionPolicy": policy} if policy else {})


def archive(name: str, bus_name: str, policy: str | None = None, **properties: object) -> dict:
    source = f"arn:aws:events:{EAST}:{ACCOUNT}:event-bus/{bus_name}"
    resource = {"Type": "AWS::Events::Archive", "Properties": {"ArchiveName": name, "SourceArn": source, **properties}}
    return resource | ({"DeletionPolicy": policy} if policy else {})


def table(name: str, policy: str | None = None, *, protected: bool = False, **properties: object) -> dict:
    protection = {"DeletionProtectionEnabled": protected}
    resource = {
        "Type": "AWS::DynamoDB::GlobalTable",
        "Properties": {
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
            "Replicas": [{"Region": EAST, **protection}, {"Region": WEST, **protection}],
            **properties,
        },
    }
    return resource | ({"DeletionPolicy": policy} if policy else {})


def after(resource: dict, *names: str) -> dict:
    return resource | {"DependsOn": list(names)}


def setUpModule():
    StackLife.region, StackLife.peer = shared_regions()


class StackLife(unittest.TestCase):
    region: Process
    peer: Process

    def setUp(self):
        self.stack = self.id().rpartition(".test_")[2].replace("_", "-")

    def create(self, resources: dict) -> str:
        return self.region.operate("create_stack", self.stack, resources)

    def update(self, resources: dict) -> str:
        return self.region.operate("update_stack", self.stack, resources)

    def delete(self) -> str:
        return self.region.operate("delete_stack", self.stack)

    def fail(self, resource: str, operation: str = "create") -> None:
        fault = {"stack": self.stack, "resource": resource, "operation": operation}
        self.assertEqual(self.region.set("deployment-faults", {"faults": [fault]})[0], 200)

    def statuses(self, logical_id: str) -> list[str]:
        return [status for name, status, _ in self.region.events(self.stack) if name == logical_id]

    def reason(self, logical_id: str, status: str) -> str:
        """The last one."""
        events = self.region.events(self.stack)
        return [reason for name, found, reason in events if (name, found) == (logical_id, status)][-1]

    def queues(self) -> set[str]:
        urls = self.region.client("sqs").list_queues().get("QueueUrls", [])
        return {url.rpartition("/")[2] for url in urls}

    def tables(self) -> list[list[str]]:
        return [each.client("dynamodb").list_tables()["TableNames"] for each in (self.region, self.peer)]

    def delete_table(self, name: str) -> None:
        """Whatever protects it, and everywhere."""
        for each in (self.region, self.peer):
            each.client("dynamodb").update_table(TableName=name, DeletionProtectionEnabled=False)
            each.client("dynamodb").delete_table(TableName=name)


class FailedCreation(StackLife):
    def test_deletes_what_it_made_except_what_is_retained_always(self):
        self.fail("Last")
        resources = {
            "Deleted": queue("rolled-back"),
            "Retained": queue("retained", "Retain"),
            "RetainedLater": queue("retained-later", "RetainExceptOnCreate"),
            "Last": after(queue("last"), "Deleted", "Retained", "RetainedLater"),
        }
        self.assertEqual(self.create(resources), "ROLLBACK_COMPLETE")
        self.assertEqual(self.queues() & {"rolled-back", "retained", "retained-later", "last"}, {"retained"})
        self.assertEqual(self.statuses("Retained")[-1], "DELETE_SKIPPED")

    def test_leaves_a_stack_that_can_only_be_deleted(self):
        self.fail("Queue")
        resources = {"Queue": queue("again")}
        self.assertEqual(self.create(resources), "ROLLBACK_COMPLETE")
        client = self.region.client("cloudformation")
        stack_id = client.describe_stacks(StackName=self.stack)["Stacks"][0]["StackId"]
        body = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'
        change_set = {"StackName": self.stack, "ChangeSetName": "again", "TemplateBody": body}
        not_updatable = f"Stack:{stack_id} is in ROLLBACK_COMPLETE state and can not be updated."
        for code, message, request in (
            ("ValidationError", not_updatable, lambda: self.update(resources)),
            ("ValidationError", not_updatable, lambda: client.create_change_set(**change_set, ChangeSetType="UPDATE")),
            (
                "ValidationError",
                f"Stack [{self.stack}] already exists and cannot be created again with the changeSet [again].",
                lambda: client.create_change_set(**change_set, ChangeSetType="CREATE"),
            ),
            ("AlreadyExistsException", f"Stack [{self.stack}] already exists", lambda: self.create(resources)),
        ):
            with self.subTest(message), self.assertRaises(ClientError) as refused:
                request()
            self.assertEqual(refused.exception.response["Error"]["Code"], code)
            self.assertEqual(refused.exception.response["Error"]["Message"], message)
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual(self.create(resources), "CREATE_COMPLETE")

    def test_takes_the_replicas_of_a_table_with_it(self):
        self.fail("Last")
        kept = table("rolled-back", "RetainExceptOnCreate")
        self.assertEqual(self.create({"Table": kept, "Last": after(queue("after"), "Table")}), "ROLLBACK_COMPLETE")
        self.assertEqual([("rolled-back" in names) for names in self.tables()], [False, False])

    def test_cannot_roll_back_a_table_that_is_protected(self):
        self.fail("Last")
        kept = table("protected", "RetainExceptOnCreate", protected=True)
        self.assertEqual(self.create({"Table": kept, "Last": after(queue("after"), "Table")}), "ROLLBACK_FAILED")
        self.assertIn("protected against deletion", self.reason("Table", "DELETE_FAILED"))
        self.assertEqual([("protected" in names) for names in self.tables()], [True, True])
        self.delete_table("protected")
        self.assertEqual(self.delete(), "DELETE_COMPLETE")


class FailedUpdate(StackLife):
    def test_sends_back_what_it_changed_and_deletes_what_it_made(self):
        first = {"Changed": queue("changed", DelaySeconds=1), "Left": queue("left")}
        second = {
            "Changed": queue("changed", DelaySeconds=2),
            "New": queue("new", "RetainExceptOnCreate"),
            "Last": after(queue("last-of-update"), "Changed", "New"),
        }
        self.create(first)
        self.fail("Last")
        self.assertEqual(self.update(second), "UPDATE_ROLLBACK_COMPLETE")
        self.assertEqual(self.queues() & {"changed", "left", "new", "last-of-update"}, {"changed", "left"})
        client = self.region.client("sqs")
        url = client.get_queue_url(QueueName="changed")["QueueUrl"]
        delay = client.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])["Attributes"]
        self.assertEqual(delay, {"DelaySeconds": "1"})
        self.assertEqual(self.update(second), "UPDATE_COMPLETE")

    def test_leaves_behind_what_is_new_and_protected(self):
        """Its deletion is the clean-up after the rollback, which does not fail."""
        first = {"Queue": queue("before-table")}
        self.create(first)
        self.fail("Last")
        second = first | {"Table": table("left-behind", protected=True), "Last": after(queue("later"), "Table")}
        self.assertEqual(self.update(second), "UPDATE_ROLLBACK_COMPLETE")
        self.assertIn("protected against deletion", self.reason("Table", "DELETE_FAILED"))
        self.assertEqual([("left-behind" in names) for names in self.tables()], [True, True])
        self.delete_table("left-behind")

    def test_fails_to_roll_back_what_cannot_be_sent_back(self):
        self.create({"Queue": queue("stuck", DelaySeconds=1)})
        faults = [
            {"stack": self.stack, "resource": "Last"},
            {"stack": self.stack, "resource": "Queue", "operation": "revert"},
        ]
        self.region.set("deployment-faults", {"faults": faults})
        second = {"Queue": queue("stuck", DelaySeconds=2), "Last": after(queue("unstuck"), "Queue")}
        self.assertEqual(self.update(second), "UPDATE_ROLLBACK_FAILED")
        with self.assertRaisesRegex(ClientError, "is in UPDATE_ROLLBACK_FAILED state and can not be updated"):
            self.update(second)
        self.assertEqual(self.region.operate("continue_update_rollback", self.stack), "UPDATE_ROLLBACK_COMPLETE")


class Deletion(StackLife):
    def test_keeps_what_is_retained_and_its_name(self):
        resources = {
            "Gone": queue("gone"),
            "Queue": queue("kept", "Retain"),
            "Table": table("kept", "RetainExceptOnCreate", protected=True),
            "Logs": log_group("kept", "RetainExceptOnCreate"),
            "Bus": bus("kept", "RetainExceptOnCreate"),
            "Archive": after(archive("kept", "kept", "RetainExceptOnCreate"), "Bus"),
        }
        self.assertEqual(self.create(resources), "CREATE_COMPLETE")
        self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual(self.queues() & {"gone", "kept"}, {"kept"})
        self.assertEqual(self.tables().count(["kept"]), 2)
        for name, resource in resources.items():
            with self.subTest(name):
                if name == "Gone":
                    continue
                self.assertEqual(self.create({name: {**resource, "DependsOn": []}}), "ROLLBACK_COMPLETE")
                self.assertIn("already exists", self.reason(name, "CREATE_FAILED"))
                self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.delete_table("kept")

    def test_is_refused_to_a_bus_that_has_rules(self):
        rule = {
            "Type": "AWS::Events::Rule",
            "Properties": {"EventBusName": "with-rules", "EventPattern": {"source": ["shop"]}},
        }
        for name, holder in (("Rule", rule), ("Archive", archive("of-bus", "with-rules"))):
            with self.subTest(name):
                self.create({"Bus": bus("with-rules")})
                self.assertEqual(self.region.operate("create_stack", "holder", {name: holder}), "CREATE_COMPLETE")
                self.assertEqual(self.delete(), "DELETE_FAILED")
                self.assertRegex(
                    self.reason("Bus", "DELETE_FAILED"),
                    r"EventBus can't be deleted since it has rules\. \(Service: EventBridge, Status Code: 400",
                )
                with self.assertRaisesRegex(ClientError, "ValidationException.*can't be deleted since it has rules"):
                    self.region.client("events").delete_event_bus(Name="with-rules")
                self.region.operate("delete_stack", "holder")
                self.assertEqual(self.delete(), "DELETE_COMPLETE")


class Quotas(StackLife):
    """Of resources that ask their service by HTTP; those of the others have their tests where they are refused."""

    def test_fail_the_deployment(self):
        alarms = " OR ".join(f"ALARM(alarm-{number})" for number in range(101))
        condition = {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-" + "x" * 10_240}
        admission = {"Action": "events:PutEvents", "Principal": "*", "StatementId": "all", "Condition": condition}
        for name, kind, properties, reason in (
            ("Alarm", "CloudWatch::CompositeAlarm", {"AlarmName": "n" * 256, "AlarmRule": "FALSE"}, "maxLength: 255"),
            ("Children", "CloudWatch::CompositeAlarm", {"AlarmRule": alarms}, "refers to 101 alarms"),
            ("Rule", "CloudWatch::CompositeAlarm", {"AlarmRule": "FALSE OR " * 1200 + "FALSE"}, "equal to 10240"),
            ("Policy", "Events::EventBusPolicy", admission, "PolicyLengthExceededException"),
        ):
            with self.subTest(name):
                resources = {name: {"Type": f"AWS::{kind}", "Properties": properties}}
                self.assertEqual(self.create(resources), "ROLLBACK_COMPLETE")
                self.assertIn(reason, self.reason(name, "CREATE_FAILED"))
                self.assertEqual(self.delete(), "DELETE_COMPLETE")


class TakenNames(StackLife):
    """Also of what its service overwrites or returns."""

    def test_are_refused_while_they_are_taken_and_free_again_afterwards(self):
        role = f"arn:aws:iam::{ACCOUNT}:role/any"
        metric = {"MetricName": "Errors", "Namespace": "shop", "Statistic": "Sum", "Period": 60}
        trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
        resources = {
            "Alarm": (
                "AWS::CloudWatch::Alarm",
                {
                    "AlarmName": "taken",
                    "Threshold": 1,
                    "EvaluationPeriods": 1,
                    "ComparisonOperator": "GreaterThanThreshold",
                    **metric,
                },
            ),
            "Composite": ("AWS::CloudWatch::CompositeAlarm", {"AlarmName": "taken-composite", "AlarmRule": "FALSE"}),
            "Domain": (
                "AWS::ApiGateway::DomainName",
                {
                    "DomainName": "taken.example.com",
                    "EndpointConfiguration": {"Types": ["REGIONAL"]},
                    "RegionalCertificateArn": f"arn:aws:acm:{EAST}:{ACCOUNT}:certificate/any",
                },
            ),
            "Machine": (
                "AWS::StepFunctions::StateMachine",
                {
                    "StateMachineName": "taken",
                    "RoleArn": role,
                    "DefinitionString": '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}',
                },
            ),
            "Role": ("AWS::IAM::Role", {"RoleName": "taken", "AssumeRolePolicyDocument": {"Statement": [trust]}}),
            "Rule": ("AWS::Events::Rule", {"Name": "taken", "EventPattern": {"source": ["shop"]}}),
            "Schedule": (
                "AWS::Scheduler::Schedule",
                {
                    "Name": "taken",
                    "ScheduleExpression": "rate(1 day)",
                    "FlexibleTimeWindow": {"Mode": "OFF"},
                    "Target": {"Arn": f"arn:aws:sqs:{EAST}:{ACCOUNT}:any", "RoleArn": role},
                },
            ),
            "Topic": ("AWS::SNS::Topic", {"TopicName": "taken"}),
        }
        templates = {name: {"Type": kind, "Properties": properties} for name, (kind, properties) in resources.items()}
        named = {"Capabilities": ["CAPABILITY_NAMED_IAM"]}

        def create(stack: str, some: dict) -> str:
            body = json.dumps({"Resources": some})
            return self.region.operate("create_stack", stack, TemplateBody=body, **named)

        self.assertEqual(create("holder", templates), "CREATE_COMPLETE")
        for name, template in templates.items():
            with self.subTest(name):
                self.assertEqual(create(self.stack, {name: template}), "ROLLBACK_COMPLETE")
                self.assertIn("HandlerErrorCode: AlreadyExists", self.reason(name, "CREATE_FAILED"))
                self.assertEqual(self.delete(), "DELETE_COMPLETE")
        self.assertEqual(self.region.operate("delete_stack", "holder"), "DELETE_COMPLETE")
        self.assertEqual(create(self.stack, templates), "CREATE_COMPLETE")


class Import(StackLife):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html"""

    def change_set(self, resources: dict, kind: str = "CREATE") -> dict:
        client = self.region.client("cloudformation")
        change_set = {"StackName": self.stack, "ChangeSetName": "take-over"}
        client.create_change_set(
            **change_set,
            ChangeSetType=kind,
            ImportExistingResources=True,
            TemplateBody=json.dumps({"Resources": resources}),
        )
        return client.describe_change_set(**change_set)

    def execute(self) -> str:
        return self.region.operate("execute_change_set", self.stack, ChangeSetName="take-over")

    def actions(self, change_set: dict) -> dict[str, str]:
        changes = [change["ResourceChange"] for change in change_set["Changes"]]
        return {change["LogicalResourceId"]: change["Action"] for change in changes}

    def test_takes_over_what_was_kept_and_makes_the_rest(self):
        resources = {
            "Table": table("joined", "RetainExceptOnCreate"),
            "Logs": log_group("joined", "RetainExceptOnCreate", RetentionInDays=7),
            "Bus": bus("joined", "Retain"),
            "Archive": after(archive("joined", "joined", "RetainExceptOnCreate", RetentionDays=7), "Bus"),
        }
        self.create(resources)
        self.region.client("dynamodb").put_item(TableName="joined", Item={"pk": {"S": "kept"}})
        self.delete()
        arns = [{"Fn::GetAtt": [name, "Arn"]} for name in resources] + [{"Fn::GetAtt": ["Table", "StreamArn"]}]
        more = resources | {
            "Logs": log_group("joined", "RetainExceptOnCreate", RetentionInDays=30),
            "New": queue("joined", Tags=[{"Key": "arns", "Value": {"Fn::Join": [" ", arns]}}]),
        }
        change_set = self.change_set(more)
        taken = dict.fromkeys(resources, "Import")
        self.assertEqual(self.actions(change_set), taken | {"New": "Add"})
        self.assertEqual(self.execute(), "CREATE_COMPLETE")
        self.assertEqual(self.region.client("dynamodb").scan(TableName="joined")["Count"], 1)
        client = self.region.client("sqs")
        tags = client.list_queue_tags(QueueUrl=client.get_queue_url(QueueName="joined")["QueueUrl"])["Tags"]
        self.assertEqual(tags["arns"].count(f":{ACCOUNT}:"), 5)
        # What is taken over stays as it is until the template changes.
        self.assertEqual(self.retention(), 7)
        self.update(more | {"New": queue("joined", DelaySeconds=1)})
        self.assertEqual(self.retention(), 7)
        self.update(more | {"Logs": log_group("joined", "RetainExceptOnCreate", RetentionInDays=14)})
        self.assertEqual(self.retention(), 14)
        self.delete()
        self.delete_table("joined")

    def retention(self) -> int:
        groups = self.region.client("logs").describe_log_groups(logGroupNamePrefix="joined")["logGroups"]
        return groups[0]["retentionInDays"]

    def test_lets_go_again_when_the_creation_fails(self):
        kept = {"Logs": log_group("let-go", "RetainExceptOnCreate")}
        self.create(kept)
        self.delete()
        self.fail("Last")
        self.change_set(kept | {"Last": after(queue("last-of-import"), "Logs")})
        self.assertEqual(self.execute(), "ROLLBACK_COMPLETE")
        groups = self.region.client("logs").describe_log_groups(logGroupNamePrefix="let-go")["logGroups"]
        self.assertEqual(len(groups), 1)

    def test_needs_a_policy_that_keeps_the_resource(self):
        self.create({"Bus": bus("unkept", "Retain")})
        self.delete()
        for policy in (None, "Delete"):
            with self.subTest(policy):
                change_set = self.change_set({"Bus": bus("unkept", policy)})
                self.assertEqual(change_set["Status"], "FAILED")
                self.assertIn("must have the DeletionPolicy attribute set to 'Retain'", change_set["StatusReason"])
                self.region.client("cloudformation").delete_change_set(
                    StackName=self.stack, ChangeSetName="take-over"
                )
        self.assertEqual(self.actions(self.change_set({"Bus": bus("unkept", "Retain")})), {"Bus": "Import"})

    def test_takes_over_nothing_of_another_stack(self):
        self.region.operate("create_stack", "owner", {"Bus": bus("owned", "Retain")})
        change_set = self.change_set({"Bus": bus("owned", "Retain")})
        self.assertEqual(change_set["Status"], "FAILED")
        self.assertRegex(change_set["StatusReason"], "owned already exists in stack .*owner")

    def test_takes_over_no_queue_because_its_url_is_in_no_template(self):
        kept = {"Queue": queue("not-taken", "RetainExceptOnCreate")}
        self.create(kept)
        self.delete()
        self.assertEqual(self.actions(self.change_set(kept)), {"Queue": "Add"})
        self.assertEqual(self.execute(), "ROLLBACK_COMPLETE")
        self.assertIn("already exists", self.reason("Queue", "CREATE_FAILED"))
        self.assertIn("not-taken", self.queues())
        self.delete()
        client = self.region.client("sqs")
        client.delete_queue(QueueUrl=client.get_queue_url(QueueName="not-taken")["QueueUrl"])
        self.change_set(kept)
        self.assertEqual(self.execute(), "CREATE_COMPLETE")

    def test_of_a_name_that_is_no_literal_does_not_happen(self):
        self.create({"Logs": log_group("dynamic", "Retain")})
        self.delete()
        resources = {"Logs": log_group({"Fn::Sub": "dynamic"}, "Retain")}
        self.change_set(resources)
        self.assertEqual(self.execute(), "ROLLBACK_COMPLETE")


if __name__ == "__main__":
    unittest.main()
