"""EventBridge Pipes from a DynamoDB stream or a queue to an event bus, a queue, a topic or a state machine.

MiniStack keeps pipes, and moves records of streams to topics and state machines, but knows no parameters of a source,
an enrichment or a target: no filter, no template, no retry limit. Here each running pipe has a thread. Batching
windows, parallelization, logs and the encryption of a pipe are stored only, and no failure makes a pipe stop.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from . import cloudformation, pipe_permissions, pipe_sources, pipe_targets, scope
from .cloudformation import Properties
from .guards import Seam
from .permissions import Denied
from .pipe_sources import Event, QueueReader, StreamReader
from .pipe_targets import MOST_AT_ONCE, Failed

_PIPES = "ministack.services.pipes"
PIPES = Seam(_PIPES, "_pipes")
POLL = Seam(_PIPES, "_poll_loop", "()")
EVERY = Seam(_PIPES, "_iter_all_pipes", "()")
CREATE = Seam(_PIPES, "_create_pipe", "(name, body)")
UPDATE = Seam(_PIPES, "_update_pipe", "(name, body)")
DESCRIBE = Seam(_PIPES, "_describe_response", "(pipe)")
INITIAL_POSITION = Seam(_PIPES, "_initial_position", "(pipe)")
SAME_REGION = Seam(_PIPES, "check_same_region", "(*arns)")
ERROR = Seam(_PIPES, "_error", "(status, code, message)")
PATTERN_ERROR = Seam("ministack.services.eventbridge", "_event_pattern_error", "(pattern_str)")
SEAMS = (
    PIPES, POLL, EVERY, CREATE, UPDATE, DESCRIBE, INITIAL_POSITION, SAME_REGION, ERROR, PATTERN_ERROR,
    *pipe_sources.SEAMS, *pipe_targets.SEAMS,
)  # fmt: skip

TYPE = "AWS::Pipes::Pipe"
IDLE_SECONDS = 0.1

_SETTINGS = (
    "SourceParameters", "Enrichment", "EnrichmentParameters", "TargetParameters", "LogConfiguration",
    "KmsKeyIdentifier",
)  # fmt: skip
"""What MiniStack does not keep of a pipe."""

logger = logging.getLogger(__name__)


class Pipes:
    def __init__(self) -> None:
        self._threads: dict[str, threading.Thread] = {}

    def install(self) -> None:
        POLL.wrap(lambda poll: self._supervise)
        CREATE.wrap(_creating)
        UPDATE.wrap(_updating)
        DESCRIBE.wrap(lambda describe: lambda pipe: describe(pipe) | _settings(pipe))
        handler = cloudformation.HANDLERS.get()[TYPE]
        for operation, position in (("create", 1), ("update", 2)):
            handler[operation] = _provisioning(handler[operation], position)

    def _supervise(self) -> None:
        """Give every running pipe a thread. MiniStack calls this on one when the first pipe is made."""
        while True:
            for account, region, pipe in EVERY.get()():
                thread = self._threads.get(pipe["Arn"])
                if pipe["CurrentState"] == "RUNNING" and not (thread and thread.is_alive()):
                    thread = threading.Thread(
                        target=self._run, args=(account, region, pipe), name=f"pipe-{pipe['Name']}", daemon=True
                    )
                    self._threads[pipe["Arn"]] = thread
                    thread.start()
            time.sleep(IDLE_SECONDS)

    def _run(self, account: str, region: str, pipe: dict[str, Any]) -> None:
        with scope.within(account, region):
            while is_running(pipe):
                try:
                    worked = step(pipe)
                except Denied as denied:
                    logger.warning("the pipe %s reads nothing: %s", pipe["Name"], denied)
                    worked = False
                except Exception:
                    logger.exception("the pipe %s failed", pipe["Name"])
                    worked = False
                if not worked:
                    time.sleep(IDLE_SECONDS)


def is_running(pipe: dict[str, Any]) -> bool:
    return PIPES.get().get(pipe["Name"]) is pipe and pipe["CurrentState"] == "RUNNING"


def step(pipe: dict[str, Any]) -> bool:
    """Move one batch; False when there is nothing to move."""

    def attempt(events: list[Event]) -> list[Event]:
        return _attempt(pipe, events)

    pipe_permissions.check_source(pipe)
    if pipe_sources.kind_of(pipe["Source"]) == "aws:sqs":
        return QueueReader(pipe, attempt).step(_batch_size(pipe))
    return StreamReader(pipe, attempt, lambda: is_running(pipe)).step(_batch_size(pipe))


def _attempt(pipe: dict[str, Any], events: list[Event]) -> list[Event]:
    try:
        refused = pipe_targets.deliver(pipe, pipe_targets.enrich(pipe, events))
    except (Failed, Denied) as failure:
        logger.warning("the pipe %s delivered nothing of %s: %s", pipe["Name"], len(events), failure)
        return events
    if refused:
        logger.warning("the target of the pipe %s refused %s of %s", pipe["Name"], len(refused), len(events))
    # What an enrichment returned cannot be traced back to single events.
    return events if refused and pipe.get("Enrichment") else [events[position] for position in refused]


def _batch_size(pipe: dict[str, Any]) -> int:
    default = pipe_sources.DEFAULT_BATCH[pipe_sources.kind_of(pipe["Source"])]
    most = MOST_AT_ONCE[pipe_targets.service_of(pipe["Target"])]
    return min(int(pipe_sources.parameters(pipe).get("BatchSize") or default), most)


def check(body: Properties) -> None:
    """Raise ValueError for what AWS refuses, and for what a local region does not have."""
    source, target, enrichment = body.get("Source", ""), body.get("Target", ""), body.get("Enrichment")
    kind = pipe_sources.kind_of(source)
    if kind is None or pipe_targets.service_of(target) not in MOST_AT_ONCE:
        raise ValueError(f"a local region has no pipes from {source} to {target}")
    if enrichment and pipe_targets.service_of(enrichment) != "lambda":
        raise ValueError(f"a local region has no enrichment by {enrichment}")
    SAME_REGION.get()(source, target, *([enrichment] if enrichment else []))
    if not pipe_sources.exists(source):
        raise ValueError(f"the source {source} does not exist")
    settings = pipe_sources.parameters(body)
    if kind == "aws:dynamodb" and settings.get("StartingPosition") not in ("LATEST", "TRIM_HORIZON"):
        raise ValueError("SourceParameters.DynamoDBStreamParameters needs a StartingPosition")
    most = MOST_AT_ONCE[pipe_targets.service_of(target)]
    if int(settings.get("BatchSize") or 0) > most:
        raise ValueError(f"the target takes at most {most} events at once, and the source is to send more")
    for each in ((body.get("SourceParameters") or {}).get("FilterCriteria") or {}).get("Filters") or []:
        reason = PATTERN_ERROR.get()(each.get("Pattern", ""))
        if reason:
            raise ValueError(f"event pattern is not valid: {reason}")


def _provisioning(operation, position_of_properties: int):
    """A pipe must not run before it has all its settings: it would move what a filter is to hold back."""

    def provision(*arguments):
        arguments = list(arguments)
        properties = arguments[position_of_properties]
        check(properties)
        arguments[position_of_properties] = properties | {"DesiredState": "STOPPED"}
        name, attributes = operation(*arguments)
        _define(PIPES.get()[name], properties)
        return name, attributes

    return provision


def _creating(create):
    def create_pipe(name, body):
        try:
            check(body)
        except ValueError as error:
            return ERROR.get()(400, "ValidationException", str(error))
        answer = create(name, body | {"DesiredState": "STOPPED"})
        if answer[0] == 200:
            pipe = PIPES.get()[name]
            position = pipe_sources.parameters(body).get("StartingPosition")
            pipe["StartingPosition"] = position or pipe["StartingPosition"]
            pipe_sources.POSITIONS.get()[pipe["Arn"]] = INITIAL_POSITION.get()(pipe)
            _define(pipe, body)
        return answer

    return create_pipe


def _updating(update):
    def update_pipe(name, body):
        pipe = PIPES.get().get(name)
        if pipe is not None and any(setting in body for setting in _SETTINGS):
            # An update does not repeat the starting position.
            settings = _settings(pipe) | {key: body[key] for key in _SETTINGS if key in body}
            stream = (settings.get("SourceParameters") or {}).get("DynamoDBStreamParameters")
            if stream is not None:
                stream.setdefault("StartingPosition", pipe["StartingPosition"])
            try:
                check({"Source": pipe["Source"], "Target": body.get("Target") or pipe["Target"], **settings})
            except ValueError as error:
                return ERROR.get()(400, "ValidationException", str(error))
            _keep(pipe, settings)
        return update(name, body)

    return update_pipe


def _define(pipe: dict[str, Any], properties: Properties) -> None:
    _keep(pipe, properties)
    state = "STOPPED" if str(properties.get("DesiredState", "RUNNING")).upper() == "STOPPED" else "RUNNING"
    pipe.update(DesiredState=state, CurrentState=state)


def _keep(pipe: dict[str, Any], properties: Properties) -> None:
    # In this order: its thread may look at any moment, and must not find it without a filter.
    pipe.update(_settings(properties))
    for setting in _SETTINGS:
        if not properties.get(setting):
            pipe.pop(setting, None)


def _settings(properties: Properties) -> Properties:
    return {setting: properties[setting] for setting in _SETTINGS if properties.get(setting)}
