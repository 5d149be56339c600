"""Whether the rules of EventBridge, and the schedules of EventBridge Scheduler, may invoke their targets.

A rule invokes a function, a queue or a topic under the policy of the target, or in its target's role where that has
one: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
A schedule always has a role: https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html
What a rule may not deliver goes to its dead-letter queue without any retry, if that queue's policy lets it in; the
codes of the errors are there as well:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from .guards import Seam
from .permissions import ACTIONS, CannotAssumeRole, Denied, check_role, check_service

INVOKE_TARGET = Seam("ministack.services.eventbridge", "_invoke_target", "(target, event, rule, view=None)")
SEAMS = (INVOKE_TARGET,)

_GRANTED_BY_THE_TARGET = frozenset({"lambda", "sqs", "sns"})

logger = logging.getLogger(__name__)


def install(undeliverable: Callable[[dict, dict, dict, str, str], None]) -> None:
    """`undeliverable` is told the target, the event, the rule, the reason and the error code."""

    def checking(invoke):
        def invoke_target(target, event, rule, view=None):
            try:
                _check(target, rule)
            except Denied as denied:
                logger.warning("%s does not reach %s: %s", rule.get("Arn"), target.get("Arn"), denied)
                code = "FAILED_TO_ASSUME_ROLE" if isinstance(denied, CannotAssumeRole) else "NO_PERMISSIONS"
                undeliverable(target, event, rule, str(denied), code)
            else:
                invoke(target, event, rule, view)

        return invoke_target

    INVOKE_TARGET.wrap(checking)


def may_send_to(queue_arn: str, rule: dict[str, Any]) -> bool:
    """Whether the dead-letter queue of a target lets its rule in."""
    try:
        check_service("events.amazonaws.com", rule.get("Arn", ""), "sqs:SendMessage", queue_arn)
    except Denied as denied:
        logger.warning("%s drops an event: %s", rule.get("Arn"), denied)
        return False
    return True


def _check(target: dict[str, Any], rule: dict[str, Any]) -> None:
    arn, source = target.get("Arn", ""), rule.get("Arn", "")
    kind = (arn.split(":") + [""] * 3)[2]
    service = "scheduler.amazonaws.com" if ":scheduler:" in source else "events.amazonaws.com"
    if kind not in ACTIONS or (kind == "events" and ":event-bus/" not in arn):
        return
    if target.get("RoleArn"):
        check_role(target["RoleArn"], service, source, ACTIONS[kind], arn)
    elif kind in _GRANTED_BY_THE_TARGET:
        check_service(service, source, ACTIONS[kind], arn)
