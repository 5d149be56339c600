import asyncio
import json
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import cloudformation, scope, taken_names
from local_region.stack_operations import STACKS
from local_region.taken_names import AlreadyExists

PROPERTIES = {
    "AWS::SQS::Queue": {},
    "AWS::Logs::LogGroup": {},
    "AWS::Lambda::Function": {"Runtime": "nodejs20.x", "Handler": "i.h", "Role": "role", "Code": {"ZipFile": ""}},
    "AWS::Events::EventBus": {},
    "AWS::DynamoDB::Table": {
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    },
    "AWS::CloudWatch::Alarm": {
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        "MetricName": "Errors",
        "Namespace": "shop",
        "Period": 60,
        "Statistic": "Sum",
        "Threshold": 1,
    },
    "AWS::CloudWatch::Dashboard": {"DashboardBody": '{"widgets": []}'},
    "AWS::Events::Rule": {"EventPattern": {"source": ["shop"]}},
    "AWS::IAM::ManagedPolicy": {
        "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]},
    },
    "AWS::IAM::Role": {
        "AssumeRolePolicyDocument": {
            "Statement": [{"Effect": "Allow", "Principal": {"Service": "x.amazonaws.com"}, "Action": "sts:AssumeRole"}],
        },
    },
    "AWS::Scheduler::Schedule": {
        "ScheduleExpression": "rate(1 hour)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": f"arn:aws:sqs:{HOME}:{ACCOUNT}:q", "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r"},
    },
    "AWS::SNS::Topic": {},
    "AWS::StepFunctions::StateMachine": {
        "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r",
        "DefinitionString": '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}',
    },
    "AWS::ApiGateway::DomainName": {
        "EndpointConfiguration": {"Types": ["REGIONAL"]},
        "RegionalCertificateArn": f"arn:aws:acm:{HOME}:{ACCOUNT}:certificate/c",
    },
}
# These ask their service by HTTP: see test_stack_life.
TYPES = [
    named
    for named in taken_names.TYPES
    if named.resource_type not in ("AWS::Events::Archive", "AWS::CloudWatch::CompositeAlarm")
]
GENERATED = [named for named in TYPES if named.resource_type != "AWS::ApiGateway::DomainName"]
"""A domain has no other name than one's own."""
PROPERTIES["AWS::DynamoDB::GlobalTable"] = PROPERTIES["AWS::DynamoDB::Table"] | {"Replicas": [{"Region": HOME}]}


class Emulator(unittest.TestCase):
    def setUp(self):
        from ministack.services import (
            apigateway_v1, cloudwatch, cloudwatch_logs, dynamodb, eventbridge, iam, lambda_svc, scheduler, sns, sqs,
            stepfunctions,
        )  # fmt: skip

        for service in (
            apigateway_v1, cloudwatch, cloudwatch_logs, dynamodb, eventbridge, iam, lambda_svc, scheduler, sns, sqs,
            stepfunctions,
        ):  # fmt: skip
            service.reset()
            self.addCleanup(service.reset)
        handlers = cloudformation.HANDLERS.get()
        for patch in (
            mock.patch.dict(sqs._HANDLERS),
            mock.patch.object(taken_names, "TYPES", TYPES),
            mock.patch.object(apigateway_v1, "_create_domain_name", apigateway_v1._create_domain_name),
            *(mock.patch.dict(handlers[each.resource_type]) for each in TYPES),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        within = scope.within(ACCOUNT, HOME)
        within.__enter__()
        self.addCleanup(within.__exit__, None, None, None)
        taken_names.install()
        self.sqs = sqs


class Templates(Emulator):
    def create(self, named: taken_names.NamedType, name: str | None, logical_id: str = "Thing") -> str:
        properties = PROPERTIES[named.resource_type] | ({named.property: name} if name else {})
        return cloudformation.HANDLERS.get()[named.resource_type]["create"](logical_id, properties, "stack")[0]

    def update(self, named: taken_names.NamedType, physical_id: str, old: str | None, new: str | None) -> None:
        handler = cloudformation.HANDLERS.get()[named.resource_type]
        before, after = (PROPERTIES[named.resource_type] | {named.property: name} for name in (old, new))
        more = ("Thing",) if handler.get("update_with_logical_id") else ()
        handler["update"](physical_id, before, after, "stack", *more)

    def test_a_name_that_is_taken_fails_the_deployment(self):
        for named in TYPES:
            with self.subTest(named.resource_type):
                name = f"taken-{named.resource_type.rpartition(':')[2].lower()}"
                self.create(named, name)
                record = named.find(name, {})
                with self.assertRaisesRegex(
                    AlreadyExists, f"'{named.resource_type}' with identifier '.*{name}.*' already exists.*AlreadyExists"
                ):
                    self.create(named, name, "Another")
                self.assertIs(named.find(name, {}), record)

    def test_what_has_another_name_or_a_generated_one_is_made(self):
        for named in TYPES:
            with self.subTest(named.resource_type):
                self.create(named, f"first.{named.resource_type}".replace("::", "-").replace(".", "-"))
                self.create(named, f"second.{named.resource_type}".replace("::", "-").replace(".", "-"))
                if named in GENERATED:
                    self.create(named, None)
                    self.create(named, None, "Another")

    def test_an_update_may_keep_its_name_but_not_take_another_ones(self):
        groups = next(named for named in TYPES if named.resource_type == "AWS::Logs::LogGroup")
        self.create(groups, "retained")
        self.create(groups, "mine")
        self.update(groups, "mine", "mine", "mine")
        with self.assertRaises(AlreadyExists):
            self.update(groups, "mine", "mine", "retained")
        with mock.patch.dict(STACKS.get(), {"stack": {"StackStatus": "UPDATE_ROLLBACK_IN_PROGRESS"}}):
            self.update(groups, "mine", "mine", "retained")


class Queues(Emulator):
    def create(self, **attributes: str) -> str:
        headers = {"x-amz-target": "AmazonSQS.CreateQueue", "content-type": "application/x-amz-json-1.0"}
        content = json.dumps({"QueueName": "orders", "Attributes": attributes}).encode()
        status, _, body = asyncio.run(self.sqs.handle_request("POST", "/", headers, content, {}))
        answer = json.loads(body)
        return answer["QueueUrl"] if status == 200 else answer["__type"]

    def test_a_queue_with_other_attributes_exists(self):
        redrive = {"deadLetterTargetArn": f"arn:aws:sqs:{HOME}:{ACCOUNT}:dead", "maxReceiveCount": 3}
        self.sqs._act_create_queue({"QueueName": "dead"}, "")
        url = self.create(VisibilityTimeout="60", RedrivePolicy=json.dumps(redrive))
        for attributes in (
            {},
            {"VisibilityTimeout": "60"},
            {"DelaySeconds": "0", "SqsManagedSseEnabled": "true"},
            {"RedrivePolicy": json.dumps(redrive, indent=2)},
        ):
            with self.subTest(attributes):
                self.assertEqual(self.create(**attributes), url)
        for attributes in (
            {"VisibilityTimeout": "61"},
            {"DelaySeconds": "1"},
            {"KmsMasterKeyId": "key"},
            {"SqsManagedSseEnabled": "false"},
            {"RedrivePolicy": json.dumps(redrive | {"maxReceiveCount": 4})},
        ):
            with self.subTest(attributes):
                self.assertEqual(self.create(**attributes), "QueueNameExists")


class Services(Emulator):
    def test_ministack_refuses_the_others_by_itself(self):
        from ministack.services import cloudwatch_logs, dynamodb, eventbridge, lambda_svc, scheduler

        schedule = PROPERTIES["AWS::Scheduler::Schedule"]
        table = {"TableName": "orders", **PROPERTIES["AWS::DynamoDB::Table"]}
        function = {"FunctionName": "orders", "Runtime": "nodejs20.x", "Handler": "i.h", "Role": "role", "Code": {}}
        for operation, request, code in (
            (cloudwatch_logs._create_log_group, {"logGroupName": "orders"}, "ResourceAlreadyExistsException"),
            (lambda_svc._create_function, function, "ResourceConflictException"),
            (eventbridge._create_event_bus, {"Name": "orders"}, "ResourceAlreadyExistsException"),
            (dynamodb._create_table, table, "ResourceInUseException"),
            (lambda request: scheduler._create_schedule("orders", request), schedule, "ConflictException"),
        ):
            with self.subTest(code):
                self.assertLess(operation(dict(request))[0], 300)
                status, _, body = operation(dict(request))
                self.assertGreaterEqual(status, 400)
                self.assertTrue(json.loads(body)["__type"].endswith(code))

    def test_a_state_machine_exists_only_if_it_is_another_one(self):
        from ministack.services import stepfunctions

        def create(kind: str) -> str:
            definition = json.dumps({"StartAt": "A", "States": {"A": {"Type": kind}}})
            request = {"name": "orders", "roleArn": f"arn:aws:iam::{ACCOUNT}:role/r", "definition": definition}
            status, _, body = stepfunctions._create_state_machine(request)
            return "made" if status == 200 else json.loads(body)["__type"]

        self.assertEqual([create("Succeed"), create("Succeed")], ["made", "made"])
        self.assertEqual(create("Fail"), "StateMachineAlreadyExists")

    def test_a_domain_of_an_api_exists(self):
        from ministack.services import apigateway_v1

        domain = {"domainName": "orders.example.com"}
        self.assertEqual(apigateway_v1._create_domain_name(domain)[0], 201)
        status, _, body = apigateway_v1._create_domain_name(domain)
        self.assertEqual((status, json.loads(body)["__type"]), (400, "BadRequestException"))
        self.assertEqual(json.loads(body)["message"], "The domain name you provided already exists.")

    def test_the_domain_of_an_api_can_be_changed(self):
        handler = cloudformation.HANDLERS.get()["AWS::ApiGateway::DomainName"]
        before = PROPERTIES["AWS::ApiGateway::DomainName"] | {"DomainName": "orders.example.com"}
        handler["create"]("Domain", before, "stack")
        name, _ = handler["update"]("orders.example.com", before, before | {"SecurityPolicy": "TLS_1_2"}, "stack")
        self.assertEqual(name, "orders.example.com")


if __name__ == "__main__":
    unittest.main()
