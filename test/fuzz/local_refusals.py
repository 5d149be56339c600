"""What a local region would refuse of templates, without one: its checks that need no state but the template.

Reads templates as JSON, one a line, and writes for each the list of refusals.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from local_region import alarm_limits, api_models, api_resources, name_lengths, record_rules, resource_policies
from local_region.refusals import Refusal

Template = dict[str, Any]
Properties = dict[str, Any]


def refusals(template: Template) -> Iterator[str]:
    for logical_id, resource in template.get("Resources", {}).items():
        properties = resource.get("Properties", {})
        for reason in _of_resource(resource["Type"], properties):
            if reason:
                yield f"{logical_id}: {reason}"
    yield from filter(None, _of_api_resources(template))
    yield from filter(None, _of_mappings(template))
    yield from _of_records(template)


def _of_resource(resource_type: str, properties: Properties) -> Iterator[str | None]:
    if resource_type in name_lengths.LONGEST:
        name, longest = name_lengths.LONGEST[resource_type]
        value = properties.get(name)
        if isinstance(value, str) and len(value) > longest:
            yield f"{name} has {len(value)} characters, of {longest} allowed"
    if resource_type == "AWS::CloudWatch::Alarm":
        yield from _of_alarm(properties)
    if resource_type == "AWS::ApiGateway::Model":
        yield api_models.refusal(properties.get("Schema"))
    if resource_type == "AWS::SQS::QueuePolicy":
        try:
            resource_policies.check_queue_policy(properties.get("PolicyDocument"))
        except Refusal as refusal:
            yield refusal.message


def _of_alarm(properties: Properties) -> Iterator[str | None]:
    evaluation_periods = properties.get("EvaluationPeriods", 1)
    if properties.get("DatapointsToAlarm", 1) > evaluation_periods:
        yield "DatapointsToAlarm must be less than or equal to EvaluationPeriods"
    queries = [query.get("MetricStat", query) for query in properties.get("Metrics", [])]
    for period in (each["Period"] for each in [properties, *queries] if "Period" in each):
        yield alarm_limits.period_refusal(period)
        yield alarm_limits.window_refusal(period, evaluation_periods)
    for name, longest in (("AlarmName", alarm_limits.NAME_LENGTH), ("AlarmDescription", alarm_limits.DESCRIPTION_LENGTH)):
        if isinstance(properties.get(name), str):
            yield alarm_limits.text_refusal(name, properties[name], longest)


def _of_api_resources(template: Template) -> Iterator[str | None]:
    known: dict[str, dict[str, Any]] = {}
    for logical_id, properties in _of_type(template, "AWS::ApiGateway::Resource"):
        parent, part = json.dumps(properties["ParentId"]), properties["PathPart"]
        yield api_resources.refusal(known, parent, part)
        known[logical_id] = {"id": json.dumps({"Ref": logical_id}), "parentId": parent, "pathPart": part}


def _of_mappings(template: Template) -> Iterator[str | None]:
    resources = template.get("Resources", {})

    def referred(value: Any) -> Properties | None:
        found = value.get("Ref") or value.get("Fn::GetAtt", [None])[0] if isinstance(value, dict) else None
        return resources.get(found, {}).get("Properties")

    for logical_id, mapping in _of_type(template, "AWS::Lambda::EventSourceMapping"):
        queue, alias = referred(mapping.get("EventSourceArn")), referred(mapping.get("FunctionName"))
        function = referred(alias.get("FunctionName")) if alias and "FunctionVersion" in alias else alias
        if queue is None or function is None or "VisibilityTimeout" not in queue:
            continue
        if function.get("Timeout", 3) > queue["VisibilityTimeout"]:
            yield f"{logical_id}: the queue's visibility timeout is less than the function's timeout"


def _of_records(template: Template) -> Iterator[str]:
    zones: dict[str, list[Properties]] = {}
    for _, record in _of_type(template, "AWS::Route53::RecordSet"):
        if isinstance(record.get("HostedZoneId"), str) and isinstance(record.get("Name"), str):
            zones.setdefault(record["HostedZoneId"], []).append(record)
    for zone, records in zones.items():
        # The targets of aliases may be records of another stack.
        yield from record_rules.refusals(zone, [], [{**record, "AliasTarget": None} for record in records])


def _of_type(template: Template, resource_type: str) -> Iterator[tuple[str, Properties]]:
    for logical_id, resource in template.get("Resources", {}).items():
        if resource["Type"] == resource_type:
            yield logical_id, resource.get("Properties", {})


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(list(refusals(json.loads(line)))))
