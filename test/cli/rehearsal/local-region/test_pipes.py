import json
import time
import unittest
from unittest import mock

from emulator import ACCOUNT, HOME
from local_region import async_invocations, cloudformation, pipes, queues

BUS = f"arn:aws:events:{HOME}:{ACCOUNT}:event-bus/orders"
FUNCTION = f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:enrich"
PIPE = f"arn:aws:pipes:{HOME}:{ACCOUNT}:pipe/outbox"


def queue_arn(name: str) -> str:
    return f"arn:aws:sqs:{HOME}:{ACCOUNT}:{name}"


class PipesCase(unittest.TestCase):
    def setUp(self):
        from ministack.services import dynamodb, eventbridge, sqs
        from ministack.services import pipes as ministack_pipes

        self.dynamodb, self.sqs, self.ministack_pipes = dynamodb, sqs, ministack_pipes
        for service in (dynamodb, eventbridge, sqs, ministack_pipes):
            service.reset()
            self.addCleanup(service.reset)
        handlers = cloudformation.HANDLERS.get()
        self.entries: list[dict] = []
        self.refuse: set[str] = set()
        self.pauses: list[float] = []
        for patch in (
            mock.patch.dict(handlers, {pipes.TYPE: dict(handlers[pipes.TYPE])}),
            *(mock.patch.object(ministack_pipes, seam.name, seam.get()) for seam in (
                pipes.POLL, pipes.CREATE, pipes.UPDATE, pipes.DESCRIBE,
            )),
            # Tests take the steps themselves.
            mock.patch.object(ministack_pipes, "_ensure_poller", lambda: None),
            mock.patch.object(eventbridge, "_put_events", self.put_events),
            mock.patch("local_region.pipe_sources.StreamReader._pause", lambda reader, s: self.pauses.append(s)),
        ):  # fmt: skip
            patch.start()
            self.addCleanup(patch.stop)
        pipes.Pipes().install()
        eventbridge._create_event_bus({"Name": "orders"})
        for name in ("source", "target", "dead"):
            sqs._act_create_queue({"QueueName": name}, "")
        dynamodb._create_table({
            "TableName": "rows",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        })  # fmt: skip
        self.stream = dynamodb._tables["rows"]["LatestStreamArn"]

    def put_events(self, data, allow_aws_source=False):
        from ministack.core.responses import json_response

        answers = []
        for entry in data["Entries"]:
            if any(text in entry["Detail"] for text in self.refuse):
                answers.append({"ErrorCode": "InternalFailure"})
            else:
                self.entries.append(entry)
                answers.append({"EventId": "1"})
        return json_response({"FailedEntryCount": sum("ErrorCode" in each for each in answers), "Entries": answers})

    def put(self, identifier: str, kind: str = "placed") -> None:
        self.dynamodb._put_item({"TableName": "rows", "Item": {"id": {"S": identifier}, "kind": {"S": kind}}})

    def pipe_template(
        self, source: str | None = None, target: str = BUS, filters: tuple = (), **properties: object
    ) -> dict:
        """From the stream to the bus, unless told otherwise."""
        parameters = {"DynamoDBStreamParameters": {"StartingPosition": "LATEST", **properties.pop("stream", {})}}
        criteria = {"FilterCriteria": {"Filters": [{"Pattern": json.dumps(pattern)} for pattern in filters]}}
        return {
            "Name": "outbox",
            "RoleArn": "role",
            "Source": source or self.stream,
            "SourceParameters": ({} if source else parameters) | (criteria if filters else {}),
            "Target": target,
            **properties,
        }

    def pipe(self, **properties: object) -> dict:
        self.template = self.pipe_template(**properties)
        cloudformation.HANDLERS.get()[pipes.TYPE]["create"]("Pipe", self.template, "stack")
        return self.ministack_pipes._pipes["outbox"]

    def update(self, **properties: object) -> None:
        updated = self.template | properties
        handler = cloudformation.HANDLERS.get()[pipes.TYPE]
        handler["update"]("outbox", self.template, updated, "stack", "Pipe")
        self.template = updated

    def run_pipe(self, pipe: dict) -> None:
        while pipes.is_running(pipe) and pipes.step(pipe):
            pass

    def messages(self, name: str) -> list[dict]:
        return queues.BY_ARN.get()(queue_arn(name))["messages"]

    def details(self) -> list[dict]:
        return [json.loads(entry["Detail"]) for entry in self.entries]

    def ids(self) -> list[str]:
        return [detail["dynamodb"]["Keys"]["id"]["S"] for detail in self.details()]


class FromAStream(PipesCase):
    def test_records_become_events_as_they_are(self):
        pipe = self.pipe()
        self.put("1")
        self.run_pipe(pipe)
        (entry,) = self.entries
        self.assertEqual(
            {key: entry[key] for key in entry if key != "Detail"},
            {"EventBusName": BUS, "Source": "Pipe outbox", "DetailType": "Event from aws:dynamodb", "Resources": []},
        )
        (record,) = self.details()
        self.assertEqual((record["eventName"], record["awsRegion"]), ("INSERT", HOME))
        self.assertEqual(record["dynamodb"]["NewImage"]["kind"], {"S": "placed"})

    def test_parameters_and_template_take_from_the_record(self):
        pipe = self.pipe(TargetParameters={
            "EventBridgeEventBusParameters": {
                "Source": "shop",
                "DetailType": "$.dynamodb.NewImage.kind.S",
                "Resources": ["$.dynamodb.NewImage.id.S", "fixed"],
                "Time": "$.dynamodb.ApproximateCreationDateTime",
            },
            "InputTemplate": '{"order": <$.dynamodb.NewImage.id.S>, "pipe": "<aws.pipes.pipe-name>"}',
        })  # fmt: skip
        self.put("1", kind="OrderPlaced")
        self.run_pipe(pipe)
        (entry,) = self.entries
        self.assertEqual(self.details(), [{"order": "1", "pipe": "outbox"}])
        self.assertEqual((entry["Source"], entry["DetailType"]), ("shop", "OrderPlaced"))
        self.assertEqual(entry["Resources"], ["1", "fixed"])
        self.assertAlmostEqual(float(entry["Time"]), time.time(), delta=5)

    def test_filters_let_pass_what_any_of_them_matches(self):
        pipe = self.pipe(filters=(
            {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": [{"prefix": "pla"}]}}}},
            {"eventName": ["MODIFY"], "dynamodb": {"OldImage": {"kind": {"S": ["placed"]}}}},
        ))  # fmt: skip
        self.put("1")
        self.put("2", kind="other")
        self.put("1", kind="other")
        self.put("2", kind="third")
        self.run_pipe(pipe)
        self.assertEqual(self.ids(), ["1", "1"])

    def test_a_filter_tells_expired_rows_from_deleted_ones(self):
        pipe = self.pipe(filters=({"eventName": ["REMOVE"], "userIdentity": {"type": [{"exists": False}]}},))
        for identifier in ("1", "2"):
            self.put(identifier)
            self.dynamodb._delete_item({"TableName": "rows", "Key": {"id": {"S": identifier}}})
        expired = self.dynamodb._stream_records["rows"][-1]
        expired["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
        self.run_pipe(pipe)
        self.assertEqual(self.ids(), ["1"])
        self.entries.clear()
        self.update(SourceParameters=self.template["SourceParameters"] | {"FilterCriteria": {"Filters": [
            {"Pattern": json.dumps({"userIdentity": {"principalId": ["dynamodb.amazonaws.com"]}})},
        ]}})  # fmt: skip
        self.ministack_pipes._positions[PIPE] = 0
        self.run_pipe(pipe)
        self.assertEqual(self.ids(), ["2"])

    def test_the_starting_position(self):
        self.put("1")
        pipe = self.pipe(stream={"StartingPosition": "TRIM_HORIZON"})
        self.put("2")
        self.run_pipe(pipe)
        self.assertEqual(self.ids(), ["1", "2"])

    def test_only_what_was_refused_is_tried_again(self):
        pipe = self.pipe(stream={"MaximumRetryAttempts": 2, "DeadLetterConfig": {"Arn": queue_arn("dead")}})
        self.refuse = {'"bad"'}
        for identifier in ("1", "bad", "2"):
            self.put(identifier)
        sequence = self.dynamodb._stream_records["rows"][1]["dynamodb"]["SequenceNumber"]
        with self.assertLogs("local_region.pipes", "WARNING") as logs:
            self.run_pipe(pipe)
        self.assertEqual(self.ids(), ["1", "2"])
        self.assertEqual((len(logs.output), self.pauses), (3, [0.2, 0.4]))
        (letter,) = self.messages("dead")
        body = json.loads(letter["body"])
        self.assertEqual(body["context"], {"partnerResourceArn": PIPE, "condition": "RetryAttemptsExhausted"})
        self.assertEqual(body["version"], "1.0")
        info = body["DDBStreamBatchInfo"]
        self.assertEqual((info["batchSize"], info["streamArn"]), (1, self.stream))
        self.assertEqual((info["startSequenceNumber"], info["endSequenceNumber"]), (sequence, sequence))

    def test_without_a_limit_it_goes_on_until_it_is_stopped(self):
        pipe = self.pipe()
        self.put("bad")
        self.put("1")
        self.refuse = {'"bad"'}

        def stop_at_the_fifth(reader, seconds):
            self.pauses.append(seconds)
            if len(self.pauses) == 5:
                self.refuse = set()

        with (
            mock.patch("local_region.pipe_sources.StreamReader._pause", stop_at_the_fifth),
            self.assertLogs("local_region.pipes", "WARNING"),
        ):
            self.run_pipe(pipe)
        self.assertEqual(self.ids(), ["1", "bad"])

    def test_records_that_are_too_old_are_dead_letters(self):
        pipe = self.pipe(stream={"MaximumRecordAgeInSeconds": 60, "DeadLetterConfig": {"Arn": queue_arn("dead")}})
        self.put("1")
        self.put("2")
        self.dynamodb._stream_records["rows"][0]["dynamodb"]["ApproximateCreationDateTime"] -= 61
        self.run_pipe(pipe)
        self.assertEqual(self.ids(), ["2"])
        (letter,) = self.messages("dead")
        self.assertEqual(json.loads(letter["body"])["context"]["condition"], "RecordAgeExceeded")

    def test_a_bus_that_is_gone_makes_dead_letters_of_the_batch(self):
        pipe = self.pipe(
            target=f"{BUS}-gone", stream={"MaximumRetryAttempts": 0, "DeadLetterConfig": {"Arn": queue_arn("dead")}}
        )
        self.put("1")
        self.put("2")
        with self.assertLogs("local_region.pipes", "WARNING"):
            self.run_pipe(pipe)
        (letter,) = self.messages("dead")
        self.assertEqual(json.loads(letter["body"])["DDBStreamBatchInfo"]["batchSize"], 2)

    def test_what_is_no_json_object_and_a_path_that_leads_nowhere_are_refused(self):
        for parameters in (
            {"InputTemplate": '{"a": <$.nope>}'},
            {"InputTemplate": "just text"},
            {"EventBridgeEventBusParameters": {"DetailType": "$.nope"}},
        ):
            with self.subTest(parameters):
                pipe = self.pipe(TargetParameters=parameters, stream={"MaximumRetryAttempts": 0})
                self.put(str(time.time()))
                with self.assertLogs("local_region", "WARNING"):
                    pipes.step(pipe)
                self.assertEqual(self.entries, [])
                self.ministack_pipes.reset()

    def test_ten_events_at_most_are_put_at_once(self):
        pipe = self.pipe()
        for number in range(23):
            self.put(str(number))
        sizes = []
        with mock.patch("local_region.pipe_targets.deliver", lambda pipe, events: sizes.append(len(events)) or []):
            self.run_pipe(pipe)
        self.assertEqual(sizes, [10, 10, 3])

    def test_a_failing_batch_is_halved_until_the_bad_record_is_alone(self):
        stream = {
            "OnPartialBatchItemFailure": "AUTOMATIC_BISECT",
            "MaximumRetryAttempts": 0,
            "DeadLetterConfig": {"Arn": queue_arn("dead")},
        }
        pipe = self.pipe(stream=stream, Enrichment=FUNCTION)
        for identifier in ("1", "2", "bad", "3"):
            self.put(identifier)
        with Enrichment(self, lambda batch: {"error": True} if '"bad"' in json.dumps(batch) else {"body": batch}):
            with self.assertLogs("local_region.pipes", "WARNING"):
                self.run_pipe(pipe)
        self.assertEqual(self.ids(), ["1", "2", "3"])
        (letter,) = self.messages("dead")
        self.assertEqual(json.loads(letter["body"])["DDBStreamBatchInfo"]["batchSize"], 1)

    def test_a_stream_that_is_no_longer_the_tables_is_not_read(self):
        pipe = self.pipe()
        self.dynamodb._tables["rows"]["LatestStreamArn"] = self.stream + "-new"
        self.put("1")
        self.run_pipe(pipe)
        self.assertEqual(self.entries, [])


class Enrichment:
    """A function that answers as told."""

    def __init__(self, case: unittest.TestCase, answer) -> None:
        self.batches: list[list] = []
        self._patches = [
            mock.patch(f"{seam.module}.{seam.name}", replacement)
            for seam, replacement in (
                (async_invocations.FUNCTION, lambda arn: ({}, {"FunctionName": "enrich"}, "enrich")),
                (async_invocations.EXECUTE, lambda function, event: self.batches.append(event) or answer(event)),
            )
        ]

    def __enter__(self) -> "Enrichment":
        for patch in self._patches:
            patch.start()
        return self

    def __exit__(self, *_: object) -> None:
        for patch in self._patches:
            patch.stop()


class WithAnEnrichment(PipesCase):
    def run_with(self, answer, **properties: object) -> list[list]:
        pipe = self.pipe(Enrichment=FUNCTION, **properties)
        self.put("1")
        self.put("2")
        with Enrichment(self, answer) as enrichment:
            self.run_pipe(pipe)
        return enrichment.batches

    def test_what_it_returns_goes_on(self):
        batches = self.run_with(
            lambda batch: {"body": [{"order": each} for each in batch]},
            EnrichmentParameters={"InputTemplate": '{"id": <$.dynamodb.NewImage.id.S>}'},
            TargetParameters={"InputTemplate": '{"enriched": <$.order.id>}'},
        )
        self.assertEqual(batches, [[{"id": "1"}, {"id": "2"}]])
        self.assertEqual(self.details(), [{"enriched": "1"}, {"enriched": "2"}])

    def test_an_empty_answer_lets_nothing_pass(self):
        for answer in (None, "", {}, []):
            with self.subTest(answer):
                self.run_with(lambda batch, answer=answer: {"body": answer})
                self.assertEqual(self.entries, [])
                self.ministack_pipes.reset()

    def test_a_single_object_is_a_single_event(self):
        self.run_with(lambda batch: {"body": {"count": len(batch)}})
        self.assertEqual(self.details(), [{"count": 2}])

    def test_its_error_fails_the_batch(self):
        stream = {"MaximumRetryAttempts": 1, "DeadLetterConfig": {"Arn": queue_arn("dead")}}
        with self.assertLogs("local_region.pipes", "WARNING"):
            batches = self.run_with(lambda batch: {"error": True, "body": {"errorMessage": "no"}}, stream=stream)
        self.assertEqual((len(batches), len(self.messages("dead"))), (2, 1))

    def test_a_function_that_is_gone_fails_the_batch(self):
        pipe = self.pipe(Enrichment=FUNCTION, stream={"MaximumRetryAttempts": 0})
        self.put("1")
        with self.assertLogs("local_region", "WARNING"):
            self.run_pipe(pipe)
        self.assertEqual(self.entries, [])


class FromAQueue(PipesCase):
    def send(self, body: str) -> None:
        queues.send(queue_arn("source"), body, {"kind": "order"})

    def test_messages_become_events_and_are_deleted(self):
        pipe = self.pipe(
            source=queue_arn("source"),
            filters=({"body": {"total": [{"numeric": [">", 4]}]}},),
            TargetParameters={
                "InputTemplate": '{"total": <$.body.total>, "kind": "<$.messageAttributes.kind.stringValue>"}'
            },
        )
        for body in ('{"total": 5}', '{"total": 4}', "no JSON"):
            self.send(body)
        self.run_pipe(pipe)
        self.assertEqual(self.details(), [{"total": 5, "kind": "order"}])
        self.assertEqual(self.entries[0]["DetailType"], "Event from aws:sqs")
        self.assertEqual(self.messages("source"), [])

    def test_what_fails_stays_in_the_queue(self):
        pipe = self.pipe(source=queue_arn("source"), TargetParameters={"InputTemplate": "<$.body>"})
        for body in ('{"n": 1}', '{"n": 2}'):
            self.send(body)
        with self.assertLogs("local_region.pipes", "WARNING"):
            self.run_pipe(pipe)
        self.assertEqual([message["receive_count"] for message in self.messages("source")], [1, 1])

    def test_to_another_queue(self):
        pipe = self.pipe(
            source=queue_arn("source"), target=queue_arn("target"), TargetParameters={"InputTemplate": "<$.body>"}
        )
        self.send("plain text")
        self.run_pipe(pipe)
        self.assertEqual([message["body"] for message in self.messages("target")], ["plain text"])


class ToAQueue(PipesCase):
    def test_new_rows_become_messages_whatever_they_hold(self):
        template = '{"row": {"id": "<$.eventID>", "dynamodb": <$.dynamodb>}}'
        pipe = self.pipe(
            target=queue_arn("target"),
            filters=({"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": {"S": ['"}<$.eventID>']}}}},),
            TargetParameters={"InputTemplate": template},
        )
        self.put("1", '"}<$.eventID>')
        self.put("1", "seen")
        self.put("2", "other")
        self.run_pipe(pipe)
        (message,) = [json.loads(each["body"])["row"] for each in self.messages("target")]
        self.assertEqual(message["dynamodb"]["NewImage"], {"id": {"S": "1"}, "kind": {"S": '"}<$.eventID>'}})
        self.assertRegex(message["id"], "^[0-9a-f-]+$")

    def test_a_queue_that_is_gone_makes_dead_letters_of_the_batch(self):
        stream = {"MaximumRetryAttempts": 1, "DeadLetterConfig": {"Arn": queue_arn("dead")}}
        pipe = self.pipe(target=queue_arn("target"), stream=stream)
        self.sqs._act_delete_queue({"QueueUrl": queues.BY_ARN.get()(queue_arn("target"))["url"]}, "")
        self.put("1")
        self.run_pipe(pipe)
        (message,) = self.messages("dead")
        self.assertEqual(json.loads(message["body"])["context"]["condition"], "RetryAttemptsExhausted")

    def test_a_fifo_queue_gets_its_group_from_the_record(self):
        arn = queue_arn("target.fifo")
        self.sqs._act_create_queue({"QueueName": "target.fifo"}, "")
        pipe = self.pipe(target=arn, TargetParameters={
            "InputTemplate": '{"id": <$.dynamodb.Keys.id.S>}',
            "SqsQueueParameters": {
                "MessageGroupId": "$.dynamodb.Keys.id.S", "MessageDeduplicationId": "$.eventID",
            },
        })  # fmt: skip
        self.put("1")
        self.run_pipe(pipe)
        (message,) = self.messages("target.fifo")
        self.assertEqual((json.loads(message["body"]), message["group_id"]), ({"id": "1"}, "1"))


class Lifecycle(PipesCase):
    def test_a_stopped_pipe_keeps_its_place(self):
        pipe = self.pipe(DesiredState="STOPPED")
        self.put("1")
        self.run_pipe(pipe)
        self.assertEqual((self.entries, pipe["CurrentState"]), ([], "STOPPED"))
        self.update(DesiredState="RUNNING")
        self.run_pipe(pipe)
        self.assertEqual(self.ids(), ["1"])
        self.update(DesiredState="STOPPED", Description="resting")
        self.assertFalse(pipes.is_running(pipe))

    def test_an_update_replaces_all_settings(self):
        pipe = self.pipe(filters=({"eventName": ["REMOVE"]},), Enrichment=FUNCTION)
        self.update(
            SourceParameters={"DynamoDBStreamParameters": {"StartingPosition": "LATEST"}}, Enrichment="",
            TargetParameters={"InputTemplate": '{"updated": true}'},
        )  # fmt: skip
        self.put("1")
        self.run_pipe(pipe)
        self.assertEqual(self.details(), [{"updated": True}])

    def test_another_source_makes_another_pipe(self):
        handler = cloudformation.HANDLERS.get()[pipes.TYPE]
        before = {key: value for key, value in self.pipe_template().items() if key != "Name"}
        name, _ = handler["create"]("Pipe", before, "stack")
        after = before | {"Source": queue_arn("source"), "SourceParameters": {}}
        replacement, _ = handler["update"](name, before, after, "stack", "Pipe")
        self.assertEqual(list(self.ministack_pipes._pipes), [replacement])
        pipe = self.ministack_pipes._pipes[replacement]
        self.assertEqual((pipe["Source"], pipe["CurrentState"]), (queue_arn("source"), "RUNNING"))

    def test_a_deleted_pipe_does_not_run(self):
        pipe = self.pipe()
        cloudformation.HANDLERS.get()[pipes.TYPE]["delete"]("outbox", self.template)
        self.assertFalse(pipes.is_running(pipe))

    def test_what_aws_refuses_fails_the_deployment(self):
        for reason, properties in (
            ("needs a StartingPosition", {"SourceParameters": {}}),
            ("at most 10", {"stream": {"BatchSize": 11}}),
            ("event pattern is not valid", {"filters": ({"eventName": "INSERT"},)}),
            ("does not exist", {"source": queue_arn("gone")}),
            ("cross-region", {"target": BUS.replace(HOME, "eu-west-1")}),
            ("no pipes from", {"target": FUNCTION}),
            ("no enrichment by", {"Enrichment": BUS}),
        ):
            with self.subTest(reason), self.assertRaisesRegex(ValueError, reason):
                self.pipe(**properties)
            self.assertNotIn("outbox", self.ministack_pipes._pipes)

    def test_by_api(self):
        request = {
            "RoleArn": "role",
            "Source": self.stream,
            "SourceParameters": {"DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON"}},
            "Target": BUS,
        }
        self.put("1")
        self.assertEqual(self.ministack_pipes._create_pipe("outbox", request)[0], 200)
        pipe = self.ministack_pipes._pipes["outbox"]
        self.run_pipe(pipe)
        self.assertEqual(self.ids(), ["1"])

        filters = {"FilterCriteria": {"Filters": [{"Pattern": '{"eventName": ["REMOVE"]}'}]}}
        update = {"SourceParameters": filters | {"DynamoDBStreamParameters": {"MaximumRetryAttempts": 1}}}
        self.assertEqual(self.ministack_pipes._update_pipe("outbox", update)[0], 200)
        _, _, body = self.ministack_pipes._describe_pipe("outbox")
        self.assertEqual(json.loads(body)["SourceParameters"]["FilterCriteria"], filters["FilterCriteria"])
        self.put("2")
        self.run_pipe(pipe)
        self.assertEqual(self.ids(), ["1"])

        status, _, body = self.ministack_pipes._create_pipe("other", request | {"Target": FUNCTION})
        self.assertEqual((status, json.loads(body)["__type"]), (400, "ValidationException"))


if __name__ == "__main__":
    unittest.main()
