"""Durations that are long on AWS, made short here: those that are declared, and no others.

A schedule of a minute, or a takeover after five, would make every rehearsal as long. With a scale of 10, a declared rate
of one minute is one of 6 seconds, and a declared environment variable says a tenth of what the template says. The periods
of alarms and the intervals of CodeDeploy, which are AWS's own, are scaled as well, see `alarm_evaluation` and
`code_deploy`.
"""

from __future__ import annotations

from typing import Any

from . import cloudformation
from .durations import Durations
from .guards import Seam
from .schedules import RATE_SECONDS, SCHEDULES
from .schedules import TICK as TICK_SCHEDULES
from .stack_operations import STACKS

TICK_RULES = Seam("ministack.services.eventbridge", "_tick_scheduled_rules", "()")
RULES = Seam("ministack.services.eventbridge", "_rules")
SECONDS_BETWEEN_TICKS = Seam("ministack.services.eventbridge", "_SCHEDULER_TICK_INTERVAL")
SEAMS = (TICK_RULES, RULES, SECONDS_BETWEEN_TICKS)

FUNCTION, RULE, SCHEDULE = "AWS::Lambda::Function", "AWS::Events::Rule", "AWS::Scheduler::Schedule"


class DeclaredRate(str):
    """A rate that is scaled. Services read the text that the template has."""


class TimeScale:
    def __init__(self, scale: float, durations: Durations) -> None:
        self._scale = scale
        self._durations = durations

    def install(self) -> None:
        RATE_SECONDS.wrap(self._scaling)
        TICK_RULES.wrap(lambda tick: self._marking(tick, RULES, RULE))
        TICK_SCHEDULES.wrap(lambda tick: self._marking(tick, SCHEDULES, SCHEDULE))
        # A rate may be as short as a second.
        SECONDS_BETWEEN_TICKS.wrap(lambda seconds: 1)
        function = cloudformation.HANDLERS.get()[FUNCTION]
        create, update = function["create"], function["update"]

        def scaled_create(logical_id, properties, stack):
            return create(logical_id, self.scaled(properties, logical_id, stack), stack)

        def scaled_update(physical_id, old, new, stack, logical_id=None):
            before, after = (self.scaled(properties, logical_id, stack) for properties in (old, new))
            return update(physical_id, before, after, stack, logical_id)

        function |= {"create": scaled_create, "update": scaled_update}

    def scaled(self, properties: dict[str, Any], logical_id: str | None, stack: str) -> dict[str, Any]:
        """The properties of a function, as it gets them."""
        variables = (properties.get("Environment") or {}).get("Variables") or {}
        names = [f"{stack}/{logical_id}", *([properties["FunctionName"]] if properties.get("FunctionName") else [])]
        changed = {
            name: self._shorter(names[-1], name, value)
            for name, value in variables.items()
            if self._durations.holds_seconds(name, names)
        }
        if not changed:
            return properties
        return properties | {"Environment": {"Variables": variables | changed}}

    def _shorter(self, function: str, variable: str, value: Any) -> str:
        try:
            return f"{float(value) / self._scale:g}"
        except (TypeError, ValueError):
            raise ValueError(f"{variable} of {function} is declared as a duration, and is no number: {value!r}") from None

    def _scaling(self, parse):
        def parse_rate_seconds(expression: str) -> float | None:
            seconds = parse(expression)
            return seconds / self._scale if seconds is not None and isinstance(expression, DeclaredRate) else seconds

        return parse_rate_seconds

    def _marking(self, tick, store: Seam, kind: str):
        """Mark the rates that are declared before MiniStack looks which are due: a rule may be made or changed at any time."""

        def marked_tick() -> None:
            if self._scale != 1 and self._durations.schedules:
                in_stacks = _names_in_stacks(kind)
                for (account, region, key), one in store.get().all_items():
                    name = one.get("Name") or key
                    names = [name, *in_stacks.get((account, region, name), ())]
                    if self._durations.has_schedule(names):
                        one["ScheduleExpression"] = DeclaredRate(one.get("ScheduleExpression", ""))
            tick()

        return marked_tick


def _names_in_stacks(kind: str) -> dict[tuple[str, str, str], list[str]]:
    """`<stack>/<logical id>` by account, region and physical name."""
    names: dict[tuple[str, str, str], list[str]] = {}
    for (account, region, stack), record in STACKS.get().all_items():
        for logical_id, found in list((record.get("_resources") or {}).items()):
            if found.get("ResourceType") == kind and "PhysicalResourceId" in found:
                names.setdefault((account, region, found["PhysicalResourceId"]), []).append(f"{stack}/{logical_id}")
    return names
