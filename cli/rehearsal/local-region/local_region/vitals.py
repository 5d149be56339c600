"""How a region is at this moment, for who watches: cheap enough to be asked twice a second."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from .alarm_evaluation import ALARMS
from .guards import Seam
from .outbox import Outbox
from .taken_names import BUSES, COMPOSITE_ALARMS, FUNCTIONS, QUEUE_RECORDS, SCHEDULES

EXECUTIONS = Seam("ministack.services.stepfunctions", "_executions")
TARGETS = Seam("ministack.services.eventbridge", "_targets")
TOPICS = Seam("ministack.services.sns", "_topics")
PIPES = Seam("ministack.services.pipes", "_pipes")
WRITE_LOG = Seam(
    "ministack.services.lambda_svc",
    "_emit_lambda_logs",
    "(func, request_id, log_text, error, duration_ms, *, log_source=None)",
)
SEAMS = (EXECUTIONS, TARGETS, TOPICS, PIPES, WRITE_LOG)

ROUTE = "vitals"

TAKEOVERS = "Takeovers"
"""The metric of the library's sweepers, in the embedded metric format."""
NAMESPACE = "cdk-multi-region"

SECONDS_BETWEEN_LOOKS_AT_SETTINGS = 5.0


class Vitals:
    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._takeovers = 0
        self._dead_letter_arns: set[str] = set()
        self._looked_at: float | None = None

    def install(self) -> None:
        WRITE_LOG.wrap(self._reading)

    def now(self, peers: list[str]) -> dict[str, Any]:
        states = [execution.get("status") for execution in _values(EXECUTIONS)]
        running = states.count("RUNNING")
        return {
            "replication": self._outbox.backlog(peers),
            "openWorkflows": running,
            "endedWorkflows": len(states) - running,
            "takeovers": self._takeovers,
            "deadLetters": self._dead_letters(),
            "alarms": sorted(
                name
                for store in (ALARMS, COMPOSITE_ALARMS)
                for (_, _, name), alarm in store.get().all_items()
                if alarm.get("StateValue") == "ALARM"
            ),
        }

    def _dead_letters(self) -> int:
        now = time.monotonic()
        if self._looked_at is None or now - self._looked_at > SECONDS_BETWEEN_LOOKS_AT_SETTINGS:
            self._dead_letter_arns, self._looked_at = set(dead_letter_arns()), now
        return sum(
            len(queue["messages"])
            for queue in _values(QUEUE_RECORDS)
            if queue["attributes"].get("QueueArn") in self._dead_letter_arns
        )

    def _reading(self, write):
        def emit_lambda_logs(func, request_id, log_text, error, duration_ms, *, log_source=None):
            self._takeovers += takeovers_in(log_text)
            write(func, request_id, log_text, error, duration_ms, log_source=log_source)

        return emit_lambda_logs


def takeovers_in(log: str) -> int:
    """By the lines that CloudWatch makes metrics of,
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html"""
    if not log or f'"{TAKEOVERS}"' not in log:
        return 0
    return sum(map(_takeovers_of, log.splitlines()))


def _takeovers_of(line: str) -> int:
    try:
        content = json.loads(line[line.index("{") :])
        namespaces = [one["Namespace"] for one in content["_aws"]["CloudWatchMetrics"]]
        return int(content[TAKEOVERS]) if NAMESPACE in namespaces else 0
    except (ValueError, KeyError, TypeError):
        return 0


def dead_letter_arns() -> Iterator[str]:
    """The queues that get what could not be delivered, by the settings of all that delivers."""
    for queue in _values(QUEUE_RECORDS):
        yield from _named_in(_decoded(queue["attributes"].get("RedrivePolicy")))
    for function in _values(FUNCTIONS):
        yield from _named_in(function.get("event_invoke_configs"))
        yield from _named_in((function.get("config") or {}).get("DeadLetterConfig"))
    for topic in _values(TOPICS):
        for subscription in topic.get("subscriptions") or []:
            yield from _named_in(_decoded((subscription.get("attributes") or {}).get("RedrivePolicy")))
    for store in (TARGETS, BUSES, SCHEDULES, PIPES):
        for record in _values(store):
            yield from _named_in(record, within=False)


def _named_in(value: Any, within: bool = True) -> Iterator[str]:
    """ARNs that are in a setting of that kind, however deep it is."""
    if isinstance(value, dict):
        for key, inner in list(value.items()):
            yield from _named_in(inner, within or key in ("DeadLetterConfig", "OnFailure"))
    elif isinstance(value, list):
        for inner in value:
            yield from _named_in(inner, within)
    elif within and isinstance(value, str) and value.startswith("arn:") and ":sqs:" in value:
        yield value


def _decoded(policy: Any) -> Any:
    try:
        return json.loads(policy) if isinstance(policy, str) and policy else policy
    except ValueError:
        return None


def _values(store: Seam) -> list[Any]:
    return [value for _, value in store.get().all_items()]
