"""EventBridge Scheduler.

MiniStack passes a schedule's event to a bus as if a rule had forwarded it, without the source and detail type of the
target, so that no rule of the bus may pass it on; here it is published with PutEvents, as on AWS. It also lets the
first interval of a rate go by, where AWS invokes the target at once, and looks for due schedules every ten seconds.
"""

from __future__ import annotations

import logging
from typing import Any

from . import aws_api
from .guards import Seam

_SCHEDULER = "ministack.services.scheduler"
_EVENTS = "ministack.services.eventbridge"
TICK = Seam(_SCHEDULER, "_tick_schedules", "()")
TICK_SECONDS = Seam(_SCHEDULER, "_SCHEDULE_TICK_INTERVAL")
SCHEDULES = Seam(_SCHEDULER, "_schedules")
LAST_FIRED = Seam(_SCHEDULER, "_schedule_last_fired")
RATE_SECONDS = Seam(_EVENTS, "_parse_rate_seconds", "(expr)")
INVOKE_TARGET = Seam(_EVENTS, "_invoke_target", "(target, event, rule, view=None)")
SEAMS = (TICK, TICK_SECONDS, SCHEDULES, LAST_FIRED, RATE_SECONDS, INVOKE_TARGET)

LONG_AGO = 0.0

logger = logging.getLogger(__name__)


def install() -> None:
    TICK.wrap(_starting_at_once)
    TICK_SECONDS.wrap(lambda seconds: 1)
    INVOKE_TARGET.wrap(_publishing)


def _starting_at_once(tick):
    def tick_schedules():
        schedules, last_fired = dict(SCHEDULES.get().all_items()), LAST_FIRED.get()
        for key in set(last_fired) - set(schedules):
            # It was deleted; another of the same name is a new one.
            del last_fired[key]
        for key, schedule in schedules.items():
            if RATE_SECONDS.get()(schedule.get("ScheduleExpression", "")) is not None:
                last_fired.setdefault(key, LONG_AGO)
        tick()

    return tick_schedules


def _publishing(invoke):
    def invoke_target(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view=None):
        # Only a schedule's target has such parameters.
        parameters = target.get("EventBridgeParameters")
        if parameters is None:
            invoke(target, event, rule, view)
            return
        entry = {
            "EventBusName": target["Arn"],
            "Source": parameters["Source"],
            "DetailType": parameters["DetailType"],
            "Detail": target.get("Input", "{}"),
            "Resources": [rule["Arn"]],
        }
        answer = aws_api.call("events", "AWSEvents.PutEvents", {"Entries": [entry]})
        if answer["FailedEntryCount"]:
            logger.warning("the schedule %s published nothing: %s", rule["Arn"], answer["Entries"][0])

    return invoke_target
