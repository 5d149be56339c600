"""Names that are too long for their service.

CloudFormation refuses them by the schema of the type, in the words of
https://github.com/aws-samples/retail-demo-store/pull/508; MiniStack takes any. The most characters of a name are in the
reference of each service's API, at the operation that creates it.
"""

from __future__ import annotations

from typing import Any

from . import cloudformation

LONGEST = {
    "AWS::ApiGateway::DomainName": ("DomainName", 253),
    "AWS::CloudTrail::Trail": ("TrailName", 128),
    "AWS::CloudWatch::Alarm": ("AlarmName", 255),
    "AWS::CloudWatch::CompositeAlarm": ("AlarmName", 255),
    "AWS::CloudWatch::Dashboard": ("DashboardName", 255),
    "AWS::DynamoDB::GlobalTable": ("TableName", 255),
    "AWS::DynamoDB::Table": ("TableName", 255),
    "AWS::Events::Archive": ("ArchiveName", 48),
    "AWS::Events::EventBus": ("Name", 256),
    "AWS::Events::Rule": ("Name", 64),
    "AWS::IAM::ManagedPolicy": ("ManagedPolicyName", 128),
    "AWS::IAM::Role": ("RoleName", 64),
    "AWS::Lambda::Function": ("FunctionName", 64),
    "AWS::Logs::LogGroup": ("LogGroupName", 512),
    "AWS::Pipes::Pipe": ("Name", 64),
    "AWS::SNS::Topic": ("TopicName", 256),
    "AWS::SQS::Queue": ("QueueName", 80),
    "AWS::Scheduler::Schedule": ("Name", 64),
    "AWS::StepFunctions::StateMachine": ("StateMachineName", 80),
}
"""By type: the property, and the most characters of it."""


class TooLong(Exception):
    pass


def install() -> None:
    for resource_type, (name, longest) in LONGEST.items():
        _check_first(cloudformation.HANDLERS.get()[resource_type], name, longest)


def _check_first(handler: dict[str, Any], name: str, longest: int) -> None:
    create, update = handler["create"], handler["update"]

    def check(resource: str, properties: dict[str, Any]) -> None:
        length = len(properties.get(name) or "")
        if length > longest:
            raise TooLong(
                f"Properties validation failed for resource {resource} with message: "
                f"#/{name}: expected maxLength: {longest}, actual: {length}"
            )

    def checked_create(logical_id, properties, stack):
        check(logical_id, properties)
        return create(logical_id, properties, stack)

    def checked_update(physical_id, old, new, stack, *logical_id):
        check(logical_id[0] if logical_id else physical_id, new)
        return update(physical_id, old, new, stack, *logical_id)

    handler["create"], handler["update"] = checked_create, checked_update
