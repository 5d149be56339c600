"""Resource types that MiniStack's CloudFormation lacks although the service keeps such records.

The record can be read through the service's API. What it does beyond that is the service's business: a composite
alarm is evaluated, a web ACL blocks nothing, a health check probes nothing, a trail writes nothing.
"""

from __future__ import annotations

import uuid
from typing import Any

from . import aws_api
from .cloudformation import Properties, Provisioned, ResourceType
from .guards import Seam

HEALTH_CHECKS = Seam("ministack.services.route53", "_health_checks")
SEAMS = (HEALTH_CHECKS,)


class CompositeAlarm(ResourceType):
    name = "AWS::CloudWatch::CompositeAlarm"

    def create(self, properties: Properties, generated_name: str) -> Provisioned:
        name = properties.get("AlarmName") or generated_name
        _cloudwatch("PutCompositeAlarm", {**properties, "AlarmName": name})
        alarms = _cloudwatch("DescribeAlarms", {"AlarmNames": [name], "AlarmTypes": ["CompositeAlarm"]})
        return name, {"Arn": alarms["CompositeAlarms"][0]["AlarmArn"]}

    def update(self, physical_id: str, old: Properties, new: Properties, generated_name: str) -> Provisioned:
        provisioned = self.create(new, generated_name)
        if provisioned[0] != physical_id:
            self.delete(physical_id, old)
        return provisioned

    def delete(self, physical_id: str, properties: Properties) -> None:
        _cloudwatch("DeleteAlarms", {"AlarmNames": [physical_id]})


class HealthCheck(ResourceType):
    """Stored as the API answers it: MiniStack loses the regions and children of one that comes in as XML, and renders
    a Python boolean as `True`, which AWS clients refuse."""

    name = "AWS::Route53::HealthCheck"

    def create(self, properties: Properties, generated_name: str) -> Provisioned:
        identifier = str(uuid.uuid4())
        HEALTH_CHECKS.get()[identifier] = {
            "id": identifier,
            "caller_reference": identifier,
            "config": _health_check(properties),
            "version": 1,
        }
        return identifier, {"HealthCheckId": identifier}

    def update(self, physical_id: str, old: Properties, new: Properties, generated_name: str) -> Provisioned:
        health_check = HEALTH_CHECKS.get()[physical_id]
        health_check.update(config=_health_check(new), version=health_check["version"] + 1)
        return physical_id, {"HealthCheckId": physical_id}

    def delete(self, physical_id: str, properties: Properties) -> None:
        HEALTH_CHECKS.get().pop(physical_id, None)


class Trail(ResourceType):
    name = "AWS::CloudTrail::Trail"

    def create(self, properties: Properties, generated_name: str) -> Provisioned:
        name = properties.get("TrailName") or generated_name
        answer = _cloudtrail("CreateTrail", _trail(name, properties))
        self._apply(name, properties)
        return name, {"Arn": answer["TrailARN"]}

    def update(self, physical_id: str, old: Properties, new: Properties, generated_name: str) -> Provisioned:
        name = new.get("TrailName") or generated_name
        if name != physical_id:
            provisioned = self.create(new, generated_name)
            self.delete(physical_id, old)
            return provisioned
        answer = _cloudtrail("UpdateTrail", _trail(name, new))
        self._apply(name, new)
        return name, {"Arn": answer["TrailARN"]}

    def delete(self, physical_id: str, properties: Properties) -> None:
        _cloudtrail("DeleteTrail", {"Name": physical_id})

    def _apply(self, name: str, properties: Properties) -> None:
        _cloudtrail("StartLogging" if _true(properties.get("IsLogging")) else "StopLogging", {"Name": name})
        for selectors in ("EventSelectors", "AdvancedEventSelectors"):
            if properties.get(selectors):
                _cloudtrail("PutEventSelectors", {"TrailName": name, selectors: properties[selectors]})


class WebAclAssociation(ResourceType):
    name = "AWS::WAFv2::WebACLAssociation"

    def create(self, properties: Properties, generated_name: str) -> Provisioned:
        web_acl, resource = properties["WebACLArn"], properties["ResourceArn"]
        _waf("AssociateWebACL", {"WebACLArn": web_acl, "ResourceArn": resource})
        return f"{web_acl}|{resource}", {}

    def update(self, physical_id: str, old: Properties, new: Properties, generated_name: str) -> Provisioned:
        self.delete(physical_id, old)
        return self.create(new, generated_name)

    def delete(self, physical_id: str, properties: Properties) -> None:
        _waf("DisassociateWebACL", {"ResourceArn": physical_id.partition("|")[2]})


TYPES = (CompositeAlarm(), HealthCheck(), Trail(), WebAclAssociation())


def _cloudwatch(operation: str, body: Properties) -> Properties:
    return aws_api.call("monitoring", f"GraniteServiceVersion20100801.{operation}", body)


def _cloudtrail(operation: str, body: Properties) -> Properties:
    return aws_api.call("cloudtrail", f"CloudTrail_20131101.{operation}", body)


def _waf(operation: str, body: Properties) -> Properties:
    return aws_api.call("wafv2", f"AWSWAF_20190729.{operation}", body)


def _health_check(properties: Properties) -> Properties:
    config = properties["HealthCheckConfig"]
    return {key: str(value).lower() if isinstance(value, bool) else value for key, value in config.items()}


def _trail(name: str, properties: Properties) -> Properties:
    """CloudFormation's names for what the API calls otherwise."""
    renamed = {
        "S3BucketName": "S3BucketName",
        "S3KeyPrefix": "S3KeyPrefix",
        "SnsTopicName": "SnsTopicName",
        "CloudWatchLogsLogGroupArn": "CloudWatchLogsLogGroupArn",
        "CloudWatchLogsRoleArn": "CloudWatchLogsRoleArn",
        "KMSKeyId": "KmsKeyId",
    }
    switches = {
        "IncludeGlobalServiceEvents": "IncludeGlobalServiceEvents",
        "IsMultiRegionTrail": "IsMultiRegionTrail",
        "IsOrganizationTrail": "IsOrganizationTrail",
        "EnableLogFileValidation": "EnableLogFileValidation",
    }
    return (
        {"Name": name}
        | {api: properties[cfn] for cfn, api in renamed.items() if cfn in properties}
        | {api: _true(properties[cfn]) for cfn, api in switches.items() if cfn in properties}
    )


def _true(value: Any) -> bool:
    return str(value).lower() == "true"
