"""An alias with an update policy, whose version changes, is deployed by CodeDeploy.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
MiniStack ignores the policy. The creation of an alias is no deployment: there is nothing to shift from. Nor is what a
rollback of the stack does to an alias; whether CloudFormation asks CodeDeploy then is told nowhere.

When the deployment fails, so does the alias, with CodeDeploy's error in the words of a resource handler:
https://github.com/josefloressv/aws-devops-engineer/blob/main/scenarios/domain-1-sdlc/sam-canary-alarm-rollback/README.md
AWS runs the deployments of a stack side by side, a local region one after the other.
"""

from __future__ import annotations

import functools
from typing import Any

from . import cloudformation, event_loop
from .cloudformation import HandlerError, Properties, Provisioned
from .code_deploy import DeploymentError, create_deployment
from .guards import Seam
from .stack_operations import STACKS, rolls_back

_ENGINE = "ministack.services.cloudformation.engine"
PARSE_TEMPLATE = Seam(_ENGINE, "_parse_template", "(template_body)")
RESOLVE = Seam(
    _ENGINE, "_resolve_refs", "(value, resources, params, conditions, mappings, stack_name, stack_id)"
)
DEPENDENCIES = Seam(_ENGINE, "_extract_deps", "(resource_def, all_resource_names)")
REFERENCES = Seam(_ENGINE, "_intrinsic_references", "(value)")
UPDATE_ALIAS = Seam("ministack.services.lambda_svc", "_update_alias", "(func_name, alias_name, data)")
FUNCTION = Seam("ministack.services.lambda_svc", "_get_base_func_record_for_ref", "(function_ref)")
SEAMS = (PARSE_TEMPLATE, RESOLVE, DEPENDENCIES, REFERENCES, UPDATE_ALIAS, FUNCTION)

TYPE = "AWS::Lambda::Alias"
SECONDS_OF_A_MINUTE = 60


class AliasDeployments:
    def __init__(self, time_scale: float) -> None:
        self._minute = SECONDS_OF_A_MINUTE / time_scale

    def install(self) -> None:
        DEPENDENCIES.wrap(_with_those_of_update_policies)
        handler = cloudformation.HANDLERS.get()[TYPE]
        # It waits for the deployment. All else stays on the event loop.
        cloudformation.run_on_worker_thread(TYPE)
        for operation in ("create", "delete"):
            handler[operation] = event_loop.running(handler[operation])
        handler["update"] = self._deploying(event_loop.running(handler["update"]))

    def _deploying(self, update):
        @functools.wraps(update)
        def update_alias(
            physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str
        ) -> Provisioned:
            policy = _policy(stack_name, logical_id) if _changes_version(old, new) else None
            if policy:
                self._deploy(policy, old, new)
            return update(physical_id, old, new, stack_name, logical_id)

        return update_alias

    def _deploy(self, policy: dict[str, str], old: Properties, new: Properties) -> None:
        try:
            deployment, steps = create_deployment(policy["ApplicationName"], policy["DeploymentGroupName"])
            deployment.run(steps, functools.partial(_route, old, new["FunctionVersion"]), self._minute)
        except DeploymentError as error:
            raise HandlerError(str(error), "InternalFailure") from None


def _changes_version(old: Properties, new: Properties) -> bool:
    """A version of the same alias: another name is another alias, which is created."""
    same = all(old.get(name) == new.get(name) for name in ("FunctionName", "Name"))
    return same and old.get("FunctionVersion") != new.get("FunctionVersion")


def _policy(stack_name: str, logical_id: str) -> dict[str, str] | None:
    """The policy that the stack's new template has for the alias."""
    stack = STACKS.get()[stack_name]
    if rolls_back(stack_name):
        return None
    template = PARSE_TEMPLATE.get()(stack["_template_body"])
    declared = template["Resources"].get(logical_id, {}).get("UpdatePolicy") or {}
    parameters = {each["ParameterKey"]: {"Value": each["ParameterValue"]} for each in stack.get("Parameters", ())}
    return RESOLVE.get()(
        declared.get("CodeDeployLambdaAliasUpdate"),
        stack["_resources"],
        parameters,
        stack.get("_conditions") or {},
        template.get("Mappings") or {},
        stack_name,
        stack["StackId"],
    )


def _route(alias: Properties, version: str, percentage: int) -> None:
    """Send the percentage of the alias's invocations to the version; all of them make it the alias's own."""
    weights = {version: percentage / 100} if 0 < percentage < 100 else {}
    change: dict[str, Any] = {"RoutingConfig": {"AdditionalVersionWeights": weights}}
    if percentage == 100:
        change["FunctionVersion"] = version
    event_loop.run(UPDATE_ALIAS.get(), FUNCTION.get()(alias["FunctionName"])[2], alias["Name"], change)


def _with_those_of_update_policies(dependencies):
    """A policy's reference to a deployment group is a reference like any other."""

    def extract_deps(resource_def: dict[str, Any], all_resource_names: set[str]) -> set[str]:
        policy = resource_def.get("UpdatePolicy") or {}
        of_policy = {name for name, _ in REFERENCES.get()(policy) if name in all_resource_names}
        return dependencies(resource_def, all_resource_names) | of_policy

    return extract_deps
