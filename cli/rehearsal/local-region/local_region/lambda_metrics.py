"""Metrics of all invocations of functions, whoever invokes them.

MiniStack publishes those of direct invocations, by function name. Lambda publishes each of Invocations, Errors,
Duration and Throttles for the function, for the version or alias that was invoked, for the version that an alias chose,
and for all functions together: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html,
https://github.com/awsdocs/aws-lambda-developer-guide/blob/main/doc_source/monitoring-metrics.md
What they count: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html. An error is what the
function throws, or its timeout; a response with the status code 500 is none. What is throttled has not been invoked.

Here they are published at once, not every minute, with the time at which the invocation ended.
"""

from __future__ import annotations

import functools
import math
import time
from typing import Any

from . import event_loop
from .guards import Seam
from .lambda_errors import EXECUTE as EXECUTE_NODE

_LAMBDA = "ministack.services.lambda_svc"
_CLOUDWATCH = "ministack.services.cloudwatch"
EXECUTE = Seam(_LAMBDA, "_execute_function", "(func, event)")
FOREIGN = Seam(_LAMBDA, "_function_config_scope_mismatch", "(config)")
EMIT = Seam(_LAMBDA, "_emit_lambda_metrics", "(function_name, duration_ms, error, throttle)")
BUCKET = Seam(_CLOUDWATCH, "_metric_bucket", "(key)")
DIMENSIONS_KEY = Seam(_CLOUDWATCH, "_dims_key", "(dims)")
SEAMS = (EXECUTE, FOREIGN, EMIT, BUCKET, DIMENSIONS_KEY)

NAMESPACE = "AWS/Lambda"
MOST_POINTS = 2000
"""Of one metric, the oldest go: half an hour of a function that is invoked every second."""

_RAN_FOR = "local_region_milliseconds"

Dimensions = dict[str, str]


def install() -> None:
    """Before `lambda_concurrency`, so that the time an invocation waits for its turn is no part of its duration."""
    EMIT.wrap(lambda emit: lambda *arguments, **options: None)
    EXECUTE_NODE.wrap(_measuring)
    EXECUTE.wrap(_publishing)


def dimensions(arn: str, version: str) -> list[Dimensions]:
    """What an invocation by that ARN counts for; `version` is the one that ran."""
    name, _, qualifier = arn.split(":", 6)[6].partition(":")
    sets = [{}, {"FunctionName": name}]
    if qualifier:
        sets.append({"FunctionName": name, "Resource": f"{name}:{qualifier}"})
    if qualifier and qualifier not in (version, "$LATEST"):
        sets.append(sets[-1] | {"ExecutedVersion": version})
    return sets


def _measuring(execute):
    def execute_function(func, event, request_id):
        started = time.monotonic()
        result = execute(func, event, request_id)
        return result | {_RAN_FOR: _milliseconds_since(started)}

    return execute_function


def _publishing(execute):
    @functools.wraps(execute)
    def execute_function(func, event):
        config = func.get("config") or func
        if FOREIGN.get()(config):
            # MiniStack comes back to this function within the right region.
            return execute(func, event)
        started = time.monotonic()
        result = execute(func, event)
        duration = result.pop(_RAN_FOR, None) or _milliseconds_since(started)
        event_loop.soon(_publish, config, _values(result, duration))
        return result

    return execute_function


def _values(result: dict[str, Any], duration: float) -> dict[str, float]:
    if result.get("throttle"):
        return {"Throttles": 1}
    return {"Invocations": 1, "Errors": 1 if result.get("error") else 0, "Throttles": 0, "Duration": duration}


def _publish(config: dict[str, Any], values: dict[str, float]) -> None:
    for found in dimensions(config["FunctionArn"], config.get("Version") or "$LATEST"):
        for name, value in values.items():
            points = BUCKET.get()((NAMESPACE, name, DIMENSIONS_KEY.get()(found)))
            add_point(points, value, "Milliseconds" if name == "Duration" else "Count", found)


def add_point(points: list[dict[str, Any]], value: float, unit: str, of: Dimensions) -> None:
    """Add a value; equal ones of a second are one point with a count."""
    now = time.time()
    for point in reversed(points):
        if point["Timestamp"] < math.floor(now):
            break
        if point["Value"] == value:
            point["Count"] = point.get("Count", 1.0) + 1
            return
    points.append({"Timestamp": now, "Value": float(value), "Unit": unit, "Dimensions": of})
    del points[:-MOST_POINTS]


def _milliseconds_since(started: float) -> int:
    return math.ceil((time.monotonic() - started) * 1000)
