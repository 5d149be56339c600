"""Times that are long on AWS, made short here: rates, and what functions are told in seconds.

A schedule of a minute, or a takeover after five, would make every rehearsal as long. With a scale of 10, a rate of one
minute is one of 6 seconds, and an environment variable whose name ends with `_SECONDS` says a tenth of what the template
says. The periods of alarms and the intervals of CodeDeploy are scaled as well, see `alarm_evaluation` and
`code_deploy`. Nothing else is.
"""

from __future__ import annotations

from .cloudformation import HANDLERS
from .schedules import RATE_SECONDS

SUFFIX = "_SECONDS"


def install(scale: float) -> None:
    RATE_SECONDS.wrap(lambda parse: lambda expression: _scaled_rate(parse(expression), scale))
    function = HANDLERS.get()["AWS::Lambda::Function"]
    create, update = function["create"], function["update"]

    def scaled_create(logical_id, properties, stack):
        return create(logical_id, scaled(properties, scale), stack)

    def scaled_update(physical_id, old, new, *rest):
        return update(physical_id, scaled(old, scale), scaled(new, scale), *rest)

    function |= {"create": scaled_create, "update": scaled_update}


def scaled(properties: dict, scale: float) -> dict:
    variables = (properties.get("Environment") or {}).get("Variables") or {}
    changed = {name: f"{float(value) / scale:g}" for name, value in variables.items() if name.endswith(SUFFIX)}
    if not changed:
        return properties
    return properties | {"Environment": {"Variables": variables | changed}}


def _scaled_rate(seconds: float | None, scale: float) -> float | None:
    return None if seconds is None else seconds / scale
