"""Where EventBridge Pipes write: an event bus, a queue, a topic or a state machine; and the function that enriches."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from . import aws_api, pipe_permissions, pipe_sources, pipe_templates, queues
from .async_invocations import EXECUTE, FUNCTION
from .event_buses import BUSES
from .guards import Seam
from .pipe_templates import WHOLE_EVENT, NoSuchPath

DELIVER = Seam("ministack.services.pipes", "_deliver_batch", "(pipe, batch)")
SEAMS = (DELIVER,)

MOST_AT_ONCE = {"events": 10, "sqs": 10, "sns": 10, "states": 10_000}
"""The largest batch of each target; a target that is not here there is not in a local region."""


class Failed(Exception):
    """Nothing of a batch was delivered."""


def service_of(arn: str) -> str:
    return arn.split(":")[2] if arn.count(":") >= 5 else ""


def enrich(pipe: dict[str, Any], events: list[Any]) -> list[Any]:
    """What the function returns for the batch; an empty answer lets nothing pass."""
    arn = pipe.get("Enrichment")
    if not arn:
        return events
    template = (pipe.get("EnrichmentParameters") or {}).get("InputTemplate")
    function, config, _ = FUNCTION.get()(arn)
    if function is None:
        raise Failed(f"there is no function {arn}")
    pipe_permissions.check(pipe, arn)
    batch = [_json_or_text(text) for text in _transformed(pipe, template, events)]
    result = EXECUTE.get()(function | {"config": config | {"FunctionArn": arn}}, batch)
    if result.get("error"):
        raise Failed(f"{arn} failed: {result.get('body')}")
    answer = result.get("body")
    if not answer:
        return []
    return answer if isinstance(answer, list) else [answer]


def deliver(pipe: dict[str, Any], events: list[Any]) -> list[int]:
    """Deliver what there is after enrichment, and return the positions of what the target refused."""
    if not events:
        return []
    service = service_of(pipe["Target"])
    if len(events) > MOST_AT_ONCE[service]:
        raise Failed(f"{len(events)} events are more than {pipe['Target']} takes at once")
    texts = _transformed(pipe, (pipe.get("TargetParameters") or {}).get("InputTemplate"), events)
    pipe_permissions.check(pipe, pipe["Target"])
    if service == "events":
        return _to_bus(pipe, events, texts)
    if service == "sqs":
        return _to_queue(pipe, events, texts)
    if not DELIVER.get()(pipe, [_json_or_text(text) for text in texts]):
        raise Failed(f"{pipe['Target']} took nothing")
    return []


def _to_bus(pipe: dict[str, Any], events: list[Any], texts: list[str]) -> list[int]:
    if pipe["Target"].rpartition("event-bus/")[2] not in BUSES.get():
        raise Failed(f"there is no event bus {pipe['Target']}")
    entries: dict[int, dict[str, Any]] = {}
    for position, (event, text) in enumerate(zip(events, texts, strict=True)):
        if _is_json_object(text):
            try:
                entries[position] = _entry(pipe, pipe_sources.readable(event), text)
            except NoSuchPath:
                pass
    refused = [position for position in range(len(events)) if position not in entries]
    if entries:
        answer = aws_api.call("events", "AWSEvents.PutEvents", {"Entries": list(entries.values())})
        answers = zip(entries, answer["Entries"], strict=True)
        refused += [position for position, each in answers if "ErrorCode" in each]
    return sorted(refused)


def _entry(pipe: dict[str, Any], event: Any, text: str) -> dict[str, Any]:
    parameters = (pipe.get("TargetParameters") or {}).get("EventBridgeEventBusParameters") or {}

    def parameter(name: str, default: str) -> str:
        return pipe_templates.parameter(parameters.get(name) or default, event)

    entry = {
        "EventBusName": pipe["Target"],
        "Source": parameter("Source", f"Pipe {pipe['Name']}"),
        "DetailType": parameter("DetailType", f"Event from {pipe_sources.kind_of(pipe['Source'])}"),
        "Detail": text,
        "Resources": [pipe_templates.parameter(each, event) for each in parameters.get("Resources") or []],
    }
    return entry | ({"Time": parameter("Time", "")} if parameters.get("Time") else {})


def _to_queue(pipe: dict[str, Any], events: list[Any], texts: list[str]) -> list[int]:
    parameters = (pipe.get("TargetParameters") or {}).get("SqsQueueParameters") or {}
    refused = []
    for position, (event, text) in enumerate(zip(events, texts, strict=True)):
        try:
            given = {
                name: pipe_templates.parameter(value, pipe_sources.readable(event))
                for name, value in parameters.items()
            }
            queues.send(pipe["Target"], text, **given)
        except queues.NoSuchQueue as error:
            raise Failed(str(error)) from error
        except (NoSuchPath, queues.ERROR.get()):
            refused.append(position)
    return refused


def _transformed(pipe: dict[str, Any], template: str | None, events: list[Any]) -> list[str]:
    if not template:
        return [event if isinstance(event, str) else json.dumps(event) for event in events]
    variables = {
        "aws.pipes.pipe-arn": pipe["Arn"],
        "aws.pipes.pipe-name": pipe["Name"],
        "aws.pipes.source-arn": pipe["Source"],
        "aws.pipes.target-arn": pipe["Target"],
        "aws.pipes.event.ingestion-time": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    } | ({"aws.pipes.enrichment-arn": pipe["Enrichment"]} if pipe.get("Enrichment") else {})
    return [
        pipe_templates.render(
            template,
            pipe_sources.readable(event),
            variables | {"aws.pipes.event": event, WHOLE_EVENT: pipe_sources.readable(event)},
        )
        for event in events
    ]


def _is_json_object(text: str) -> bool:
    return isinstance(_json_or_text(text), dict)


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
