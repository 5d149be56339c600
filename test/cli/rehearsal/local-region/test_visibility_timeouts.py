import json
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import cloudformation, scope, visibility_timeouts
from local_region.refusals import Refusal
from local_region.visibility_timeouts import CREATE_MAPPING, UPDATE_MAPPING

SOURCE = f"arn:aws:sqs:{HOME}:{ACCOUNT}:orders"


class VisibilityTimeouts(unittest.TestCase):
    def setUp(self):
        from ministack.services import lambda_svc, sqs

        for service in (lambda_svc, sqs):
            service.reset()
            self.addCleanup(service.reset)
        for patch in (
            mock.patch.dict(cloudformation.HANDLERS.get()[visibility_timeouts.TYPE]),
            mock.patch.object(lambda_svc, "_create_esm", lambda_svc._create_esm),
            mock.patch.object(lambda_svc, "_update_esm", lambda_svc._update_esm),
            # Nothing is to be read from the queue.
            mock.patch.object(lambda_svc, "_ensure_poller", lambda: None),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        within = scope.within(ACCOUNT, HOME)
        within.__enter__()
        self.addCleanup(within.__exit__, None, None, None)
        visibility_timeouts.install()
        sqs._act_create_queue({"QueueName": "orders", "Attributes": {"VisibilityTimeout": "60"}}, "")
        self.function("quick", 60)
        self.function("slow", 61)

    def function(self, name: str, timeout: int) -> None:
        from ministack.services import lambda_svc

        code = {"FunctionName": name, "Runtime": "nodejs20.x", "Handler": "i.h", "Role": "role", "Code": {}}
        self.assertEqual(lambda_svc._create_function(code | {"Timeout": timeout})[0], 201)
        self.assertEqual(lambda_svc._publish_version(name, {})[0], 201)
        lambda_svc._create_alias(name, {"Name": "live", "FunctionVersion": "1"})
        # Only the version counts for a mapping to the alias.
        lambda_svc._update_config(name, {"Timeout": {60: 900, 61: 1}[timeout]})

    def create(self, function: str, source: str = SOURCE) -> tuple[int, dict]:
        status, _, body = CREATE_MAPPING.get()({"FunctionName": function, "EventSourceArn": source})
        return status, json.loads(body)

    def test_a_function_slower_than_the_queue_is_refused(self):
        status, answer = self.create("slow:live")
        self.assertEqual((status, answer["__type"]), (400, "InvalidParameterValueException"))
        self.assertEqual(
            answer["message"], "Queue visibility timeout: 60 seconds is less than Function timeout: 61 seconds"
        )
        self.assertEqual(self.create("quick:live")[0], 202)
        self.assertEqual(self.create("quick")[0], 400)
        self.assertEqual(self.create("slow")[0], 202)

    def test_an_update_of_the_mapping_is_refused_as_well(self):
        from ministack.services import lambda_svc, sqs

        _, mapping = self.create("quick:live")
        self.assertEqual(UPDATE_MAPPING.get()(mapping["UUID"], {"FunctionName": "slow:live"})[0], 400)
        self.assertEqual(UPDATE_MAPPING.get()(mapping["UUID"], {"BatchSize": 5})[0], 200)
        sqs._queue_by_arn(SOURCE)["attributes"]["VisibilityTimeout"] = "30"
        self.assertEqual(UPDATE_MAPPING.get()(mapping["UUID"], {"BatchSize": 6})[0], 400)
        self.assertEqual(lambda_svc._esms[mapping["UUID"]]["BatchSize"], 5)

    def test_a_template_is_refused_as_well(self):
        handler = cloudformation.HANDLERS.get()[visibility_timeouts.TYPE]
        slow = {"FunctionName": f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:slow:live", "EventSourceArn": SOURCE}
        quick = slow | {"FunctionName": f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:quick:live"}
        with self.assertRaisesRegex(Refusal, "less than Function timeout: 61 seconds.*InvalidParameterValueException"):
            handler["create"]("Mapping", slow, "stack")
        identifier, _ = handler["create"]("Mapping", quick, "stack")
        with self.assertRaises(Refusal):
            handler["update"](identifier, quick, slow, "stack")
        handler["update"](identifier, quick, quick | {"BatchSize": 5}, "stack")


if __name__ == "__main__":
    unittest.main()
