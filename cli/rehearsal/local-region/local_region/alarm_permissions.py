"""Whether the alarms of CloudWatch may publish to their topics, by the topics' policies.

The policy that a topic needs: https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger
One without a policy of its own has a default that lets in its owner:
https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
"""

from __future__ import annotations

import logging
from typing import Any

from .guards import Seam
from .permissions import ACTIONS, Denied, check_service

DISPATCH = Seam("ministack.services.cloudwatch", "_dispatch_alarm_actions", "(alarm, old_state, new_state, reason)")
SEAMS = (DISPATCH,)

logger = logging.getLogger(__name__)


def install() -> None:
    DISPATCH.wrap(_to_topics_that_let_it)


def _to_topics_that_let_it(dispatch):
    def dispatch_alarm_actions(alarm, old_state, new_state, reason):
        chosen = {"ALARM": "AlarmActions", "OK": "OKActions"}.get(new_state, "InsufficientDataActions")
        if alarm.get("ActionsEnabled", True) and alarm.get(chosen):
            alarm = alarm | {chosen: [topic for topic in alarm[chosen] if _may_publish(alarm, topic)]}
        dispatch(alarm, old_state, new_state, reason)

    return dispatch_alarm_actions


def _may_publish(alarm: dict[str, Any], action: str) -> bool:
    if not action.startswith("arn:aws:sns:"):
        return True
    try:
        check_service("cloudwatch.amazonaws.com", alarm.get("AlarmArn", ""), ACTIONS["sns"], action, owner=True)
    except Denied as denied:
        logger.warning("the alarm %s is not published: %s", alarm.get("AlarmName"), denied)
        return False
    return True
