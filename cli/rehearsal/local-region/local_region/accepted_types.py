"""Resource types that only deploy: a name and an ARN, and nothing behind them.

MiniStack has no such service. The list is what the library's templates use; a type that is nowhere is skipped, see
`skipped_resources`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from . import scope
from .cloudformation import Properties, Provisioned, ResourceType


@dataclass(frozen=True)
class AcceptedType(ResourceType):
    name: str
    given_name: Callable[[Properties], str | None]
    identify: Callable[[str], Provisioned]
    """`Ref` and the attributes of `Fn::GetAtt`, by the resource's name."""

    def create(self, properties: Properties, generated_name: str) -> Provisioned:
        return self.identify(self.given_name(properties) or generated_name)

    def update(self, physical_id: str, old: Properties, new: Properties, generated_name: str) -> Provisioned:
        return self.create(new, generated_name)

    def delete(self, physical_id: str, properties: Properties) -> None:
        """There is nothing to delete."""


def _query_definition(name: str) -> Provisioned:
    identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    return identifier, {"QueryDefinitionId": identifier}


def _xray(kind: str, attribute: str) -> Callable[[str], Provisioned]:
    def identify(name: str) -> Provisioned:
        arn = f"arn:aws:xray:{scope.region()}:{scope.account()}:{kind}/{name}"
        return arn, {attribute: arn}

    return identify


def _logs(kind: str) -> Callable[[str], Provisioned]:
    def identify(name: str) -> Provisioned:
        return name, {"Arn": f"arn:aws:logs:{scope.region()}:{scope.account()}:{kind}:{name}"}

    return identify


def _log_delivery(name: str) -> Provisioned:
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, name).hex[:16]
    _, attributes = _logs("delivery")(identifier)
    return identifier, attributes | {"DeliveryId": identifier}


def _discoverer(identifier: str) -> Provisioned:
    arn = f"arn:aws:schemas:{scope.region()}:{scope.account()}:discoverer/{identifier}"
    return arn, {"DiscovererArn": arn, "DiscovererId": identifier}


def _ip_set(name: str) -> Provisioned:
    identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    arn = f"arn:aws:wafv2:{scope.region()}:{scope.account()}:regional/ipset/{name}/{identifier}"
    return f"{name}|{identifier}|REGIONAL", {"Arn": arn, "Id": identifier}


TYPES = (
    AcceptedType(
        "AWS::EventSchemas::Discoverer",
        lambda p: f"events-event-bus-{p['SourceArn'].rpartition('/')[2]}",
        _discoverer,
    ),
    AcceptedType("AWS::Logs::Delivery", lambda p: None, _log_delivery),
    AcceptedType("AWS::Logs::DeliveryDestination", lambda p: p["Name"], _logs("delivery-destination")),
    AcceptedType("AWS::Logs::DeliverySource", lambda p: p["Name"], _logs("delivery-source")),
    AcceptedType("AWS::Logs::QueryDefinition", lambda p: p.get("Name"), _query_definition),
    AcceptedType("AWS::WAFv2::IPSet", lambda p: p.get("Name"), _ip_set),
    AcceptedType("AWS::XRay::Group", lambda p: p.get("GroupName"), _xray("group", "GroupARN")),
    AcceptedType(
        "AWS::XRay::SamplingRule",
        lambda p: (p.get("SamplingRule") or {}).get("RuleName") or p.get("RuleName"),
        _xray("sampling-rule", "RuleARN"),
    ),
)
