import asyncio
import json
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import cloudformation, resource_policies, scope
from local_region.refusals import Refusal
from local_region.resource_policies import ADD_PERMISSION, FUNCTIONS, PUT_PERMISSION


def statement(number: int = 0, filler: str = "", **more: object) -> dict:
    """As the library writes one for a rule that sends to a queue."""
    return {
        "Sid": f"{number}{filler}",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": f"arn:aws:sqs:{HOME}:{ACCOUNT}:dead-letters",
        **more,
    }


def policy(count: int, filler: str = "", **more: object) -> dict:
    return {"Version": "2012-10-17", "Statement": [statement(i, filler, **more) for i in range(count)]}


class Policies(unittest.TestCase):
    def setUp(self):
        from ministack.services import eventbridge, lambda_svc, sqs

        for service in (eventbridge, lambda_svc, sqs):
            service.reset()
            self.addCleanup(service.reset)
        for patch in (
            mock.patch.dict(sqs._HANDLERS),
            mock.patch.dict(cloudformation.HANDLERS.get()[resource_policies.QUEUE_POLICY]),
            mock.patch.object(lambda_svc, "_add_permission", lambda_svc._add_permission),
            mock.patch.object(eventbridge, "_put_permission", eventbridge._put_permission),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        within = scope.within(ACCOUNT, HOME)
        within.__enter__()
        self.addCleanup(within.__exit__, None, None, None)
        resource_policies.install()
        self.sqs, self.functions, self.events = sqs, lambda_svc, eventbridge

    def queue(self, operation: str, **body: object) -> tuple[int, dict]:
        headers = {"x-amz-target": f"AmazonSQS.{operation}", "content-type": "application/x-amz-json-1.0"}
        content = json.dumps(body).encode()
        status, _, answer = asyncio.run(self.sqs.handle_request("POST", "/", headers, content, {}))
        return status, json.loads(answer or "{}")

    def provision(self, operation: str, document: object) -> None:
        properties = {"Queues": [], "PolicyDocument": document}
        arguments = {"create": ("Policy", properties), "update": ("policy", {}, properties)}[operation]
        cloudformation.HANDLERS.get()[resource_policies.QUEUE_POLICY][operation](*arguments, "stack")


class QueuePolicies(Policies):
    TOO_MUCH = (
        (policy(21), "21 statements were found in the submitted policy, max allowed is 20"),
        (policy(1, Action=["sqs:SendMessage"] * 8), "8 actions were found in a statement"),
        (policy(20, "x" * 300), "over max allowed size"),
    )
    ENOUGH = (policy(20), policy(1, Action=["sqs:SendMessage"] * 7), policy(20, "x" * 200), {})

    def test_a_policy_over_the_quota_fails_the_deployment(self):
        for operation in ("create", "update"):
            for document, reason in self.TOO_MUCH:
                for form in (document, json.dumps(document)):
                    with self.subTest(reason), self.assertRaisesRegex(Refusal, f"{reason}.*Error Code: OverLimit"):
                        self.provision(operation, form)
            for document in self.ENOUGH:
                self.provision(operation, document)

    def test_a_policy_over_the_quota_is_refused(self):
        _, answer = self.queue("CreateQueue", QueueName="orders")
        for document, reason in self.TOO_MUCH:
            attributes = {"Policy": json.dumps(document)}
            for operation, names in (
                ("CreateQueue", {"QueueName": "more"}),
                ("SetQueueAttributes", {"QueueUrl": answer["QueueUrl"]}),
            ):
                with self.subTest((operation, reason)):
                    status, refused = self.queue(operation, Attributes=attributes, **names)
                    self.assertEqual((status, refused["__type"]), (403, "OverLimit"))
                    self.assertIn(reason, refused["message"])
        for document in self.ENOUGH:
            attributes = {"Policy": json.dumps(document, indent=4)}
            status, _ = self.queue("SetQueueAttributes", QueueUrl=answer["QueueUrl"], Attributes=attributes)
            self.assertEqual(status, 200)

    def test_a_permission_over_the_quota_is_refused_and_not_kept(self):
        _, answer = self.queue("CreateQueue", QueueName="orders")
        url = {"QueueUrl": answer["QueueUrl"]}
        codes = [
            self.queue("AddPermission", Label=str(i), AWSAccountIds=[ACCOUNT], Actions=["SendMessage"], **url)[0]
            for i in range(21)
        ]
        self.assertEqual(codes, [200] * 20 + [403])
        _, answer = self.queue("GetQueueAttributes", AttributeNames=["Policy"], **url)
        self.assertEqual(len(json.loads(answer["Attributes"]["Policy"])["Statement"]), 20)


class FunctionPolicies(Policies):
    def add(self, number: int, qualifier: str | None = None) -> tuple[int, dict]:
        source = f"arn:aws:execute-api:{HOME}:{ACCOUNT}:0123456789/live/GET/orders/{number}"
        permission = {"StatementId": f"s{number}", "Principal": "apigateway.amazonaws.com", "SourceArn": source}
        status, _, body = ADD_PERMISSION.get()("orders", permission, None, qualifier)
        return status, json.loads(body)

    def test_a_permission_beyond_the_quota_is_refused_and_not_kept(self):
        function = {
            "config": {"FunctionName": "orders", "FunctionArn": "arn"},
            "policy": {"Statement": []},
            "versions": {},
            "aliases": {"live": {"FunctionVersion": "1"}},
        }
        FUNCTIONS.get()["orders"] = function
        accepted = 0
        while self.add(accepted)[0] == 201:
            accepted += 1
        self.assertGreater(accepted, 50)
        status, answer = self.add(accepted)
        self.assertEqual((status, answer["__type"]), (400, "PolicyLengthExceededException"))
        self.assertRegex(answer["message"], r"The final policy size \(20\d\d\d\) is bigger than the limit \(20480\)")
        self.assertEqual(len(function["policy"]["Statement"]), accepted)
        self.assertEqual(self.add(1000, "live")[0], 201)


    def test_a_permission_beyond_the_quota_fails_the_deployment(self):
        function = {"FunctionName": "orders", "Runtime": "nodejs20.x", "Handler": "i.h", "Role": "role", "Code": {}}
        self.assertEqual(self.functions._create_function(function)[0], 201)
        create = cloudformation.HANDLERS.get()["AWS::Lambda::Permission"]["create"]
        permission = {"FunctionName": "orders", "Action": "lambda:InvokeFunction", "Principal": "sns.amazonaws.com"}
        with self.assertRaisesRegex(ValueError, "PolicyLengthExceededException.*is bigger than the limit"):
            for number in range(200):
                source = {"SourceArn": f"arn:aws:sns:{HOME}:{ACCOUNT}:topic-{number}"}
                create("Permission", permission | source, "stack")


class BusPolicies(Policies):
    def test_a_statement_beyond_the_quota_is_refused_and_not_kept(self):
        def put(account: int) -> tuple[int, dict]:
            permission = {"StatementId": f"account-{account}", "Principal": f"{account:012}"}
            status, _, body = PUT_PERMISSION.get()(permission | {"Action": "events:PutEvents"})
            return status, json.loads(body)

        accepted = 0
        while put(accepted)[0] == 200:
            accepted += 1
        self.assertGreater(accepted, 40)
        status, answer = put(accepted)
        self.assertEqual((status, answer["__type"]), (400, "PolicyLengthExceededException"))
        self.assertEqual(len(self.events._event_bus_policies["default"]["Statement"]), accepted)


if __name__ == "__main__":
    unittest.main()
