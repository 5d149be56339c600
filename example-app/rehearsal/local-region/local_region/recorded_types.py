"""Resource types that MiniStack's CloudFormation lacks although the service keeps such records.

The record can be read through the service's API. What it does beyond that is the service's business: a composite
alarm is evaluated, a web ACL blocks nothing, a health check probes nothing, a trail writes nothing.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from . import aws_api
from .cloudformation import Properties, Provisioned, ResourceType


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
    name = "AWS::Route53::HealthCheck"

    def create(self, properties: Properties, generated_name: str) -> Provisioned:
        request = ElementTree.Element("CreateHealthCheckRequest")
        ElementTree.SubElement(request, "CallerReference").text = generated_name
        request.append(_element("HealthCheckConfig", properties["HealthCheckConfig"]))
        answer = ElementTree.fromstring(_route53("POST", "", request))
        identifier = answer.findtext(".//{*}HealthCheck/{*}Id")
        return identifier, {"HealthCheckId": identifier}

    def update(self, physical_id: str, old: Properties, new: Properties, generated_name: str) -> Provisioned:
        _route53("POST", f"/{physical_id}", _element("UpdateHealthCheckRequest", new["HealthCheckConfig"]))
        return physical_id, {"HealthCheckId": physical_id}

    def delete(self, physical_id: str, properties: Properties) -> None:
        _route53("DELETE", f"/{physical_id}", None)


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


def _route53(method: str, path: str, document: ElementTree.Element | None) -> bytes:
    body = b"" if document is None else ElementTree.tostring(document)
    return aws_api.request("route53", method, f"/2013-04-01/healthcheck{path}", {"content-type": "text/xml"}, body)


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


def _element(tag: str, value: Any) -> ElementTree.Element:
    """Properties as the XML of Route 53: a list `Regions` holds elements `Region`."""
    element = ElementTree.Element(tag)
    if isinstance(value, dict):
        element.extend(_element(key, member) for key, member in value.items())
    elif isinstance(value, list):
        element.extend(_element(tag.removesuffix("s"), member) for member in value)
    else:
        element.text = str(value).lower() if isinstance(value, bool) else str(value)
    return element
