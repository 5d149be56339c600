"""SQS message move tasks: from a dead-letter queue back to where its messages came from, or to another queue.

MiniStack has none. A task moves the messages that are visible when it starts. As on AWS, the source must be the
dead-letter queue of another queue, so not one that only EventBridge or Lambda sends to, and a moved message is a new
one: another id, another age, no receives. By the JSON protocol only, which is what today's SDKs speak.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from .guards import Seam
from .queues import BY_ARN, ERROR, SEND

_SQS = "ministack.services.sqs"
ACTIONS = Seam(_SQS, "_HANDLERS")
QUEUES = Seam(_SQS, "_queues")
EXPIRE = Seam(_SQS, "_expire_retained", "(q)")
COMPLETE = Seam(_SQS, "_ensure_msg_fields", "(m)")
SEAMS = (ACTIONS, QUEUES, EXPIRE, COMPLETE)

FASTEST_PER_SECOND = 500
REMEMBERED_TASKS = 10

Request = dict[str, Any]


class _Undeliverable(Exception):
    """A message that the task has no queue for; the text is AWS's reason."""


@dataclass
class Task:
    source: str
    destination: str | None
    per_second: int | None
    started_ms: int = field(default_factory=lambda: int(time.time() * 1000))
    status: str = "RUNNING"
    moved: int = 0
    to_move: int = 0
    failure: str | None = None

    def __post_init__(self) -> None:
        identity = {"taskId": str(uuid.uuid4()), "sourceArn": self.source}
        self.handle = base64.b64encode(json.dumps(identity).encode()).decode()

    def description(self) -> Request:
        optional = {
            "TaskHandle": self.handle if self.status == "RUNNING" else None,
            "DestinationArn": self.destination,
            "MaxNumberOfMessagesPerSecond": self.per_second,
            "FailureReason": self.failure,
        }
        return {key: value for key, value in optional.items() if value is not None} | {
            "Status": self.status,
            "SourceArn": self.source,
            "ApproximateNumberOfMessagesMoved": self.moved,
            "ApproximateNumberOfMessagesToMove": self.to_move,
            "StartedTimestamp": self.started_ms,
        }


class MessageMoves:
    def __init__(self) -> None:
        self._tasks: dict[str, list[Task]] = {}
        self._running: set[asyncio.Task] = set()

    def install(self) -> None:
        ACTIONS.get().update({
            "StartMessageMoveTask": self._start,
            "ListMessageMoveTasks": self._list,
            "CancelMessageMoveTask": self._cancel,
        })  # fmt: skip

    async def _start(self, request: Request, _: str) -> Request:
        source = self._queue(request, "SourceArn")
        destination = self._queue(request, "DestinationArn") if request.get("DestinationArn") else None
        task = Task(request["SourceArn"], request.get("DestinationArn"), request.get("MaxNumberOfMessagesPerSecond"))
        if task.per_second is not None and not 1 <= task.per_second <= FASTEST_PER_SECOND:
            raise ERROR.get()(
                "InvalidParameterValue", f"MaxNumberOfMessagesPerSecond must be from 1 to {FASTEST_PER_SECOND}."
            )
        if not _is_dead_letter_queue(task.source):
            raise ERROR.get()("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
        if destination is source or (destination and destination["is_fifo"] != source["is_fifo"]):
            raise ERROR.get()("InvalidParameterValue", "The destination must be another queue of the same type.")
        tasks = self._tasks.setdefault(task.source, [])
        if any(other.status == "RUNNING" for other in tasks):
            raise ERROR.get()(
                "UnsupportedOperation",
                "There is already a task running. Only one active task is allowed for a source queue at a given time.",
            )
        tasks.insert(0, task)
        del tasks[REMEMBERED_TASKS:]
        # A task of asyncio that nothing refers to may be collected before it is done.
        running = asyncio.get_running_loop().create_task(_move(task, source))
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        return {"TaskHandle": task.handle}

    def _list(self, request: Request, _: str) -> Request:
        self._queue(request, "SourceArn")
        tasks = self._tasks.get(request["SourceArn"], [])[: int(request.get("MaxResults", 1))]
        return {"Results": [task.description() for task in tasks]}

    def _cancel(self, request: Request, _: str) -> Request:
        for task in (task for tasks in self._tasks.values() for task in tasks):
            if task.handle == request.get("TaskHandle") and task.status == "RUNNING":
                task.status = "CANCELLED"
                return {"ApproximateNumberOfMessagesMoved": task.moved}
        raise ERROR.get()("ResourceNotFoundException", "Task does not exist or is not running.", 404)

    def _queue(self, request: Request, parameter: str) -> dict[str, Any]:
        found = BY_ARN.get()(request.get(parameter, ""))
        if found is None:
            message = f"The resource that you specified for the {parameter} parameter doesn't exist."
            raise ERROR.get()("ResourceNotFoundException", message, 404)
        return found


async def _move(task: Task, source: dict[str, Any]) -> None:
    EXPIRE.get()(source)
    for message in source["messages"]:
        COMPLETE.get()(message)
    visible = [message for message in source["messages"] if message["visible_at"] <= time.time()]
    task.to_move = len(visible)
    for message in visible:
        if task.status != "RUNNING":
            return
        # Meanwhile it may have been received or deleted.
        if message["visible_at"] <= time.time() and any(message is other for other in source["messages"]):
            try:
                _send_again(message, task.destination)
            except _Undeliverable as undeliverable:
                task.status, task.failure = "FAILED", str(undeliverable)
                return
            source["messages"] = [other for other in source["messages"] if other is not message]
            task.moved += 1
        await asyncio.sleep(1 / task.per_second if task.per_second else 0)
    if task.status == "RUNNING":
        task.status = "COMPLETED"


def _send_again(message: dict[str, Any], destination: str | None) -> None:
    arn = destination or message["sys"].get("DeadLetterQueueSourceArn")
    if arn is None:
        raise _Undeliverable("CouldNotDetermineMessageSource")
    queue = BY_ARN.get()(arn)
    if queue is None:
        raise _Undeliverable("AWS.SimpleQueueService.NonExistentQueue")
    request = {
        "QueueUrl": queue["url"],
        "MessageBody": message["body"],
        "MessageAttributes": message["message_attributes"],
    }
    if queue["is_fifo"]:
        # Within five minutes the queue would take the message for a duplicate of itself.
        request |= {"MessageGroupId": message["group_id"], "MessageDeduplicationId": str(uuid.uuid4())}
    trace = message["sys"].get("AWSTraceHeader")
    if trace:
        request["MessageSystemAttributes"] = {"AWSTraceHeader": {"DataType": "String", "StringValue": trace}}
    SEND.get()(request, queue["url"])


def _is_dead_letter_queue(arn: str) -> bool:
    policies = [queue["attributes"].get("RedrivePolicy") for queue in QUEUES.get().values()]
    return any(json.loads(policy).get("deadLetterTargetArn") == arn for policy in policies if policy)
