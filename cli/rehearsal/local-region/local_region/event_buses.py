"""EventBridge between regions.

MiniStack drops an event whose target is a bus of another region, lets an event travel over any number of buses, has no
dead-letter queues for targets, invokes a function only once, even if it fails, gives every event the time of the
call, whatever its `Time`, and replays events to all rules, whichever a replay is for.
"""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from typing import Any

from . import async_invocations, event_loop, queues, rule_permissions
from .guards import Seam
from .messages import Message, Rejected
from .outbox import Outbox
from .peers import Peers

_MODULE = "ministack.services.eventbridge"
TO_BUS = Seam(_MODULE, "_dispatch_to_event_bus", "(spec, event, rule, event_path, target_input_payload=None)")
INVOKE_TARGET = Seam(_MODULE, "_invoke_target", "(target, event, rule, view=None)")
DISPATCH = Seam(_MODULE, "_dispatch_event", "(event, view=None)")
ARCHIVE = Seam(_MODULE, "_archive_event", "(event, view=None)")
BUSES = Seam(_MODULE, "_event_buses")
REPLAYS = Seam(_MODULE, "_replays")
ENSURE_DEFAULT_BUS = Seam(_MODULE, "_ensure_default_bus", "()")
TO_FUNCTION = Seam(_MODULE, "_dispatch_to_lambda", "(arn, payload)")
VIEW = Seam(_MODULE, "_pattern_event_view", "(event)")
PARSE_ARN = Seam("ministack.core.arn", "parse_arn", "(value)")
FUNCTION = Seam("ministack.services.lambda_svc", "_get_func_record_for_ref", "(function_ref)")
PUT_EVENTS = Seam(_MODULE, "_put_events", "(data, allow_aws_source=False)")
NOW = Seam(_MODULE, "_now_ts", "()")
TIMESTAMP = Seam(_MODULE, "_coerce_timestamp", "(value)")
JSON_RESPONSE = Seam(_MODULE, "json_response", "(data, status=200, *, content_type='application/x-amz-json-1.0')")
STATE_MACHINE = Seam("ministack.services.stepfunctions", "_resolve_state_machine_arn", "(arn)")
SEAMS = (
    TO_BUS, INVOKE_TARGET, DISPATCH, ARCHIVE, BUSES, REPLAYS, ENSURE_DEFAULT_BUS, TO_FUNCTION, VIEW, PARSE_ARN, FUNCTION,
    PUT_EVENTS, NOW, TIMESTAMP, JSON_RESPONSE, STATE_MACHINE,
)  # fmt: skip

MESSAGE_KIND = "event"
MOST_ENTRIES = 10
"""Of one PutEvents; more are refused."""

_FORWARDED = "_DispatchPath"
"""MiniStack's own mark on an event that a rule passed to another bus of the region."""
_RECEIVED = "_ReceivedFrom"
"""Our mark on an event from another region; only names MiniStack knows reach a target or a pattern."""

_time: ContextVar[float | None] = ContextVar("time", default=None)
"""The `Time` of the entry that is being put."""

logger = logging.getLogger(__name__)


class EventBuses:
    def __init__(self, home: str, peers: Peers, outbox: Outbox) -> None:
        self._home = home
        self._peers = peers
        self._outbox = outbox
        self._target: ContextVar[dict[str, Any]] = ContextVar("target")

    def install(self) -> None:
        TO_BUS.wrap(self._passing_between_regions)
        INVOKE_TARGET.wrap(self._with_dead_letters)
        TO_FUNCTION.wrap(_with_retries)
        NOW.wrap(lambda now: lambda: _time.get() or now())
        PUT_EVENTS.wrap(_keeping_times)
        # Replays, state machines and schedules dispatch on threads of their own.
        DISPATCH.wrap(event_loop.running)

    def receive(self, message: Message) -> None:
        """Put an event that another region sent on its bus here, as it was: id, time and region are the origin's."""
        ENSURE_DEFAULT_BUS.get()()
        bus = message.payload["bus"]
        if bus not in BUSES.get():
            raise Rejected(f"there is no event bus {bus} in {self._home}")
        event = message.payload["event"] | {"EventBusName": bus, _RECEIVED: message.origin}
        DISPATCH.get()(event)
        ARCHIVE.get()(event)

    def rejected(self, peer: str, message: Message, reason: str) -> None:
        """The other region has no such bus: the event goes to the dead-letter queue of the target, if it has one."""
        payload = message.payload
        self.send_to_dead_letters(payload["target"], payload["event"], payload["rule"], f"{peer}: {reason}")

    def _passing_between_regions(self, within_region):
        def dispatch(spec, event, rule, event_path, target_input_payload=None):
            if event.get(_FORWARDED) or event.get(_RECEIVED):
                # AWS does the same: a bus does not pass on what it got from a bus.
                logger.info("event %s came from another bus and is not passed on to %s", event.get("EventId"), spec)
                return
            if spec.region == self._home:
                within_region(spec, event, rule, event_path, target_input_payload)
                return
            target = self._target.get({})
            if spec.region not in self._peers.regions:
                reason = f"this local region has no peer {spec.region}"
                logger.warning("event %s is undeliverable: %s", event.get("EventId"), reason)
                self.send_to_dead_letters(target, event, rule, reason)
                return
            sent = {key: value for key, value in event.items() if key != _FORWARDED}
            if target_input_payload is not None:
                sent["Detail"] = target_input_payload
            self._outbox.add(
                spec.region,
                MESSAGE_KIND,
                spec.account_id,
                {
                    "bus": spec.resource.removeprefix("event-bus/"),
                    "event": sent,
                    # What a dead letter needs, should the other region refuse the event.
                    "target": {key: target[key] for key in ("Arn", "DeadLetterConfig") if key in target},
                    "rule": {"Arn": rule.get("Arn", "")},
                },
            )

        return dispatch

    def _with_dead_letters(self, invoke):
        def invoke_target(target, event, rule, view=None):
            if not _is_for(rule, event):
                return
            token = self._target.set(target)
            try:
                reason = self._why_undeliverable(target.get("Arn", "")) if target.get("DeadLetterConfig") else None
                if reason:
                    self.send_to_dead_letters(target, event, rule, reason)
                else:
                    invoke(target, event, rule, view)
            finally:
                self._target.reset(token)

        return invoke_target

    def _why_undeliverable(self, arn: str) -> str | None:
        spec = PARSE_ARN.get()(arn)
        found = True
        if spec.service == "events":
            is_bus_here = spec.resource.startswith("event-bus/") and spec.region == self._home
            found = not is_bus_here or spec.resource.removeprefix("event-bus/") in BUSES.get()
        elif spec.service == "lambda":
            found = FUNCTION.get()(arn)[0] is not None
        elif spec.service == "sqs":
            found = queues.exists(arn)
        elif spec.service == "states":
            found = STATE_MACHINE.get()(arn) is not None
        return None if found else f"there is no {arn}"

    def send_to_dead_letters(self, target, event, rule, reason: str, error_code: str = "NO_RESOURCE") -> None:
        queue_arn = (target.get("DeadLetterConfig") or {}).get("Arn")
        if not queue_arn or not queues.exists(queue_arn) or not rule_permissions.may_send_to(queue_arn, rule):
            return
        attributes = {
            "RULE_ARN": rule.get("Arn", ""),
            "TARGET_ARN": target.get("Arn", ""),
            "ERROR_CODE": error_code,
            "ERROR_MESSAGE": reason,
        }
        queues.send(queue_arn, json.dumps(VIEW.get()(event).event_with_detail()), attributes)


def _is_for(rule, event) -> bool:
    """https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ReplayDestination.html"""
    replay = REPLAYS.get().get(event["ReplayName"]) if "ReplayName" in event else None
    rules = replay["Destination"].get("FilterArns") if replay else None
    return not rules or rule["Arn"] in rules


def _with_retries(invoke_once):
    def dispatch_to_lambda(arn, payload):
        if not async_invocations.invoke_by_arn(arn, json.loads(payload)):
            invoke_once(arn, payload)

    return dispatch_to_lambda


def _keeping_times(put):
    def put_one(entry, allow_aws_source):
        time = TIMESTAMP.get()(entry.get("Time"))
        token = _time.set(time if isinstance(time, (int, float)) else None)
        try:
            _, _, body = put({"Entries": [entry]}, allow_aws_source)
        finally:
            _time.reset(token)
        return json.loads(body)

    def put_events(data, allow_aws_source=False):
        entries = data.get("Entries", [])
        if len(entries) > MOST_ENTRIES:
            return put(data, allow_aws_source)
        answers = [put_one(entry, allow_aws_source) for entry in entries]
        return JSON_RESPONSE.get()({
            "FailedEntryCount": sum(answer["FailedEntryCount"] for answer in answers),
            "Entries": [answer["Entries"][0] for answer in answers],
        })  # fmt: skip

    return put_events
