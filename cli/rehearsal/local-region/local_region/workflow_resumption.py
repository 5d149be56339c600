"""A workflow whose process was killed goes on at the state that it was in.

MiniStack runs a workflow from its first state. Here it is given a definition that begins with a state of this name, which
has what the interrupted state was entered with, and leads to it: what was done before is not done again. The interrupted
state itself is, from its beginning, where AWS would go on inside it: a task is done once more, a wait waits anew.

Variables that a state assigned are not in the history. A workflow that assigns any begins again. One that was started by a
version goes on by the definition that the state machine has now.
"""

from __future__ import annotations

import contextvars
import json
import threading
from typing import Any

from .guards import Seam

_STEP_FUNCTIONS = "ministack.services.stepfunctions"
MACHINES = Seam(_STEP_FUNCTIONS, "_state_machines")
RUN = Seam(_STEP_FUNCTIONS, "_run_execution", "(exec_arn)")
FAIL = Seam(_STEP_FUNCTIONS, "_fail_execution", "(execution, error, cause)")
SEAMS = (MACHINES, RUN, FAIL)

GOES_ON = "GoesOnInLocalRegion"

_definition: contextvars.ContextVar[dict[str, str] | None] = contextvars.ContextVar("definition", default=None)
"""The definition to run, by the ARN of the state machine, until it was taken."""


def install() -> None:
    MACHINES.wrap(_with_definition)


def go_on(arn: str, execution: dict[str, Any]) -> None:
    """In the scope of its account and region."""
    if execution.get("sync"):
        # Nobody waits for it any more, and an Express workflow has no history.
        FAIL.get()(execution, "States.Runtime", "the process of the region was killed")
        return
    machine = MACHINES.get().get(execution["stateMachineArn"])
    resumed = machine and resumed_definition(json.loads(machine["definition"]), execution["events"])
    if not resumed:
        execution["events"] = execution["events"][:1]
    context = contextvars.copy_context()
    if resumed:
        context.run(_definition.set, {execution["stateMachineArn"]: json.dumps(resumed)})
    threading.Thread(target=context.run, args=(RUN.get(), arn), daemon=True).start()


def resumed_definition(definition: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, Any] | None:
    """One that begins where the history ends; nothing if it is the beginning anyway, or cannot be told."""
    states = definition.get("States", {})
    entered = [
        event["stateEnteredEventDetails"]
        for event in events
        if event.get("stateEnteredEventDetails", {}).get("name") in states
    ]
    if not entered or _assigns(definition):
        return None
    last = entered[-1]
    begin = {"Type": "Pass", "Result": json.loads(last["input"]), "Next": last["name"], "QueryLanguage": "JSONPath"}
    return definition | {"StartAt": GOES_ON, "States": states | {GOES_ON: begin}}


def _assigns(value: Any) -> bool:
    if isinstance(value, dict):
        return "Assign" in value or any(map(_assigns, value.values()))
    return isinstance(value, list) and any(map(_assigns, value))


def _with_definition(store: Any) -> Any:
    """The same data in a store that gives a workflow that goes on its definition, once."""

    class ResumingStore(type(store)):
        __slots__ = ()

        def get(self, key, default=None):
            record, resumed = super().get(key, default), _definition.get()
            if record and resumed and key in resumed:
                return record | {"definition": resumed.pop(key)}
            return record

    replacement = ResumingStore()
    replacement._data = store._data
    return replacement
