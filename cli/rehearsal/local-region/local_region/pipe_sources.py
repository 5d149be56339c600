"""Where EventBridge Pipes read: the stream of a DynamoDB table, or an SQS queue."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from . import pipe_permissions, queues, scope
from .guards import Seam
from .permissions import Denied

_PIPES = "ministack.services.pipes"
_DYNAMODB = "ministack.services.dynamodb"
_EVENTS = "ministack.services.eventbridge"
_SCOPED = "*, account_id=None, region=None"
STREAM = Seam(_PIPES, "_dynamodb_stream_source", "(stream_arn)")
POSITIONS = Seam(_PIPES, "_positions")
TABLES = Seam(_DYNAMODB, "_tables")
START = Seam(_DYNAMODB, "stream_start_position", f"(table_name, {_SCOPED})")
SINCE = Seam(_DYNAMODB, "stream_records_since", f"(table_name, position, limit, {_SCOPED})")
COMPILED = Seam(_EVENTS, "_compiled_pattern", "(pattern_str)")
MATCHES = Seam(_EVENTS, "_matches_detail", "(detail, pattern)")
CAMEL_CASE = Seam("ministack.services.lambda_svc", "_sqs_message_attributes_to_camel_case", "(attrs)")
SEAMS = (STREAM, POSITIONS, TABLES, START, SINCE, COMPILED, MATCHES, CAMEL_CASE)

DEFAULT_BATCH = {"aws:dynamodb": 100, "aws:sqs": 10}
FIRST_RETRY_SECONDS = 0.2
LAST_RETRY_SECONDS = 5.0

logger = logging.getLogger(__name__)

Event = dict[str, Any]
Attempt = Callable[[list[Event]], list[Event]]
"""Sends a batch through the pipe and returns what of it has failed."""


class Interrupted(Exception):
    """The pipe was stopped or deleted while a batch was retried: its records wait."""


def kind_of(arn: str) -> str | None:
    """The `eventSource` of its events; None for a source that there is not here."""
    service = arn.split(":")[2] if arn.count(":") >= 5 else ""
    return f"aws:{service}" if f"aws:{service}" in DEFAULT_BATCH else None


def parameters(pipe: dict[str, Any]) -> dict[str, Any]:
    name = {"aws:dynamodb": "DynamoDBStreamParameters", "aws:sqs": "SqsQueueParameters"}[kind_of(pipe["Source"])]
    return (pipe.get("SourceParameters") or {}).get(name) or {}


def exists(arn: str) -> bool:
    if kind_of(arn) == "aws:sqs":
        return queues.exists(arn)
    stream = STREAM.get()(arn)
    return stream is not None and TABLES.get().get(stream[1], {}).get("LatestStreamArn") == arn


def readable(event: Event) -> Any:
    """The event as filters and paths see it: with the body of a message as the JSON that it may be."""
    if isinstance(event, dict) and event.get("eventSource") == "aws:sqs":
        try:
            return event | {"body": json.loads(event["body"])}
        except ValueError:
            pass
    return event


def matching(pipe: dict[str, Any], events: list[Event]) -> list[Event]:
    """Those that a filter of the pipe lets pass: all without any filter, else those that any one matches."""
    filters = ((pipe.get("SourceParameters") or {}).get("FilterCriteria") or {}).get("Filters") or []
    if not filters:
        return events
    alternatives = [alternative for f in filters for alternative in COMPILED.get()(f["Pattern"]) or []]
    return [event for event in events if any(MATCHES.get()(readable(event), each) for each in alternatives)]


class StreamReader:
    """Reads in order. A batch that fails holds up all that follow, until it succeeds or is given up.

    The pauses between attempts are a fraction of a second to a few seconds.
    """

    def __init__(self, pipe: dict[str, Any], attempt: Attempt, is_running: Callable[[], bool]) -> None:
        self._pipe = pipe
        self._attempt = attempt
        self._is_running = is_running

    def step(self, limit: int) -> bool:
        """Process a batch; False when there was none."""
        arn, (_, table) = self._pipe["Arn"], STREAM.get()(self._pipe["Source"])
        if not exists(self._pipe["Source"]):
            # The table is gone, or another of its name has another stream.
            return False
        position = max(POSITIONS.get().get(arn, 0), START.get()(table))
        records = SINCE.get()(table, position, limit)
        if not records:
            return False
        try:
            self._process(matching(self._pipe, records))
        except Interrupted:
            return False
        POSITIONS.get()[arn] = position + len(records)
        return True

    def _process(self, records: list[Event]) -> None:
        attempts = 0
        while records:
            settings = parameters(self._pipe)
            records = self._without_expired(records, int(settings.get("MaximumRecordAgeInSeconds", -1)))
            records = self._attempt(records) if records else []
            attempts += 1
            if not records:
                return
            if settings.get("OnPartialBatchItemFailure") == "AUTOMATIC_BISECT" and len(records) > 1:
                middle = len(records) // 2
                self._process(records[:middle])
                self._process(records[middle:])
                return
            retries = int(settings.get("MaximumRetryAttempts", -1))
            if 0 <= retries < attempts:
                self._give_up(records, "RetryAttemptsExhausted")
                return
            self._pause(min(FIRST_RETRY_SECONDS * 2 ** min(attempts - 1, 10), LAST_RETRY_SECONDS))

    def _without_expired(self, records: list[Event], age: int) -> list[Event]:
        if age < 0:
            return records
        expired = [record for record in records if _created(record) < time.time() - age]
        if expired:
            self._give_up(expired, "RecordAgeExceeded")
        return [record for record in records if record not in expired]

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self._is_running():
                raise Interrupted
            time.sleep(0.05)

    def _give_up(self, records: list[Event], condition: str) -> None:
        """The dead letter says where in the stream the records are; it does not contain them."""
        target = (parameters(self._pipe).get("DeadLetterConfig") or {}).get("Arn")
        if not target or not queues.exists(target):
            logger.warning("the pipe %s drops %s records (%s)", self._pipe["Name"], len(records), condition)
            return
        try:
            pipe_permissions.check(self._pipe, target)
        except Denied as denied:
            logger.warning("the pipe %s drops %s records (%s): %s", self._pipe["Name"], len(records), condition, denied)
            return
        first, last = records[0], records[-1]
        queues.send(target, json.dumps({
            "context": {"partnerResourceArn": self._pipe["Arn"], "condition": condition},
            "version": "1.0",
            "timestamp": _iso(time.time()),
            "DDBStreamBatchInfo": {
                "shardId": "shardId-00000000000000000000-00000000",
                "startSequenceNumber": first["dynamodb"]["SequenceNumber"],
                "endSequenceNumber": last["dynamodb"]["SequenceNumber"],
                "approximateArrivalOfFirstRecord": _iso(_created(first)),
                "approximateArrivalOfLastRecord": _iso(_created(last)),
                "batchSize": len(records),
                "streamArn": self._pipe["Source"],
            },
        }))  # fmt: skip


class QueueReader:
    """Deletes what the pipe has delivered or filtered out; what fails comes back after its visibility timeout."""

    def __init__(self, pipe: dict[str, Any], attempt: Attempt) -> None:
        self._pipe = pipe
        self._attempt = attempt

    def step(self, limit: int) -> bool:
        """Process a batch; False when there was none."""
        queue = queues.BY_ARN.get()(self._pipe["Source"])
        if queue is None:
            return False
        messages = queues.RECEIVE.get()(queue["url"], limit)
        if not messages:
            return False
        records = [_record(message, self._pipe["Source"]) for message in messages]
        passing = matching(self._pipe, records)
        failed = self._attempt(passing) if passing else []
        queues.DELETE.get()(queue["url"], {each["receiptHandle"] for each in records if each not in failed})
        return True


def _record(message: dict[str, Any], arn: str) -> Event:
    attributes = {
        "ApproximateReceiveCount": str(message["receive_count"]),
        "SentTimestamp": message["sys"]["SentTimestamp"],
        "SenderId": message["sys"]["SenderId"],
        "ApproximateFirstReceiveTimestamp": str(int(message["first_receive_at"] * 1000)),
        "SequenceNumber": message.get("seq"),
        "MessageGroupId": message.get("group_id"),
        "MessageDeduplicationId": message.get("dedup_id"),
        "AWSTraceHeader": message["sys"].get("AWSTraceHeader"),
    }
    return {
        "messageId": message["id"],
        "receiptHandle": message["receipt_handle"],
        "body": message["body"],
        "attributes": {name: value for name, value in attributes.items() if value is not None},
        "messageAttributes": CAMEL_CASE.get()(message["message_attributes"]),
        "md5OfBody": message["md5_body"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": scope.region(),
    }


def _created(record: Event) -> float:
    return float(record["dynamodb"]["ApproximateCreationDateTime"])


def _iso(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
