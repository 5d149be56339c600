"""SQS queues, as other services use them.

MiniStack receives and deletes for event source mappings on their thread, and sends for state machines on theirs.
Receiving and deleting rebuild the list of messages: what another thread sends meanwhile can be lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import event_loop
from .guards import Seam

_MODULE = "ministack.services.sqs"
BY_ARN = Seam(_MODULE, "_queue_by_arn", "(arn)")
SEND = Seam(_MODULE, "_act_send_message", "(data, qurl)")
RECEIVE = Seam(_MODULE, "_receive_messages_for_esm", "(queue_url, max_number)")
DELETE = Seam(_MODULE, "_delete_messages_for_esm", "(queue_url, receipt_handles)")
ERROR = Seam(_MODULE, "_Err", "(code, message, status=400)")
SEAMS = (BY_ARN, SEND, RECEIVE, DELETE, ERROR)


class NoSuchQueue(Exception):
    """A service was to send to a queue that does not exist."""


def install() -> None:
    for seam in (SEND, RECEIVE, DELETE):
        seam.wrap(event_loop.running)


def exists(arn: str) -> bool:
    return BY_ARN.get()(arn) is not None


def send(arn: str, body: str, attributes: Mapping[str, str] | None = None, **parameters: Any) -> None:
    """SendMessage, with string attributes, from any thread. Raises `NoSuchQueue`."""
    queue = BY_ARN.get()(arn)
    if queue is None:
        raise NoSuchQueue(f"there is no queue {arn}")
    message_attributes = {
        name: {"DataType": "String", "StringValue": value} for name, value in (attributes or {}).items()
    }
    request = {"QueueUrl": queue["url"], "MessageBody": body, "MessageAttributes": message_attributes, **parameters}
    SEND.get()(request, queue["url"])
