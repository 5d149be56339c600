"""Resource types that only deploy: a name and an ARN, and nothing behind them.

MiniStack has no such service. The list is what the library's templates use; a type outside it fails the deployment.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .cloudformation import Properties, Provisioned, ResourceType
from .guards import Seam

REGION = Seam("ministack.core.responses", "get_region", "()")
ACCOUNT = Seam("ministack.core.responses", "get_account_id", "()")
SEAMS = (REGION, ACCOUNT)


@dataclass(frozen=True)
class AcceptedType(ResourceType):
    name: str
    name_property: str
    arn: str
    """The ARN after the account, where `{name}` is the resource's name."""
    arn_attributes: tuple[str, ...] = ()
    """The attributes of `Fn::GetAtt` that are the ARN."""
    ref: Callable[[str, str], str] = lambda name, arn: name

    def create(self, properties: Properties, generated_name: str) -> Provisioned:
        name = properties.get(self.name_property) or generated_name
        service, _, resource = self.arn.partition(":")
        arn = f"arn:aws:{service}:{REGION.get()()}:{ACCOUNT.get()()}:{resource.format(name=name, **self._extra(properties))}"
        return self.ref(name, arn), {attribute: arn for attribute in self.arn_attributes}

    def update(self, physical_id: str, old: Properties, new: Properties, generated_name: str) -> Provisioned:
        return self.create(new, generated_name)

    def delete(self, physical_id: str, properties: Properties) -> None:
        """There is nothing to delete."""

    def _extra(self, properties: Properties) -> dict[str, str]:
        return {"application": properties.get("ApplicationName", "")}


def _arn(name: str, arn: str) -> str:
    return arn


TYPES = (
    AcceptedType("AWS::CodeDeploy::Application", "ApplicationName", "codedeploy:application:{name}"),
    AcceptedType(
        "AWS::CodeDeploy::DeploymentGroup", "DeploymentGroupName", "codedeploy:deploymentgroup:{application}/{name}"
    ),
    AcceptedType("AWS::CodeDeploy::DeploymentConfig", "DeploymentConfigName", "codedeploy:deploymentconfig:{name}"),
    AcceptedType("AWS::Logs::QueryDefinition", "Name", "logs:query-definition:{name}", ("QueryDefinitionId",)),
    AcceptedType("AWS::XRay::Group", "GroupName", "xray:group/{name}", ("GroupARN",), _arn),
    AcceptedType("AWS::XRay::SamplingRule", "RuleName", "xray:sampling-rule/{name}", ("RuleARN",), _arn),
)
