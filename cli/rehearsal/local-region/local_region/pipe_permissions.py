"""Whether the role of a pipe may read its source, invoke its enrichment and write to its target.

What each takes: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-permissions.html
"""

from __future__ import annotations

from typing import Any

from .permissions import ACTIONS, check_role

_READING = {
    "dynamodb": ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"),
    "sqs": ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
}


def check_source(pipe: dict[str, Any]) -> None:
    service = pipe["Source"].split(":")[2]
    for operation in _READING[service]:
        _check(pipe, f"{service}:{operation}", pipe["Source"], polls=True)


def check(pipe: dict[str, Any], arn: str) -> None:
    """Raise `Denied` unless the pipe may deliver to its enrichment, its target or its dead-letter queue."""
    _check(pipe, ACTIONS[arn.split(":")[2]], arn)


def _check(pipe: dict[str, Any], action: str, resource: str, polls: bool = False) -> None:
    check_role(pipe.get("RoleArn", ""), "pipes.amazonaws.com", pipe["Arn"], action, resource, polls)
