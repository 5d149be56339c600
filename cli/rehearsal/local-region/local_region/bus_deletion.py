"""An event bus that has rules stays.

"All rules associated with this event bus need to be deleted", by
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html. An archive has a rule of its own,
by https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive-delete.html. MiniStack deletes the rules instead,
and its archives have none.
The code and the words: https://github.com/anomalyco/sst/issues/4325
"""

from __future__ import annotations

from typing import Any

from . import cloudformation, refusals
from .guards import Seam

_EVENTS = "ministack.services.eventbridge"
DELETE_BUS = Seam(_EVENTS, "_delete_event_bus", "(data)")
BUSES = Seam(_EVENTS, "_event_buses")
RULES = Seam(_EVENTS, "_rules")
ARCHIVES = Seam(_EVENTS, "_archives")
SEAMS = (DELETE_BUS, BUSES, RULES, ARCHIVES)

TYPE = "AWS::Events::EventBus"


def install() -> None:
    refusals.before(DELETE_BUS, lambda data: _check(data.get("Name")))
    handler = cloudformation.HANDLERS.get()[TYPE]
    delete = handler["delete"]

    def delete_bus(physical_id: str, properties: dict[str, Any]) -> None:
        _check(physical_id)
        delete(physical_id, properties)

    handler["delete"] = delete_bus


def _check(name: str | None) -> None:
    bus = BUSES.get().get(name)
    if bus and (
        any(rule.get("EventBusName") == name for rule in RULES.get().values())
        or any(archive["EventSourceArn"] == bus["Arn"] for archive in ARCHIVES.get().values())
    ):
        message = "EventBus can't be deleted since it has rules."
        raise refusals.Refusal("EventBridge", "ValidationException", message)
