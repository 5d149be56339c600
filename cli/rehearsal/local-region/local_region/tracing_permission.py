"""Active tracing needs a role that may write to X-Ray at the moment when the function is made or changed.

Lambda refuses the function otherwise. A policy that is a resource of its own, and that nothing makes the function wait
for, comes too late now and then; here it comes in the order of the template.
The code and the words: https://github.com/functionalone/serverless-iam-roles-per-function/issues/39
On updates: https://github.com/serverless/serverless/issues/6931,
https://github.com/aws/serverless-application-model/issues/225
"""

from __future__ import annotations

from typing import Any

from . import refusals, scope
from .guards import Seam

_LAMBDA = "ministack.services.lambda_svc"
CREATE_FUNCTION = Seam(_LAMBDA, "_create_function", "(data)")
UPDATE_CONFIGURATION = Seam(_LAMBDA, "_update_config", "(name, data)")
FUNCTIONS = Seam(_LAMBDA, "_functions")
ROLES = Seam("ministack.services.iam", "_roles")
_EVALUATOR = "ministack.core.iam_evaluator"
CONTEXT = Seam(_EVALUATOR, "EvalContext")
EVALUATE = Seam(_EVALUATOR, "evaluate", "(ctx, policies, *limits)")
ROLE_POLICIES = Seam(_EVALUATOR, "_gather_role_policies", "(role_name, account_id)")
BOUNDARY = Seam(_EVALUATOR, "_permissions_boundary", "(store, name, account_id)")
SEAMS = (
    CREATE_FUNCTION, UPDATE_CONFIGURATION, FUNCTIONS, ROLES, CONTEXT, EVALUATE, ROLE_POLICIES, BOUNDARY,
)  # fmt: skip

TYPE = "AWS::Lambda::Function"
ACTION = "xray:PutTraceSegments"


def install() -> None:
    refusals.before(CREATE_FUNCTION, check)
    refusals.before(UPDATE_CONFIGURATION, _check_update)
    refusals.before_deployment(TYPE, check)


def check(function: dict[str, Any]) -> None:
    """Refuse a function, as the API or a template describes it, whose role may not write to X-Ray now."""
    if (function.get("TracingConfig") or {}).get("Mode") == "Active" and not _may_trace(function.get("Role", "")):
        raise refusals.Refusal(
            "Lambda",
            "InvalidParameterValueException",
            "The provided execution role does not have permissions to call PutTraceSegments on XRAY",
        )


def _check_update(name: str, change: dict[str, Any]) -> None:
    function = FUNCTIONS.get().get(name)
    if function and ("TracingConfig" in change or "Role" in change):
        check(function["config"] | change)


def _may_trace(role_arn: str) -> bool:
    account, role = scope.account(), role_arn.rpartition("/")[2]
    context = CONTEXT.get()(
        principal_arn=role_arn,
        principal_type="AssumedRole",
        principal_account=account,
        action=ACTION,
        resource_arn="*",
        region=scope.region(),
    )
    limits = BOUNDARY.get()(ROLES.get(), role, account)
    return EVALUATE.get()(context, ROLE_POLICIES.get()(role, account), *limits).decision == "Allow"
