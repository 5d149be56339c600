"""Limits of CloudWatch alarms that MiniStack does not have. It refuses itself a rule that names an alarm that is not
there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .guards import Seam
from .refusals import Refusal

_CLOUDWATCH = "ministack.services.cloudwatch"
PUT_METRIC_ALARM = Seam(_CLOUDWATCH, "_put_metric_alarm", "(params, cbor_data, is_cbor, is_json=False)")
PUT_COMPOSITE_ALARM = Seam(_CLOUDWATCH, "_put_composite_alarm", "(params, cbor_data, is_cbor, is_json=False)")
PARSE_RULE = Seam(_CLOUDWATCH, "_parse_alarm_rule", "(rule)")
RULE_REFERENCES = Seam(_CLOUDWATCH, "_rule_refs", "(node)")
PARAMETER = Seam(_CLOUDWATCH, "_p", "(params, key, default='')")
ERROR = Seam(_CLOUDWATCH, "_error", "(code, message, status, use_json=False, use_cbor=False)")
RECORD = Seam("ministack.services.cloudformation.provisioners", "_cw_metric_alarm_record", "(name, props)")
SEAMS = (PUT_METRIC_ALARM, PUT_COMPOSITE_ALARM, PARSE_RULE, RULE_REFERENCES, PARAMETER, ERROR, RECORD)

HOUR, DAY, WEEK = 3600, 86_400, 604_800
HIGH_RESOLUTION = (10, 20, 30)
NAME_LENGTH, DESCRIPTION_LENGTH = 255, 1024
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""
RULE_LENGTH = 10_240
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html"""
CHILDREN = 100
"""The same page: "The rule expression of a composite alarm can include as many as 100 underlying alarms". The words of
the error are not on record."""


def install() -> None:
    PUT_METRIC_ALARM.wrap(lambda put: _refusing(put, _metric_alarm_refusal))
    PUT_COMPOSITE_ALARM.wrap(lambda put: _refusing(put, _composite_alarm_refusal))
    RECORD.wrap(_refusing_in_templates)


def window_refusal(period: int, evaluation_periods: int) -> str | None:
    """Why an alarm cannot look back so far: a day, or a week for periods of an hour or more.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html; in the words that users of
    Terraform quote.
    """
    limit, name, periods = (DAY, "day", "< 3600") if period < HOUR else (WEEK, "week", ">= 3600")
    if period * evaluation_periods <= limit:
        return None
    return (
        f"Metrics cannot be checked across more than a {name} (EvaluationPeriods * Period must be <= {limit}) "
        f"for alarms using period {periods}"
    )


def period_refusal(period: int) -> str | None:
    """The words: https://github.com/awsdocs/aws-cloudformation-user-guide/pull/777. Twenty seconds came later."""
    if period in HIGH_RESOLUTION or period % 60 == 0:
        return None
    return "Period must be 10, 20, 30 or a multiple of 60"


def text_refusal(name: str, text: str, longest: int) -> str | None:
    """The words of all AWS services: https://github.com/aws-cloudformation/custom-resource-helper/issues/61."""
    if len(text) <= longest:
        return None
    return (
        f"1 validation error detected: Value '{text}' at '{name}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {longest}"
    )


def _texts_refusal(member) -> str | None:
    return text_refusal("alarmName", member("AlarmName") or "", NAME_LENGTH) or text_refusal(
        "alarmDescription", member("AlarmDescription") or "", DESCRIPTION_LENGTH
    )


def rule_refusal(rule: str) -> str | None:
    """Why the rule of a composite alarm is too large."""
    if len(rule) > RULE_LENGTH:
        return text_refusal("alarmRule", rule, RULE_LENGTH)
    try:
        alarms = set(RULE_REFERENCES.get()(PARSE_RULE.get()(rule)))
    except ValueError:
        # MiniStack says itself what is wrong with it.
        return None
    if len(alarms) > CHILDREN:
        return f"The alarm rule refers to {len(alarms)} alarms, of {CHILDREN} allowed"
    return None


def _refusing(put, refusal):
    def put_alarm(params, cbor_data, is_cbor, is_json=False):
        def member(name: str) -> Any:
            return cbor_data.get(name) if is_cbor or is_json else PARAMETER.get()(params, name)

        reason = refusal(member)
        if reason:
            return ERROR.get()("ValidationError", reason, 400, use_json=is_json, use_cbor=is_cbor)
        return put(params, cbor_data, is_cbor, is_json)

    return put_alarm


def _metric_alarm_refusal(member) -> str | None:
    """What is wrong with a metric alarm."""
    evaluation_periods = int(member("EvaluationPeriods") or 1)
    if int(member("DatapointsToAlarm") or 1) > evaluation_periods:
        # https://github.com/hashicorp/terraform/issues/24070
        return "DatapointsToAlarm must be less than or equal to EvaluationPeriods"
    refusals = (window_refusal(period, evaluation_periods) for period in _periods(member))
    odd_period = period_refusal(int(member("Period") or 0))
    return _texts_refusal(member) or odd_period or next(filter(None, refusals), None)


def _composite_alarm_refusal(member) -> str | None:
    return _texts_refusal(member) or rule_refusal(member("AlarmRule") or "")


def _periods(member) -> Iterator[int]:
    yield int(member("Period") or 0)
    metrics = member("Metrics")
    for query in metrics if isinstance(metrics, list) else []:
        yield int(query.get("MetricStat", {}).get("Period") or query.get("Period") or 0)


def _refusing_in_templates(record_of):
    def record(name, props):
        reason = _metric_alarm_refusal(props.get)
        if reason:
            raise Refusal("CloudWatch", "ValidationError", reason)
        return record_of(name, props)

    return record
