"""Names that are taken.

MiniStack's services refuse most of them, its CloudFormation puts the new resource in place of the old one. On AWS the
deployment fails, also when the old one is what an earlier stack retained:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
The words: https://github.com/aws-solutions/amazon-marketing-cloud-uploader-from-aws/issues/167
Only a name that the template gives can be taken; a generated one is new on AWS.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import Any

from . import cloudformation
from .guards import Seam
from .stack_operations import STACKS

_SQS = "ministack.services.sqs"
QUEUES = Seam(_SQS, "_queue_name_to_url")
QUEUE_RECORDS = Seam(_SQS, "_queues")
SQS_OPERATIONS = Seam(_SQS, "_HANDLERS")
SQS_ERROR = Seam(_SQS, "_Err", "(code, message, status=400)")
LOG_GROUPS = Seam("ministack.services.cloudwatch_logs", "_log_groups")
FUNCTIONS = Seam("ministack.services.lambda_svc", "_functions")
BUSES = Seam("ministack.services.eventbridge", "_event_buses")
ARCHIVES = Seam("ministack.services.eventbridge", "_archives")
TABLES = Seam("ministack.services.dynamodb", "_tables")
SEAMS = (QUEUES, QUEUE_RECORDS, SQS_OPERATIONS, SQS_ERROR, LOG_GROUPS, FUNCTIONS, BUSES, ARCHIVES, TABLES)


class AlreadyExists(Exception):
    """As CloudFormation tells it, whatever the code of the service."""

    def __init__(self, resource_type: str, identifier: str) -> None:
        super().__init__(
            f"Resource of type '{resource_type}' with identifier '{identifier}' already exists. "
            "(HandlerErrorCode: AlreadyExists)"
        )


@dataclass(frozen=True)
class NamedType:
    resource_type: str
    property: str
    store: Seam
    """By name, of the region."""

    def install(self) -> None:
        handler = cloudformation.HANDLERS.get()[self.resource_type]
        create, update = handler["create"], handler["update"]

        def checked_create(logical_id, properties, stack):
            self._check(properties.get(self.property))
            return create(logical_id, properties, stack)

        def checked_update(physical_id, old, new, stack, *logical_id):
            # What a rollback brings back has been there all the time.
            rolls_back = "ROLLBACK" in STACKS.get().get(stack, {}).get("StackStatus", "")
            if new.get(self.property) != old.get(self.property) and not rolls_back:
                self._check(new.get(self.property), physical_id)
            return update(physical_id, old, new, stack, *logical_id)

        handler["create"], handler["update"] = checked_create, checked_update

    def _check(self, name: str | None, physical_id: str | None = None) -> None:
        if name and name != physical_id and name in self.store.get():
            raise AlreadyExists(self.resource_type, json.dumps({f"/properties/{self.property}": name}))


TYPES = (
    NamedType("AWS::SQS::Queue", "QueueName", QUEUES),
    NamedType("AWS::Logs::LogGroup", "LogGroupName", LOG_GROUPS),
    NamedType("AWS::Lambda::Function", "FunctionName", FUNCTIONS),
    NamedType("AWS::Events::EventBus", "Name", BUSES),
    NamedType("AWS::Events::Archive", "ArchiveName", ARCHIVES),
    NamedType("AWS::DynamoDB::Table", "TableName", TABLES),
    NamedType("AWS::DynamoDB::GlobalTable", "TableName", TABLES),
)


def install() -> None:
    for named_type in TYPES:
        named_type.install()
    operations = SQS_OPERATIONS.get()
    operations["CreateQueue"] = _comparing_all_attributes(operations["CreateQueue"])


def _comparing_all_attributes(create):
    """MiniStack leaves out attributes that the existing queue does not have, and compares text with numbers.

    The code and the words: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html,
    https://github.com/justeattakeaway/JustSaying/issues/208
    """

    @functools.wraps(create)
    def create_queue(data, queue_url):
        url = QUEUES.get().get(data.get("QueueName", ""))
        queue = QUEUE_RECORDS.get().get(url) if url else None
        for name, value in (data.get("Attributes") or {}).items() if queue else ():
            attributes = queue["attributes"]
            default = "true" if name == "SqsManagedSseEnabled" and "KmsMasterKeyId" not in attributes else None
            if _normal(attributes.get(name, default)) != _normal(value):
                raise SQS_ERROR.get()(
                    "QueueNameExists",
                    f"A queue already exists with the same name and a different value for attribute {name}",
                )
        if queue:
            return {"QueueUrl": url}
        return create(data, queue_url)

    return create_queue


def _normal(value: Any) -> Any:
    """The value of an attribute: JSON where it is JSON, and what is not set is false or empty."""
    try:
        return json.loads(value) or None
    except (TypeError, ValueError):
        return value or None
