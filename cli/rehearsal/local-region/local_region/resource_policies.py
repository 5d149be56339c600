"""The quotas of resource policies: of queues, of functions and their aliases, of event buses.

A policy is measured as compact JSON, so white space never refuses one.
"""

from __future__ import annotations

import functools
import json
from typing import Any

from .guards import Seam
from .refusals import Refusal, answer, before_deployment

_SQS = "ministack.services.sqs"
SQS_OPERATIONS = Seam(_SQS, "_HANDLERS")
QUEUE = Seam(_SQS, "_get_q", "(url, action=None)")
SQS_ERROR = Seam(_SQS, "_Err", "(code, message, status=400)")
_LAMBDA = "ministack.services.lambda_svc"
ADD_PERMISSION = Seam(_LAMBDA, "_add_permission", "(func_name, data, query_params=None, path_qualifier=None)")
FUNCTIONS = Seam(_LAMBDA, "_functions")
_EVENTS = "ministack.services.eventbridge"
PUT_PERMISSION = Seam(_EVENTS, "_put_permission", "(data)")
BUS_POLICIES = Seam(_EVENTS, "_event_bus_policies")
SEAMS = (
    SQS_OPERATIONS, QUEUE, SQS_ERROR, ADD_PERMISSION, FUNCTIONS, PUT_PERMISSION, BUS_POLICIES,
)  # fmt: skip

QUEUE_POLICY = "AWS::SQS::QueuePolicy"

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
QUEUE_BYTES = 8192
QUEUE_STATEMENTS = 20
QUEUE_ACTIONS = 7
# https://www.repost.aws/knowledge-center/lambda-resource-based-policy-size-error
FUNCTION_BYTES = 20480
# "Event bus policy size", https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
BUS_CHARACTERS = 10240


def install() -> None:
    operations = SQS_OPERATIONS.get()
    for operation in ("CreateQueue", "SetQueueAttributes"):
        operations[operation] = _checking_attributes(operations[operation])
    operations["AddPermission"] = _checking_permission(operations["AddPermission"])
    before_deployment(QUEUE_POLICY, lambda properties: check_queue_policy(properties.get("PolicyDocument") or {}))
    ADD_PERMISSION.wrap(_keeping_function_policy_short)
    PUT_PERMISSION.wrap(_keeping_bus_policy_short)


def check_queue_policy(policy: Any) -> None:
    """Refuse a policy, as text or as an object, that no queue can have."""
    try:
        document = json.loads(policy) if isinstance(policy, str) else policy
    except ValueError:
        return  # Not a matter of size.
    statements = document.get("Statement") or [] if isinstance(document, dict) else []
    statements = statements if isinstance(statements, list) else [statements]
    # The words: https://github.com/aws/aws-cdk/issues/16303
    if len(statements) > QUEUE_STATEMENTS:
        raise _over_limit(
            f"{len(statements)} statements were found in the submitted policy, max allowed is {QUEUE_STATEMENTS}"
        )
    for statement in statements:
        actions = statement.get("Action") if isinstance(statement, dict) else None
        # https://github.com/ministryofjustice/cloud-platform-environments/pull/9082
        if isinstance(actions, list) and len(actions) > QUEUE_ACTIONS:
            raise _over_limit(
                f"{len(actions)} actions were found in a statement from the submitted policy, "
                f"max allowed is {QUEUE_ACTIONS}"
            )
    # https://github.com/aws/aws-sdk-net/issues/378
    if len(_compact(document).encode()) > QUEUE_BYTES:
        raise _over_limit("Submitted policy is over max allowed size.")


def _over_limit(message: str) -> Refusal:
    return Refusal("Sqs", "OverLimit", message, 403)


def _compact(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def _check_request(policy: Any) -> None:
    try:
        check_queue_policy(policy)
    except Refusal as refusal:
        raise SQS_ERROR.get()(refusal.code, refusal.message, refusal.status) from None


def _checking_attributes(operation):
    @functools.wraps(operation)
    def act(data, queue_url):
        policy = (data.get("Attributes") or {}).get("Policy")
        if policy:
            _check_request(policy)
        return operation(data, queue_url)

    return act


def _checking_permission(operation):
    @functools.wraps(operation)
    def act(data, queue_url):
        attributes = QUEUE.get()(data.get("QueueUrl", queue_url))["attributes"]
        before = attributes.get("Policy")
        done = operation(data, queue_url)
        try:
            _check_request(attributes["Policy"])
        except SQS_ERROR.get():
            attributes.pop("Policy")
            if before is not None:
                attributes["Policy"] = before
            raise
        return done

    return act


def _keeping_function_policy_short(add):
    """Each function, version and alias has a policy of its own; MiniStack keeps them in one list."""

    @answer
    def add_permission(func_name, data, query_params=None, path_qualifier=None):
        answered = add(func_name, data, query_params, path_qualifier)
        if answered[0] >= 400:
            return answered
        statements = FUNCTIONS.get()[func_name]["policy"]["Statement"]
        added = statements[-1]
        policy = {
            "Version": "2012-10-17",
            "Id": "default",
            "Statement": [statement for statement in statements if statement["Resource"] == added["Resource"]],
        }
        size = len(_compact(policy).encode())
        if size > FUNCTION_BYTES:
            statements.remove(added)
            # The words: https://github.com/serverless/serverless/issues/7411
            message = f"The final policy size ({size}) is bigger than the limit ({FUNCTION_BYTES})."
            raise Refusal("Lambda", "PolicyLengthExceededException", message)
        return answered

    return add_permission


def _keeping_bus_policy_short(put):
    """The code and the words: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html"""

    @answer
    def put_permission(data):
        bus, policies = data.get("EventBusName", "default"), BUS_POLICIES.get()
        before = policies.get(bus)
        kept = {**before, "Statement": list(before["Statement"])} if before else None
        answered = put(data)
        if answered[0] < 400 and len(_compact(policies[bus])) > BUS_CHARACTERS:
            del policies[bus]
            if kept:
                policies[bus] = kept
            raise Refusal("EventBridge", "PolicyLengthExceededException", "The event bus policy is too long.")
        return answered

    return put_permission
