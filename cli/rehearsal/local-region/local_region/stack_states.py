"""States of a stack in which AWS refuses an operation.

A stack whose creation failed can only be deleted, by
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html.
MiniStack makes change sets in any state, and puts a new stack in the place of one that rolled back.
The words of an update: https://github.com/aws/aws-cli/issues/6216, of a creation:
https://github.com/compose-x/ecs_composex/issues/785.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .guards import Seam

_HANDLERS = "ministack.services.cloudformation.handlers"
OPERATIONS = Seam(_HANDLERS, "_ACTION_HANDLERS")
RESOLVE = Seam(_HANDLERS, "_resolve_stack", "(stack_name)")
PARAMETER = Seam("ministack.services.cloudformation.helpers", "_p", "(params, key, default='')")
ERROR = Seam("ministack.services.cloudformation.helpers", "_error", "(code, message, status=400)")
SEAMS = (OPERATIONS, RESOLVE, PARAMETER, ERROR)

_NOT_UPDATABLE = re.compile(r"^(?!REVIEW_).*(_IN_PROGRESS|ROLLBACK_FAILED|DELETE_FAILED)$|^ROLLBACK_COMPLETE$")

Check = Callable[[dict[str, Any]], tuple[str, str] | None]
"""The code and the message of the refusal of a request, if it is refused."""


def install() -> None:
    _before("UpdateStack", _refuse_update)
    _before("CreateStack", _refuse_creation)
    _before("CreateChangeSet", _refuse_change_set)


def _before(operation: str, check: Check) -> None:
    proceed = OPERATIONS.get()[operation]

    def checked(params):
        refusal = check(params)
        return ERROR.get()(*refusal) if refusal else proceed(params)

    OPERATIONS.get()[operation] = checked


def _refuse_update(params: dict[str, Any]) -> tuple[str, str] | None:
    stack = _existing(params)
    if stack and _NOT_UPDATABLE.match(stack["StackStatus"]):
        return "ValidationError", f"Stack:{stack['StackId']} is in {stack['StackStatus']} state and can not be updated."
    return None


def _refuse_creation(params: dict[str, Any]) -> tuple[str, str] | None:
    stack = _existing(params)
    return ("AlreadyExistsException", f"Stack [{stack['StackName']}] already exists") if stack else None


def _refuse_change_set(params: dict[str, Any]) -> tuple[str, str] | None:
    kind, name = (PARAMETER.get()(params, key) for key in ("ChangeSetType", "ChangeSetName"))
    if kind != "CREATE":
        return _refuse_update(params)
    stack = _existing(params)
    if stack is None or stack["StackStatus"] == "REVIEW_IN_PROGRESS":
        return None
    taken = f"Stack [{stack['StackName']}] already exists"
    return "ValidationError", f"{taken} and cannot be created again with the changeSet [{name}]."


def _existing(params: dict[str, Any]) -> dict[str, Any] | None:
    stack = RESOLVE.get()(PARAMETER.get()(params, "StackName"))
    return stack if stack and stack["StackStatus"] != "DELETE_COMPLETE" else None
