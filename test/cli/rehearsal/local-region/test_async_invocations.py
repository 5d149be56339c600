import json
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import async_invocations, queues

FUNCTION = f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:ship"
FAILURES = f"arn:aws:sqs:{HOME}:{ACCOUNT}:failures"
SUCCESSES = f"arn:aws:sqs:{HOME}:{ACCOUNT}:successes"
ERROR = {"error": True, "body": {"errorType": "Error", "errorMessage": "no"}}
THROTTLED = {"error": True, "throttle": True, "body": {}}
SETTINGS = {
    "live": {"MaximumRetryAttempts": 1, "DestinationConfig": {"OnFailure": {"Destination": FAILURES}}},
    "": {"MaximumRetryAttempts": 0},
    "proud": {"DestinationConfig": {"OnSuccess": {"Destination": SUCCESSES}}},
}


class AsyncInvocations(unittest.TestCase):
    def setUp(self):
        self.request_ids: list[str] = []
        self.answers: list[dict] = []
        self.pauses: list[float] = []
        self.sent: list[tuple] = []
        self.config = {"FunctionName": "ship", "Version": "7"}
        for seam, replacement in (
            (async_invocations.FUNCTIONS, {"ship": {"event_invoke_configs": SETTINGS}}),
            (async_invocations.EXECUTE, self.execute),
            (async_invocations.DISPATCH, self.dispatch),
        ):
            self.patch(f"{seam.module}.{seam.name}", replacement)
        self.patch("time.sleep", self.pauses.append)
        self.patch("local_region.queues.send", lambda *arguments: self.sent.append(arguments))
        async_invocations.DISPATCH.wrap(async_invocations._under_one_request_id)

    def patch(self, name: str, replacement: object) -> None:
        patch = mock.patch(name, replacement)
        patch.start()
        self.addCleanup(patch.stop)

    def execute(self, function, event):
        return async_invocations.DISPATCH.get()(function, function["config"], event, "of one attempt", 0.0)

    def dispatch(self, func, config, event, request_id, started):
        self.request_ids.append(request_id)
        return self.answers[min(len(self.request_ids), len(self.answers)) - 1]

    def invoke(self, qualifier: str | None, *answers: dict) -> None:
        self.answers = list(answers)
        arn = FUNCTION + (f":{qualifier}" if qualifier else "")
        async_invocations._run({"config": self.config | {"FunctionArn": arn}}, {"order": 1})

    def record(self) -> dict:
        ((queue, body),) = self.sent
        return {"queue": queue} | json.loads(body)

    def test_an_alias_has_its_own_retries_and_sends_a_record_when_they_are_exhausted(self):
        self.invoke("live", ERROR)
        record = self.record()
        self.assertRegex(record.pop("timestamp"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(record, {
            "queue": FAILURES,
            "version": "1.0",
            "requestContext": {
                "requestId": self.request_ids[0],
                "functionArn": f"{FUNCTION}:live",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": 2,
            },
            "requestPayload": {"order": 1},
            "responseContext": {"statusCode": 200, "executedVersion": "7", "functionError": "Unhandled"},
            "responsePayload": {"errorType": "Error", "errorMessage": "no"},
        })  # fmt: skip
        self.assertEqual(self.pauses, [0.2])

    def test_all_attempts_have_one_request_id(self):
        self.invoke("live", ERROR)
        self.assertEqual(len(self.request_ids), 2)
        self.assertEqual(len(set(self.request_ids)), 1)
        self.assertNotIn("of one attempt", self.request_ids)

    def test_a_success_ends_the_retries(self):
        self.invoke("live", ERROR, {"body": "shipped"})
        self.assertEqual((len(self.request_ids), self.sent), (2, []))

    def test_without_settings_of_its_own_a_qualifier_is_retried_twice(self):
        self.invoke("other", ERROR)
        self.assertEqual((len(self.request_ids), self.pauses, self.sent), (3, [0.2, 0.4], []))

    def test_the_unqualified_function_has_the_settings_made_without_a_qualifier(self):
        self.invoke(None, ERROR)
        self.assertEqual(len(self.request_ids), 1)

    def test_being_throttled_is_no_attempt(self):
        self.invoke("live", THROTTLED, THROTTLED, ERROR, ERROR)
        self.assertEqual(self.record()["requestContext"]["approximateInvokeCount"], 2)
        self.assertEqual(self.pauses, [1.0, 1.0, 0.2])

    def test_a_success_goes_to_its_destination(self):
        self.invoke("proud", {"body": {"id": 1}})
        record = self.record()
        self.assertEqual((record["queue"], record["requestContext"]["condition"]), (SUCCESSES, "Success"))
        self.assertEqual(record["responsePayload"], {"id": 1})
        self.assertEqual(record["responseContext"], {"statusCode": 200, "executedVersion": "7"})

    def test_a_dead_letter_queue_of_the_function_gets_the_event_alone(self):
        self.config["DeadLetterConfig"] = {"TargetArn": FAILURES}
        self.invoke(None, ERROR)
        ((queue, body, attributes),) = self.sent
        self.assertEqual((queue, json.loads(body)), (FAILURES, {"order": 1}))
        self.assertEqual(attributes, {"RequestID": self.request_ids[0], "ErrorCode": "200", "ErrorMessage": "no"})

    def test_a_destination_that_is_gone_loses_the_record_and_nothing_else(self):
        self.patch("local_region.queues.send", mock.Mock(side_effect=queues.NoSuchQueue(FAILURES)))
        with self.assertLogs("local_region.async_invocations", "ERROR"):
            self.invoke("live", ERROR)


class Destinations(unittest.TestCase):
    RECORD = {"requestContext": {"functionArn": f"{FUNCTION}:live"}}

    def replaced(self, seam) -> mock.Mock:
        patch = mock.patch(f"{seam.module}.{seam.name}")
        self.addCleanup(patch.stop)
        return patch.start()

    def test_a_topic(self):
        publish = self.replaced(async_invocations.PUBLISH)
        topic = f"arn:aws:sns:{HOME}:{ACCOUNT}:failures"
        async_invocations._send_record(topic, self.RECORD, "Failure")
        publish.assert_called_once_with(topic, json.dumps(self.RECORD))

    def test_a_function(self):
        self.replaced(async_invocations.FUNCTION).return_value = ({}, {}, "mend")
        invoke = self.replaced(async_invocations.INVOKE)
        async_invocations._send_record(f"{FUNCTION}:live", self.RECORD, "Failure")
        invoke.assert_called_once_with({"config": {"FunctionArn": f"{FUNCTION}:live"}}, self.RECORD)

    def test_an_event_bus(self):
        put_events = self.replaced(async_invocations.PUT_EVENTS)
        bus = f"arn:aws:events:{HOME}:{ACCOUNT}:event-bus/orders"
        async_invocations._send_record(bus, self.RECORD, "Failure")
        put_events.assert_called_once_with({"Entries": [{
            "EventBusName": bus,
            "Source": "lambda",
            "DetailType": "Lambda Function Invocation Result - Failure",
            "Detail": json.dumps(self.RECORD),
            "Resources": [f"{FUNCTION}:live", bus],
        }]})  # fmt: skip


if __name__ == "__main__":
    unittest.main()
