import asyncio
import json
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import (
    alarm_permissions,
    api_permissions,
    iam_requests,
    mapping_permissions,
    permissions,
    pipe_permissions,
    rule_permissions,
    workflow_permissions,
)
from local_region.permissions import Denied

FUNCTION = f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:notify"
ALIAS = f"{FUNCTION}:live"
QUEUE = f"arn:aws:sqs:{HOME}:{ACCOUNT}:seen"
TABLE = f"arn:aws:dynamodb:{HOME}:{ACCOUNT}:table/orders"
STREAM = f"{TABLE}/stream/2026-01-01T00:00:00.000"
BUS = f"arn:aws:events:{HOME}:{ACCOUNT}:event-bus/orders"
PEER_BUS = f"arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/orders"
RULE = f"arn:aws:events:{HOME}:{ACCOUNT}:rule/orders/Notify"
SCHEDULE = f"arn:aws:scheduler:{HOME}:{ACCOUNT}:schedule/default/sweep"
PIPE = f"arn:aws:pipes:{HOME}:{ACCOUNT}:pipe/outbox"
MACHINE = f"arn:aws:states:{HOME}:{ACCOUNT}:stateMachine:order"


def allow(action, resource, **more) -> dict:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def from_rules(pattern: str, action: str, resource: str, account: str = ACCOUNT) -> dict:
    conditions = {"ArnLike": {"aws:SourceArn": [pattern]}, "StringEquals": {"aws:SourceAccount": account}}
    return allow(action, resource, Principal={"Service": "events.amazonaws.com"}, Condition=conditions)


NO_PLAIN_HTTP = {
    "Effect": "Deny",
    "Action": "sqs:*",
    "Resource": QUEUE,
    "Principal": {"AWS": "*"},
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


class PermissionsCase(unittest.TestCase):
    def setUp(self):
        from ministack.core import iam_evaluator
        from ministack.services import apigateway_v1, cloudwatch, eventbridge, iam, lambda_svc, sns, sqs, stepfunctions

        self.iam, self.lambda_svc, self.sqs = iam, lambda_svc, sqs
        self.eventbridge, self.stepfunctions, self.apigateway = eventbridge, stepfunctions, apigateway_v1
        self.cloudwatch, self.sns = cloudwatch, sns
        for service in (iam, lambda_svc, sns, sqs):
            service.reset()
            self.addCleanup(service.reset)
        permissions.ledger.clear()
        self.invoked: list = []
        for patch in (
            mock.patch("ministack.app.AUTH", True),
            mock.patch.object(eventbridge, "_invoke_target", lambda *call: self.invoked.append(call)),
            *(mock.patch(f"{seam.module}.{seam.name}", seam.get()) for seam in (
                iam_requests.ENFORCE, iam_requests.CONDITION_KEY, workflow_permissions.TASK,
                mapping_permissions.CREATE, mapping_permissions.SEND_FAILURE,
            )),
            mock.patch.object(stepfunctions, "_invoke_resource", lambda *call: self.invoked.append(call)),
            mock.patch.object(stepfunctions, "_invoke_with_callback", lambda *call: self.invoked.append(call)),
            mock.patch.object(apigateway_v1, "_call_lambda_raw", self.call_function),
            mock.patch.object(apigateway_v1, "_invoke_authorizer_lambda", self.call_authorizer),
            mock.patch.object(cloudwatch, "_dispatch_alarm_actions", lambda alarm, *_: self.invoked.append(alarm)),
            mock.patch.dict(mapping_permissions.cloudformation.HANDLERS.get(), {
                mapping_permissions.TYPE: {"create": lambda *call: self.invoked.append(call)},
            }),
        ):  # fmt: skip
            patch.start()
            self.addCleanup(patch.stop)
        self.evaluator = iam_evaluator
        iam_requests.install()

    async def call_function(self, function_ref, event, *, account_id=None, region=None):
        self.invoked.append(function_ref)
        return {"body": "{}"}, None

    async def call_authorizer(self, authorizer, event, account_id, region):
        return {"body": {}}

    def role(self, service: str, *statements: dict, managed: tuple = (), name: str = "role") -> str:
        """As CloudFormation makes it of a template."""
        from ministack.services.cloudformation import provisioners

        trust = [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": f"{service}.amazonaws.com"}}]
        arns = []
        for statement in managed:
            document = {"Version": "2012-10-17", "Statement": [statement]}
            properties = {"ManagedPolicyName": f"managed-{len(arns)}", "PolicyDocument": document}
            handler = provisioners._RESOURCE_HANDLERS["AWS::IAM::ManagedPolicy"]
            arns.append(handler["create"]("Managed", properties, "stack")[0])
        inline = {"PolicyName": "inline", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}
        properties = {
            "RoleName": name,
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": trust},
            "Policies": [inline] if statements else [],
            "ManagedPolicyArns": arns,
        }
        return provisioners._iam_role_create("Role", properties, "stack")[1]["Arn"]

    def function(self, *statements: dict, role: str = "role") -> None:
        config = {"FunctionName": "notify", "FunctionArn": FUNCTION, "Role": role}
        policy = {"Version": "2012-10-17", "Statement": list(statements)}
        self.lambda_svc._functions["notify"] = {"config": config, "policy": policy, "versions": {}, "aliases": {}}

    def queue(self, *statements: dict) -> None:
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        self.sqs._act_create_queue({"QueueName": "seen", "Attributes": {"Policy": policy}}, "")

    def report(self) -> dict:
        return permissions.ledger.report(ACCOUNT)


class Rules(PermissionsCase):
    def setUp(self):
        super().setUp()
        self.dead_letters: list[tuple[str, str]] = []
        rule_permissions.install(lambda target, event, rule, reason, code: self.dead_letters.append((code, reason)))

    def deliver(self, arn: str, source: str = RULE, **target: str) -> bool:
        before = len(self.invoked)
        self.eventbridge._invoke_target({"Arn": arn, **target}, {}, {"Arn": source})
        return len(self.invoked) > before

    def test_a_function_needs_a_permission_for_the_rule(self):
        self.function()
        self.assertFalse(self.deliver(ALIAS))
        ((code, reason),) = self.dead_letters
        self.assertEqual(code, "NO_PERMISSIONS")
        self.assertIn(f"not authorized to perform: lambda:InvokeFunction on resource: {ALIAS}", reason)
        self.function(from_rules(f"arn:aws:events:{HOME}:{ACCOUNT}:rule/orders/*", "lambda:InvokeFunction", ALIAS))
        self.assertTrue(self.deliver(ALIAS))

    def test_a_permission_for_the_function_is_none_for_its_alias(self):
        self.function(from_rules(RULE, "lambda:InvokeFunction", FUNCTION))
        self.assertFalse(self.deliver(ALIAS))

    def test_a_permission_of_another_rule_or_account_is_none(self):
        for statement in (
            from_rules(f"arn:aws:events:{HOME}:{ACCOUNT}:rule/other/*", "sqs:SendMessage", QUEUE),
            from_rules(RULE, "sqs:SendMessage", QUEUE, account="111111111111"),
        ):
            self.sqs.reset()
            self.queue(NO_PLAIN_HTTP, statement)
            self.assertFalse(self.deliver(QUEUE))
            self.assertFalse(rule_permissions.may_send_to(QUEUE, {"Arn": RULE}))

    def test_a_queue_lets_in_the_rules_of_its_policy(self):
        self.queue(NO_PLAIN_HTTP, from_rules(f"{RULE[:-6]}*", "sqs:SendMessage", QUEUE))
        self.assertTrue(self.deliver(QUEUE))
        self.assertTrue(rule_permissions.may_send_to(QUEUE, {"Arn": RULE}))

    def test_another_bus_needs_a_role_that_may_publish_there(self):
        role = self.role("events", allow("events:PutEvents", BUS))
        self.assertTrue(self.deliver(BUS, RoleArn=role))
        self.assertFalse(self.deliver(BUS, RoleArn=f"{role}-gone"))
        self.assertEqual(self.dead_letters.pop()[0], "FAILED_TO_ASSUME_ROLE")
        self.assertFalse(self.deliver(PEER_BUS, RoleArn=role))
        self.assertIn("no identity-based policy allows the events:PutEvents action", self.dead_letters[0][1])

    def test_a_schedule_needs_a_role_that_trusts_it_and_may_invoke(self):
        self.function()
        for role, delivered in (
            (self.role("scheduler", allow("lambda:InvokeFunction", ALIAS), name="good"), True),
            (self.role("scheduler", allow("lambda:InvokeFunction", FUNCTION), name="unqualified"), False),
            (self.role("events", allow("lambda:InvokeFunction", ALIAS), name="untrusting"), False),
            (f"arn:aws:iam::{ACCOUNT}:role/gone", False),
        ):
            self.assertEqual((role, self.deliver(ALIAS, SCHEDULE, RoleArn=role)), (role, delivered))

    def test_nothing_is_checked_without_permissions(self):
        with mock.patch("ministack.app.AUTH", False):
            self.assertTrue(self.deliver(ALIAS))
        self.assertEqual(self.report()["checked"], {})


class Pipes(PermissionsCase):
    def pipe(self, *statements: dict) -> dict:
        return {"Arn": PIPE, "Source": STREAM, "Target": BUS, "RoleArn": self.role("pipes", *statements)}

    def test_its_role_must_be_able_to_read(self):
        reading = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
        with self.assertRaisesRegex(Denied, "dynamodb:ListStreams"):
            pipe_permissions.check_source(self.pipe(allow(reading, STREAM)))
        lists = allow("dynamodb:ListStreams", f"{TABLE}/stream/*")
        pipe_permissions.check_source(self.pipe(allow(reading, STREAM), lists))

    def test_its_role_must_be_able_to_write(self):
        pipe = self.pipe(allow("events:PutEvents", BUS))
        pipe_permissions.check(pipe, BUS)
        with self.assertRaisesRegex(Denied, "sqs:SendMessage"):
            pipe_permissions.check(pipe, QUEUE)


class Workflows(PermissionsCase):
    def setUp(self):
        super().setUp()
        workflow_permissions.install()

    def task(self, resource: str, parameters: dict, *statements: dict) -> None:
        machine = {"stateMachineArn": MACHINE, "roleArn": self.role("states", *statements)}
        with mock.patch.dict(self.stepfunctions._state_machines._data, clear=True):
            self.stepfunctions._state_machines[MACHINE] = machine
            state = {"Resource": resource, "Parameters": parameters, "End": True}
            self.stepfunctions._execute_task(
                state, {}, {"stateMachineArn": MACHINE, "events": []}, {"State": {"Name": "Task"}}
            )

    def test_its_role_must_be_able_to_invoke_the_function(self):
        invoke = ("arn:aws:states:::lambda:invoke", {"FunctionName": ALIAS})
        self.task(*invoke, allow("lambda:InvokeFunction", ALIAS))
        self.assertEqual(len(self.invoked), 1)
        with self.assertRaises(self.stepfunctions._ExecutionError) as failed:
            self.task(*invoke, allow("lambda:InvokeFunction", FUNCTION))
        self.assertEqual(failed.exception.error, "Lambda.AWSLambdaException")
        self.assertIn("not authorized to perform: lambda:InvokeFunction", failed.exception.cause)

    def test_its_role_must_be_able_to_write_the_table(self):
        write = ("arn:aws:states:::dynamodb:updateItem", {"TableName": "orders"})
        self.task(*write, allow("dynamodb:UpdateItem", TABLE))
        with self.assertRaisesRegex(self.stepfunctions._ExecutionError, "dynamodb:UpdateItem"):
            self.task(*write, allow("dynamodb:PutItem", TABLE))


class Apis(PermissionsCase):
    def call(self) -> str | None:
        api_permissions.install()
        method = {"apiId": "abc", "stage": "live", "httpMethod": "GET", "resourcePath": "/orders/{id}"}
        event = {"requestContext": method}
        return asyncio.run(self.apigateway._call_lambda_raw(ALIAS, event))[1]

    def test_a_function_needs_a_permission_for_the_method(self):
        self.function()
        self.assertEqual(self.call(), "Invalid permissions on Lambda function")

    def test_a_permission_for_all_methods_of_the_stage_will_do(self):
        source = {"ArnLike": {"AWS:SourceArn": f"arn:aws:execute-api:{HOME}:{ACCOUNT}:abc/live/*/*"}}
        gateway = {"Service": "apigateway.amazonaws.com"}
        self.function(allow("lambda:InvokeFunction", ALIAS, Principal=gateway, Condition=source))
        self.assertIsNone(self.call())


    def test_an_authorizer_needs_a_permission_of_its_own(self):
        api_permissions.install()
        uri = f"arn:aws:apigateway:{HOME}:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
        event = {"methodArn": f"arn:aws:execute-api:{HOME}:{ACCOUNT}:abc/live/GET/orders"}
        for source, permitted in ((f"arn:aws:execute-api:{HOME}:{ACCOUNT}:abc/live/*/*", False), (
            f"arn:aws:execute-api:{HOME}:{ACCOUNT}:abc/authorizers/a1", True
        )):  # fmt: skip
            gateway = {"Service": "apigateway.amazonaws.com"}
            condition = {"ArnLike": {"AWS:SourceArn": source}}
            self.function(allow("lambda:InvokeFunction", FUNCTION, Principal=gateway, Condition=condition))
            authorizer = {"id": "a1", "authorizerUri": uri}
            answer = asyncio.run(self.apigateway._invoke_authorizer_lambda(authorizer, event, ACCOUNT, HOME))
            self.assertEqual(answer is not None, permitted)


class Alarms(PermissionsCase):
    def test_a_topic_lets_in_what_its_policy_says(self):
        alarm_permissions.install()
        topic = f"arn:aws:sns:{HOME}:{ACCOUNT}:alarms"
        alarm = {"AlarmArn": f"arn:aws:cloudwatch:{HOME}:{ACCOUNT}:alarm:errors", "AlarmActions": [topic]}
        for principal, key, published in (
            ({"Service": "events.amazonaws.com"}, "aws:SourceAccount", []),
            ({"Service": "cloudwatch.amazonaws.com"}, "aws:SourceAccount", [topic]),
            # As in the policy that SNS gives a topic.
            ({"AWS": "*"}, "AWS:SourceOwner", [topic]),
        ):
            ours = {"StringEquals": {key: ACCOUNT}}
            statement = allow("sns:Publish", topic, Principal=principal, Condition=ours)
            policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            self.sns._topics[topic] = {"arn": topic, "name": "alarms", "attributes": {"Policy": policy}}
            self.cloudwatch._dispatch_alarm_actions(alarm, "OK", "ALARM", "")
            self.assertEqual(self.invoked.pop()["AlarmActions"], published)


class Mappings(PermissionsCase):
    def setUp(self):
        super().setUp()
        mapping_permissions.install()

    def create(self, *operations: str) -> tuple[int, dict]:
        self.function(role=self.role("lambda", allow([f"sqs:{each}" for each in operations], QUEUE)))
        status, _, body = self.lambda_svc._create_esm({"EventSourceArn": QUEUE, "FunctionName": FUNCTION})
        return status, json.loads(body)

    def test_a_role_that_may_not_read_is_refused(self):
        self.queue()
        status, error = self.create("DeleteMessage", "GetQueueAttributes")
        self.assertEqual((status, error["__type"]), (400, "InvalidParameterValueException"))
        self.assertIn("does not have permissions to call ReceiveMessage on SQS", error["message"])
        create = mapping_permissions.cloudformation.HANDLERS.get()[mapping_permissions.TYPE]["create"]
        with self.assertRaisesRegex(ValueError, "InvalidParameterValueException"):
            create("Mapping", {"EventSourceArn": QUEUE, "FunctionName": FUNCTION}, "stack")

    def test_a_role_that_may_read_is_not(self):
        self.queue()
        self.assertIn(self.create("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")[0], (200, 202))


class Requests(PermissionsCase):
    """What the code of a function calls."""

    def call(self, action: str, resource: str, *statements: dict, managed: tuple = ()) -> object:
        from ministack.core import lambda_runtime

        role = self.role("lambda", *statements, managed=managed)
        config = {"FunctionName": "notify", "FunctionArn": FUNCTION, "Role": role}
        key = lambda_runtime.execution_credentials(config)["AWS_ACCESS_KEY_ID"]
        return self.evaluator.enforce(key, action, action.split(":")[0], HOME, resource_arn=resource)

    def test_policies_in_the_role_and_managed_ones_both_count(self):
        self.assertIsNotNone(self.call("dynamodb:GetItem", TABLE))
        self.assertIsNone(self.call("dynamodb:GetItem", TABLE, allow("dynamodb:GetItem", TABLE)))
        self.assertIsNone(self.call("dynamodb:GetItem", TABLE, managed=(allow("dynamodb:GetItem", TABLE),)))

    def test_an_alias_of_a_state_machine_is_judged_by_the_state_machine(self):
        start = allow("states:StartExecution", MACHINE)
        self.assertIsNone(self.call("states:StartExecution", f"{MACHINE}:live", start))
        only_live = {"Condition": {"StringEquals": {"states:StateMachineQualifier": "live"}}}
        self.assertIsNone(self.call("states:StartExecution", f"{MACHINE}:live", start | only_live))
        self.assertIsNotNone(self.call("states:StartExecution", f"{MACHINE}:test", start | only_live))

    def test_the_loopback_counts_as_tls(self):
        self.queue(NO_PLAIN_HTTP)
        self.assertIsNone(self.call("sqs:SendMessage", QUEUE, allow("sqs:SendMessage", QUEUE)))

    def test_calls_are_counted_by_role_and_the_rest_of_it_is_told(self):
        policy = allow(["dynamodb:GetItem", "dynamodb:Scan"], TABLE)
        self.call("dynamodb:GetItem", TABLE, policy)
        self.call("dynamodb:GetItem", TABLE, policy)
        self.call("dynamodb:PutItem", TABLE, policy)
        report = self.report()
        self.assertEqual(report["checked"], {"role": 3})
        self.assertEqual([(each["who"], each["times"]) for each in report["denied"]], [("role", 1)])
        self.assertIn("dynamodb:PutItem", report["denied"][0]["message"])
        self.assertEqual(report["unused"], {"role": [f"dynamodb:Scan on {TABLE}"]})


if __name__ == "__main__":
    unittest.main()
