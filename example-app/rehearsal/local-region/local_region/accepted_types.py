"""Resource types that only deploy: a name and an ARN, and nothing behind them.

MiniStack has no such service. The list is what the library's templates use; a type outside it fails the deployment.
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


def _by_name(name: str) -> Provisioned:
    return name, {}


def _query_definition(name: str) -> Provisioned:
    identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    return identifier, {"QueryDefinitionId": identifier}


def _xray(kind: str, attribute: str) -> Callable[[str], Provisioned]:
    def identify(name: str) -> Provisioned:
        arn = f"arn:aws:xray:{scope.region()}:{scope.account()}:{kind}/{name}"
        return arn, {attribute: arn}

    return identify


TYPES = (
    AcceptedType("AWS::CodeDeploy::Application", lambda p: p.get("ApplicationName"), _by_name),
    AcceptedType("AWS::CodeDeploy::DeploymentConfig", lambda p: p.get("DeploymentConfigName"), _by_name),
    AcceptedType("AWS::CodeDeploy::DeploymentGroup", lambda p: p.get("DeploymentGroupName"), _by_name),
    AcceptedType("AWS::Logs::QueryDefinition", lambda p: p.get("Name"), _query_definition),
    AcceptedType("AWS::XRay::Group", lambda p: p.get("GroupName"), _xray("group", "GroupARN")),
    AcceptedType(
        "AWS::XRay::SamplingRule",
        lambda p: (p.get("SamplingRule") or {}).get("RuleName") or p.get("RuleName"),
        _xray("sampling-rule", "RuleARN"),
    ),
)
