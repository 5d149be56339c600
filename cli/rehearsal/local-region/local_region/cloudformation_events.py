"""EventBridge in MiniStack's CloudFormation: the types that it lacks, and the settings of a bus that it leaves out.

The service itself has what they need. It logs, encrypts and buries nothing for a bus: those settings are only to be
read.
"""

from __future__ import annotations

import json

from . import aws_api, cloudformation
from .cloudformation import Properties, Provisioned, ResourceType
from .guards import Seam

BUSES = Seam("ministack.services.eventbridge", "_event_buses")
SEAMS = (BUSES,)

BUS_SETTINGS = ("DeadLetterConfig", "KmsKeyIdentifier", "LogConfig")


def install() -> None:
    bus = cloudformation.HANDLERS.get()["AWS::Events::EventBus"]
    for operation, position in (("create", 1), ("update", 2)):
        bus[operation] = _keeping_settings(bus[operation], position)


def _keeping_settings(operation, position_of_properties: int):
    def provision(*arguments):
        name, attributes = operation(*arguments)
        properties, record = arguments[position_of_properties], BUSES.get()[name]
        for setting in BUS_SETTINGS:
            record.pop(setting, None)
        record.update({setting: properties[setting] for setting in BUS_SETTINGS if properties.get(setting)})
        return name, attributes

    return provision


class Archive(ResourceType):
    name = "AWS::Events::Archive"

    def create(self, properties: Properties, generated_name: str) -> Provisioned:
        name = properties.get("ArchiveName") or generated_name
        request = {"ArchiveName": name, "EventSourceArn": properties["SourceArn"], **_archive(properties)}
        answer = _events("CreateArchive", request)
        return name, {"Arn": answer["ArchiveArn"], "ArchiveName": name}

    def update(self, physical_id: str, old: Properties, new: Properties, generated_name: str) -> Provisioned:
        name = new.get("ArchiveName") or generated_name
        if name != physical_id or old["SourceArn"] != new["SourceArn"]:
            # Both are create-only; an unchanged name must be free before the replacement can have it.
            if name == physical_id:
                self.delete(physical_id, old)
            return self.create(new, generated_name)
        answer = _events("UpdateArchive", {"ArchiveName": name, **_archive(new)})
        return name, {"Arn": answer["ArchiveArn"], "ArchiveName": name}

    def delete(self, physical_id: str, properties: Properties) -> None:
        _events("DeleteArchive", {"ArchiveName": physical_id})


class EventBusPolicy(ResourceType):
    """Kept and shown by DescribeEventBus; `bus_targets` evaluates it, MiniStack does not."""

    name = "AWS::Events::EventBusPolicy"

    def create(self, properties: Properties, generated_name: str) -> Provisioned:
        statement = properties.get("Statement") or {}
        condition = properties.get("Condition") or statement.get("Condition")
        permission = {
            "EventBusName": properties.get("EventBusName", "default"),
            "StatementId": properties["StatementId"],
            "Principal": properties.get("Principal") or statement.get("Principal", "*"),
            "Action": properties.get("Action") or statement.get("Action", "events:PutEvents"),
        }
        _events("PutPermission", permission | ({"Condition": condition} if condition else {}))
        return f"{permission['EventBusName']}|{permission['StatementId']}", {}

    def update(self, physical_id: str, old: Properties, new: Properties, generated_name: str) -> Provisioned:
        self.delete(physical_id, old)
        return self.create(new, generated_name)

    def delete(self, physical_id: str, properties: Properties) -> None:
        bus, _, statement_id = physical_id.partition("|")
        _events("RemovePermission", {"EventBusName": bus, "StatementId": statement_id})


TYPES = (Archive(), EventBusPolicy())


def _archive(properties: Properties) -> Properties:
    pattern = properties.get("EventPattern", "")
    return {
        "Description": properties.get("Description", ""),
        "EventPattern": json.dumps(pattern) if isinstance(pattern, dict) else pattern,
        "RetentionDays": int(properties.get("RetentionDays", 0)),
        "KmsKeyIdentifier": properties.get("KmsKeyIdentifier", ""),
    }


def _events(operation: str, body: Properties) -> Properties:
    return aws_api.call("events", f"AWSEvents.{operation}", body)
