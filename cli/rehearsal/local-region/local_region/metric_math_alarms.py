"""Alarms on an expression, which MiniStack refuses: here they deploy, and watch a metric that never has data."""

from __future__ import annotations

from .guards import Seam

RECORD = Seam("ministack.services.cloudformation.provisioners", "_cw_metric_alarm_record", "(name, props)")
SEAMS = (RECORD,)

NAMESPACE = "local-region/metric-math"


def install() -> None:
    RECORD.wrap(_accepting_expressions)


def _accepting_expressions(record_of):
    def record(name, props):
        if props.get("Metrics"):
            props = {key: value for key, value in props.items() if key != "Metrics"}
            props |= {"Namespace": NAMESPACE, "MetricName": name}
        return record_of(name, props)

    return record
