"""What IAM says to the calls that AWS's services make for an app, in a role of its own or in their own name.

MiniStack judges what comes over HTTP (see `iam_requests`). What its services and those of this package do for each
other are function calls inside the process, and nothing judges them: here is what does. All decisions are counted.

How policies are put together: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from typing import Any

from . import scope
from .guards import Seam
from .permission_ledger import PermissionLedger

_EVALUATOR = "ministack.core.iam_evaluator"
ENFORCED = Seam("ministack.app", "AUTH")
ROLES = Seam("ministack.services.iam", "_roles")
CONTEXT = Seam(
    _EVALUATOR,
    "EvalContext",
    "(principal_arn, principal_type, principal_account, action, resource_arn, region, source_ip=<factory>, "
    "secure_transport=<factory>, request_tags=<factory>, tag_keys=<factory>, service_context=<factory>, "
    "principal_keys=<factory>)",
)
ROLE_POLICIES = Seam(_EVALUATOR, "_gather_role_policies", "(role_name, account_id)")
BOUNDARY = Seam(_EVALUATOR, "_permissions_boundary", "(store, name, account_id)")
EVALUATE = Seam(_EVALUATOR, "evaluate", "(ctx, policies, *limits)")
RESOURCE_POLICY = Seam(_EVALUATOR, "_resource_policy", "(service, resource_arn)")
COMBINE = Seam(
    _EVALUATOR, "combine_resource_policy", "(identity, ctx, policy, owner_account, required=False, limits=())"
)
OF_RESOURCE = Seam(
    _EVALUATOR, "evaluate_resource_policy", "(doc, ctx, service=None, named_only=False, direct_only=False)"
)
SEAMS = (ENFORCED, ROLES, CONTEXT, ROLE_POLICIES, BOUNDARY, EVALUATE, RESOURCE_POLICY, COMBINE, OF_RESOURCE)

ACTIONS = {
    "lambda": "lambda:InvokeFunction",
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "events": "events:PutEvents",
    "states": "states:StartExecution",
}
"""What a delivery to a target of the service is."""

ledger = PermissionLedger()


class Denied(Exception):
    """AWS's answer to a call without permission. The wording:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""


class CannotAssumeRole(Denied):
    """The role does not exist, or does not trust the service."""


def check_role(role_arn: str, service: str, source_arn: str, action: str, resource: str, polls: bool = False) -> None:
    """Raise `Denied` unless `service` may take the role, on behalf of `source_arn`, and the role may do `action`.

    A call that polls is counted once, however often it is repeated."""
    if not ENFORCED.get():
        return
    name, account = role_arn.rsplit("/", 1)[-1], scope.account()
    resource = unqualified(resource)
    role = ROLES.get().get(name)
    trust = role and OF_RESOURCE.get()(
        role["AssumeRolePolicyDocument"], _by_service("sts:AssumeRole", "*", source_arn), service=service
    )
    if not trust or trust.decision != "Allow":
        message = f"{service} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
        ledger.denied(name, message)
        raise CannotAssumeRole(message)
    session = f"arn:aws:sts::{account}:assumed-role/{name}/{source_arn.rsplit('/', 1)[-1].rsplit(':', 1)[-1]}"
    context = CONTEXT.get()(session, "AssumedRole", account, action, resource, scope.region())
    limits = BOUNDARY.get()(ROLES.get(), name, account)
    result = EVALUATE.get()(context, ROLE_POLICIES.get()(name, account), *limits)
    found = RESOURCE_POLICY.get()(action.split(":")[0], resource)
    if found is not None:
        result = COMBINE.get()(result, context, *found, limits=limits)
    if result.decision != "Allow":
        explicit = result.decision == "Deny"
        why = "with an explicit deny" if explicit else f"because no identity-based policy allows the {action} action"
        _refuse(name, f"User: {session} is not authorized to perform: {action} on resource: {resource} {why}")
    ledger.allowed(name, action, resource, once=polls)


def check_service(service: str, source_arn: str, action: str, resource: str, owner: bool = False) -> None:
    """Raise `Denied` unless the resource's own policy lets the service act on behalf of `source_arn`.

    With `owner`, the older key aws:SourceOwner is there as well."""
    if not ENFORCED.get():
        return
    found = RESOURCE_POLICY.get()(action.split(":")[0], resource)
    context = _by_service(action, resource, source_arn)
    if owner:
        context.service_context["aws:sourceowner"] = scope.account()
    if found is None or OF_RESOURCE.get()(found[0], context, service=service).decision != "Allow":
        _refuse(
            service,
            f"{service} is not authorized to perform: {action} on resource: {resource} for {source_arn} because no "
            f"resource-based policy allows the {action} action",
        )
    ledger.allowed(service, action, resource)


def unqualified(resource: str) -> str:
    """A version or an alias of a state machine is judged by the state machine, see
    https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html"""
    parts = resource.split(":")
    return ":".join(parts[:7]) if parts[2:3] == ["states"] and parts[5:6] == ["stateMachine"] else resource


def qualifier(resource: str) -> str | None:
    return resource.removeprefix(unqualified(resource)).removeprefix(":") or None


def _by_service(action: str, resource: str, source_arn: str) -> Any:
    """A service is no principal of an account: no statement for an account or a role is about it."""
    keys = {"aws:sourcearn": source_arn, "aws:sourceaccount": scope.account()}
    return CONTEXT.get()("*", "Service", "", action, resource, scope.region(), service_context=keys)


def _refuse(who: str, message: str) -> None:
    ledger.denied(who, message)
    raise Denied(message)
