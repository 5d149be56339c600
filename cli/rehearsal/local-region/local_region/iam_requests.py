"""Requests to the AWS APIs of this region, judged by MiniStack's evaluator of IAM: two corrections, and the count.

A function's own credentials are those of its execution role, so what its code calls is judged by the role's policies.
The account's root, which deploys and drives the drills, may do everything and is not counted.
"""

from __future__ import annotations

from . import permissions
from .guards import Seam

_EVALUATOR = "ministack.core.iam_evaluator"
ENFORCE = Seam(
    _EVALUATOR,
    "enforce",
    "(access_key_id, iam_action, service, region, resource_arn='*', service_context=None)",
)
CONDITION_KEY = Seam(_EVALUATOR, "_resolve_condition_key", "(key, ctx)")
IS_ROOT = Seam(_EVALUATOR, "is_root_access_key", "(access_key_id)")
SESSIONS = Seam("ministack.services.sts", "_sessions")
SEAMS = (ENFORCE, CONDITION_KEY, IS_ROOT, SESSIONS)

# What lets a role send, delete or hide one message lets it do so with several:
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html
_OF_BATCHES = {
    f"sqs:{action}Batch": f"sqs:{action}" for action in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")
}


def install() -> None:
    CONDITION_KEY.wrap(_over_tls)
    ENFORCE.wrap(_of_state_machines_and_counted)


def _over_tls(resolve):
    """The loopback is plain HTTP in place of TLS, which AWS's endpoints, the CDK and the SDKs use:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""

    def resolve_condition_key(key, ctx):
        return "true" if key.lower() == "aws:securetransport" else resolve(key, ctx)

    return resolve_condition_key


def _of_state_machines_and_counted(enforce):
    def enforce_and_count(access_key_id, iam_action, service, region, resource_arn="*", service_context=None):
        iam_action = _OF_BATCHES.get(iam_action, iam_action)
        qualifier = permissions.qualifier(resource_arn)
        if qualifier:
            service_context = {**(service_context or {}), "states:StateMachineQualifier": qualifier}
            resource_arn = permissions.unqualified(resource_arn)
        refusal = enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        if not IS_ROOT.get()(access_key_id):
            who = _role(access_key_id)
            if refusal is None:
                permissions.ledger.allowed(who, iam_action, resource_arn)
            else:
                # An unknown or wrong signature has a code, a lack of permission has none.
                reason = getattr(refusal, "code", "") or "is not authorized to perform"
                permissions.ledger.denied(who, f"{who}: {reason}: {iam_action} on resource: {resource_arn}")
        return refusal

    return enforce_and_count


def _role(access_key_id: str) -> str:
    """arn:aws:sts::account:assumed-role/role/session, or the key itself if it is of no session"""
    session = SESSIONS.get().get(access_key_id) or {}
    parts = session.get("Arn", "").split("/")
    return parts[1] if len(parts) == 3 else access_key_id
