"""When an alarm on a metric turns.

MiniStack evaluates an alarm when a client puts metrics, over the metric's values with any dimensions, as one period,
and knows no missing data. Here an alarm is evaluated every second, on the metric with its own dimensions, by its
periods, its datapoints to alarm and what it says of missing data:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html,
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html

Periods end now, not at a full minute, and are divided by the region's time scale, as the rates at which metrics are put
are. A metric that never had data says nothing: few services of a local region publish any.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from . import event_loop, scope
from .guards import Seam

_CLOUDWATCH = "ministack.services.cloudwatch"
EVALUATE = Seam(_CLOUDWATCH, "_evaluate_alarm", "(alarm)")
ALARMS = Seam(_CLOUDWATCH, "_alarms")
METRICS = Seam(_CLOUDWATCH, "_metrics")
DIMENSIONS = Seam(_CLOUDWATCH, "_dims_from_list", "(dimensions)")
DIMENSIONS_KEY = Seam(_CLOUDWATCH, "_dims_key", "(dims)")
STATISTICS = Seam(_CLOUDWATCH, "_calc_stats", "(points)")
STATISTIC = Seam(_CLOUDWATCH, "_stat_value", "(stats, stat_name, points=None)")
RECORD_HISTORY = Seam(
    _CLOUDWATCH,
    "_record_history",
    "(alarm_name, old_state, new_state, reason, alarm_type='MetricAlarm', reason_data=None)",
)
DISPATCH = Seam(_CLOUDWATCH, "_dispatch_alarm_actions", "(alarm, old_state, new_state, reason)")
EVALUATE_PARENTS = Seam(_CLOUDWATCH, "_evaluate_parent_alarms", "(child, seen=frozenset())")
SEAMS = (
    EVALUATE,
    ALARMS,
    METRICS,
    DIMENSIONS,
    DIMENSIONS_KEY,
    STATISTICS,
    STATISTIC,
    RECORD_HISTORY,
    DISPATCH,
    EVALUATE_PARENTS,
)

INTERVAL_SECONDS = 1.0

_BREACHES = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}

Alarm = dict[str, Any]
Point = dict[str, Any]

logger = logging.getLogger(__name__)


class AlarmEvaluation:
    def __init__(self, time_scale: float) -> None:
        self._time_scale = time_scale

    def install(self) -> None:
        EVALUATE.wrap(lambda evaluate: self.evaluate)

    def start(self) -> None:
        threading.Thread(target=self._run, name="alarms", daemon=True).start()

    def evaluate(self, alarm: Alarm) -> None:
        points = METRICS.get().get(_metric(alarm))
        state = self._state(alarm, points) if points else None
        if state is not None and state != alarm["StateValue"]:
            _turn(alarm, state)

    def _run(self) -> None:
        while True:
            time.sleep(INTERVAL_SECONDS)
            event_loop.run(self._evaluate_all)

    def _evaluate_all(self) -> None:
        for (account, region, _), alarm in list(ALARMS.get()._data.items()):
            try:
                with scope.within(account, region):
                    EVALUATE.get()(alarm)
            except Exception:
                logger.exception("the alarm %s could not be evaluated", alarm.get("AlarmName"))

    def _state(self, alarm: Alarm, points: list[Point]) -> str | None:
        """None to stay as it is."""
        period, periods = alarm["Period"] / self._time_scale, alarm["EvaluationPeriods"]
        values = [_value(alarm, recent) for recent in _by_period(points, period, periods)]
        return state_of(
            [None if value is None else _breaches(alarm, value) for value in values],
            int(alarm.get("DatapointsToAlarm") or periods),
            alarm.get("TreatMissingData") or "missing",
        )


def state_of(breaching: list[bool | None], to_alarm: int, missing: str) -> str | None:
    """What a state the periods of an alarm make, None for a period without data; None if it stays as it is."""
    if missing in ("breaching", "notBreaching"):
        breaching = [missing == "breaching" if each is None else each for each in breaching]
    known = [each for each in breaching if each is not None]
    if not known:
        return None if missing == "ignore" else "INSUFFICIENT_DATA"
    if missing == "ignore" and len(known) < to_alarm:
        return None
    return "ALARM" if sum(known) >= min(to_alarm, len(known)) else "OK"


def _metric(alarm: Alarm) -> tuple[str, str, str]:
    dimensions = DIMENSIONS.get()(alarm.get("Dimensions") or [])
    return alarm.get("Namespace", ""), alarm.get("MetricName", ""), DIMENSIONS_KEY.get()(dimensions)


def _by_period(points: list[Point], seconds: float, periods: int) -> list[list[Point]]:
    """The points of each period, the last one first."""
    now, found = time.time(), [[] for _ in range(periods)]
    for point in points:
        ago = max(0, int((now - point["Timestamp"]) / seconds))
        if ago < periods:
            found[ago].append(point)
    return found


def _value(alarm: Alarm, points: list[Point]) -> float | None:
    statistics = STATISTICS.get()(points)
    name = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    return STATISTIC.get()(statistics, name, points) if statistics else None


def _breaches(alarm: Alarm, value: float) -> bool:
    compare = _BREACHES.get(alarm.get("ComparisonOperator", ""))
    return compare is not None and compare(value, float(alarm.get("Threshold") or 0))


def _turn(alarm: Alarm, state: str) -> None:
    before = alarm["StateValue"]
    reason = f"Threshold Crossed: {alarm.get('ComparisonOperator')} {alarm.get('Threshold')}: {state}"
    alarm |= {"StateValue": state, "StateReason": reason, "StateUpdatedTimestamp": int(time.time())}
    RECORD_HISTORY.get()(alarm["AlarmName"], before, state, reason)
    DISPATCH.get()(alarm, before, state, reason)
    EVALUATE_PARENTS.get()(alarm)
