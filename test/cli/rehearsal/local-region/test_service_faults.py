import asyncio
import json
import time
import unittest
import urllib.error
import urllib.request
from unittest import mock

import botocore.config
import emulator  # noqa: F401
from botocore.exceptions import ClientError, ReadTimeoutError
from local_region import service_faults, service_models
from local_region.gateway import BadRequest
from local_region.service_faults import ServiceFaults
from regions import EAST, SESSION, shared_region


class FaultsCase(unittest.TestCase):
    def setUp(self):
        self.region = shared_region()
        self.addCleanup(self.have)

    def have(self, *faults: dict) -> None:
        self.assertEqual(self.region.set(service_faults.ROUTE, {"faults": list(faults)})[0], 200)

    def client(self, service: str, **options: object):
        return SESSION.create_client(
            service,
            region_name=EAST,
            endpoint_url=self.region.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=botocore.config.Config(retries={"max_attempts": 0}, read_timeout=0.5, **options),
        )

    def code(self, service: str, operation: str, **arguments: object) -> tuple[str, int]:
        """How a request is refused."""
        with self.assertRaises(ClientError) as refused:
            getattr(self.client(service), operation)(**arguments)
        response = refused.exception.response
        return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


class Refusals(FaultsCase):
    def test_each_service_throttles_in_its_own_words(self):
        url = f"{self.region.url}/000000000000/q"
        for service, operation, arguments, expected in (
            ("dynamodb", "get_item", {"TableName": "t", "Key": {}}, ("ProvisionedThroughputExceededException", 400)),
            ("dynamodb", "delete_table", {"TableName": "t"}, ("ThrottlingException", 400)),
            ("events", "put_events", {"Entries": [{}]}, ("ThrottlingException", 400)),
            ("sqs", "send_message", {"QueueUrl": url, "MessageBody": "m"}, ("RequestThrottled", 400)),
            ("stepfunctions", "start_execution", {"stateMachineArn": "arn:aws:states:x:0:stateMachine:x"}, ("ThrottlingException", 400)),
            ("lambda", "invoke", {"FunctionName": "f"}, ("TooManyRequestsException", 429)),
            ("sns", "publish", {"TopicArn": "arn:aws:sns:x:0:t", "Message": "m"}, ("ThrottlingException", 400)),
            ("s3", "get_object", {"Bucket": "b", "Key": "k"}, ("SlowDown", 503)),
            ("cloudwatch", "describe_alarms", {}, ("ThrottlingException", 400)),
        ):
            with self.subTest(f"{service} {operation}"):
                endpoint = {"stepfunctions": "states", "cloudwatch": "monitoring"}.get(service, service)
                self.have({"service": endpoint, "how": "throttled"})
                self.assertEqual(self.code(service, operation, **arguments), expected)

    def test_each_service_denies_in_its_own_words(self):
        for service, operation, arguments, expected in (
            ("dynamodb", "list_tables", {}, "AccessDeniedException"),
            ("sqs", "list_queues", {}, "AccessDenied"),
            ("lambda", "list_functions", {}, "AccessDeniedException"),
            ("sns", "list_topics", {}, "AuthorizationError"),
            ("s3", "get_object", {"Bucket": "b", "Key": "k"}, "AccessDenied"),
        ):
            with self.subTest(service):
                self.have({"service": service, "how": "denied"})
                self.assertEqual(self.code(service, operation, **arguments)[0], expected)

    def test_each_service_tells_of_a_token_that_is_too_old(self):
        for service, operation, expected in (
            ("dynamodb", "list_tables", ("ExpiredTokenException", 400)),
            ("sts", "get_caller_identity", ("ExpiredToken", 403)),
        ):
            with self.subTest(service):
                self.have({"service": service, "how": "expired"})
                self.assertEqual(self.code(service, operation), expected)

    def test_only_the_action_that_is_named_fails(self):
        self.have({"service": "lambda", "action": "Invoke", "how": "throttled"})
        self.assertEqual(self.code("lambda", "invoke", FunctionName="f")[0], "TooManyRequestsException")
        self.client("lambda").list_functions()
        self.have({"service": "sns", "action": "Publish", "how": "throttled"})
        self.assertEqual(self.code("sns", "publish", TopicArn="arn:aws:sns:x:0:t", Message="m")[0], "ThrottlingException")
        self.client("sns").list_topics()
        self.have({"service": "dynamodb", "action": "PutItem", "how": "throttled"})
        self.client("dynamodb").list_tables()

    def test_others_are_served_meanwhile_and_all_are_afterwards(self):
        self.have({"service": "dynamodb", "how": "throttled"})
        self.client("sqs").list_queues()
        self.assertEqual(self.region.status()["service-faults"]["faults"][0]["service"], "dynamodb")
        self.have()
        self.client("dynamodb").list_tables()

    def test_who_observes_sees_no_faults(self):
        self.have({"service": "dynamodb", "how": "throttled"})
        self.client("dynamodb", user_agent_extra="local-region-observer/1").list_tables()


class Delays(FaultsCase):
    def test_silence_lasts_until_the_client_gives_up(self):
        self.have({"service": "dynamodb", "how": "silent"})
        with self.assertRaises(ReadTimeoutError):
            self.client("dynamodb").list_tables()

    def test_what_is_slow_is_served_later(self):
        self.have({"service": "dynamodb", "how": "slow", "seconds": 0.3})
        began = time.monotonic()
        self.client("dynamodb").list_tables()
        self.assertGreaterEqual(time.monotonic() - began, 0.3)


class DeployedApis(FaultsCase):
    def request(self) -> tuple[int, bytes]:
        request = urllib.request.Request(f"{self.region.url}/orders", headers={"Host": "api.example.com"})
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def test_customers_wait_and_who_manages_apis_does_not(self):
        # much longer than an answer takes on a machine that is busy
        seconds = 1.5
        self.have({"service": "apigateway", "how": "slow", "seconds": seconds})
        began = time.monotonic()
        self.client("apigateway").get_rest_apis()
        self.assertLess(time.monotonic() - began, seconds)
        began = time.monotonic()
        self.request()
        self.assertGreaterEqual(time.monotonic() - began, seconds)

    def test_customers_are_refused_as_by_the_api(self):
        self.have({"service": "apigateway", "how": "throttled"})
        self.assertEqual(self.request(), (429, b'{"message": "Too Many Requests"}'))


class Share(unittest.TestCase):
    def test_it_hits_a_share_of_the_requests(self):
        served: list[bytes] = []

        async def app(scope, receive, send):
            served.append((await receive())["body"])

        async def send(message): ...

        faults = ServiceFaults(seed=1)
        faults.set([{"service": "dynamodb", "how": "denied", "share": 0.5}])
        scope = {
            "type": "http", "method": "POST", "path": "/", "query_string": b"",
            "headers": [(b"x-amz-target", b"DynamoDB_20120810.PutItem")],
        }  # fmt: skip
        content = json.dumps({}).encode()
        for _ in range(200):
            events = [{"type": "http.request", "body": content[:1], "more_body": True}, {"type": "http.request", "body": content[1:]}]
            receive = mock.AsyncMock(side_effect=events)
            asyncio.run(faults.around(app)(scope, receive, send))
        self.assertTrue(70 < len(served) < 130, len(served))
        self.assertEqual(set(served), {content})


class Settings(unittest.TestCase):
    def test_what_makes_no_sense_is_refused_and_changes_nothing(self):
        faults = ServiceFaults()
        known = {"service": "dynamodb", "how": "slow", "seconds": 1}
        faults.set([known])
        for wrong in (
            None, {}, ["x"], [{"service": "dynamodb"}], [{**known, "how": "dead"}], [{**known, "service": "nothing"}],
            [{**known, "action": "FlyToMoon"}], [{**known, "seconds": -1}], [{**known, "share": 2}], [{**known, "x": 1}],
            [{"service": "s3", "action": "GetObject", "how": "denied"}], [{**known, "share": True}],
        ):  # fmt: skip
            with self.subTest(wrong), self.assertRaises(BadRequest):
                faults.set(wrong)
        self.assertEqual([(one["service"], one["seconds"]) for one in faults.now], [("dynamodb", 1)])

    def test_actions_by_path(self):
        for method, path, action in (
            ("POST", "/2015-03-31/functions/f/invocations", "Invoke"),
            ("GET", "/2015-03-31/functions/f", "GetFunction"),
            ("GET", "/2015-03-31/functions", "ListFunctions"),
            ("GET", "/2015-03-31/functions/", "ListFunctions"),
            ("GET", "/nothing", None),
        ):
            self.assertEqual(service_models.action_at("lambda", method, path), action, path)


if __name__ == "__main__":
    unittest.main()
