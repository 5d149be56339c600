"""Faults of services on demand, so that a drill can see a deployment fail wherever it wants.

The next time that CloudFormation creates (updates, reverts, deletes) a resource, the service answers with an internal
error, once, and nothing has happened. "ServiceInternalError: The downstream service returned an internal error,
typically with a 5XX HTTP status code", by
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html.
The form in which CloudFormation tells an error of a handler:
https://github.com/DataDog/datadog-cloudformation-resources/issues/202

A fault with `seconds` fails nothing: the resource takes that long, so that what does not wait for it is seen.
"""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import asdict, dataclass, replace
from typing import Any

from . import cloudformation
from .gateway import BadRequest
from .guards import Seam
from .stack_operations import rolls_back

_STACKS = "ministack.services.cloudformation.stacks"
CREATE = Seam(_STACKS, "_provision_resource", "(resource_type, logical_id, props, stack_name)")
UPDATE = Seam(
    _STACKS,
    "_update_resource",
    "(resource_type, physical_id, old_props, new_props, stack_name, logical_id=None, old_attrs=None)",
)
DELETE = Seam(_STACKS, "_delete_resource", "(resource_type, physical_id, props, stack_name=None, logical_id=None)")
SEAMS = (CREATE, UPDATE, DELETE)

ROUTE = "deployment-faults"
OPERATIONS = ("create", "update", "revert", "delete")
"""To revert a resource is to update it back, in the rollback of an update."""


class InternalError(cloudformation.HandlerError):
    def __init__(self, reason: str, resource_type: str) -> None:
        service = resource_type.split("::")[1]
        super().__init__(
            f"{reason} (Service: {service}, Status Code: 500, Request ID: {uuid.uuid4()})", "ServiceInternalError"
        )


@dataclass(frozen=True)
class Fault:
    stack: str
    resource: str
    """A logical id, or a type: then the first resource of it. What is to be late is named by its type."""
    operation: str = "create"
    reason: str = "Internal Failure"
    seconds: float = 0
    """How late the resource is; if it is, it does not fail."""
    skip: int = 0
    """How many that match come before it."""

    def __post_init__(self) -> None:
        if not all(isinstance(text, str) and text for text in (self.stack, self.resource, self.reason)):
            raise BadRequest('"stack", "resource" and "reason" have to be text')
        if self.operation not in OPERATIONS:
            raise BadRequest(f'"operation" has to be one of {", ".join(OPERATIONS)}')
        if isinstance(self.seconds, bool) or not isinstance(self.seconds, (int, float)) or not 0 <= self.seconds <= 600:
            raise BadRequest('"seconds" has to be a number from 0 to 600')
        if isinstance(self.skip, bool) or not isinstance(self.skip, int) or self.skip < 0:
            raise BadRequest('"skip" has to be a whole number, zero or more')

    def strikes(self, operation: str, stack: str | None, names: tuple[str | None, str]) -> bool:
        return self.operation == operation and self.stack == stack and self.resource in names


class DeploymentFaults:
    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    @property
    def to_come(self) -> list[dict[str, Any]]:
        """Those that have not happened yet."""
        return [asdict(fault) for fault in self._faults]

    def set(self, faults: Any) -> None:
        """Have these, and no others, happen."""
        if not isinstance(faults, list):
            raise BadRequest('"faults" has to be a list')
        try:
            self._faults = [Fault(**fault) for fault in faults]
        except TypeError as error:
            raise BadRequest(f"this is no fault of a deployment: {error}") from error

    def install(self) -> None:
        CREATE.wrap(self._failing_create)
        UPDATE.wrap(self._failing_update)
        DELETE.wrap(self._failing_delete)
        # What is late must not keep the region from everything else.
        cloudformation.WORKER_THREAD.wrap(lambda runs: lambda kind: self._may_be_late(kind) or runs(kind))

    def _may_be_late(self, resource_type: str) -> bool:
        return any(fault.seconds and fault.resource == resource_type for fault in self._faults)

    def _strike(self, operation: str, stack: str | None, logical_id: str | None, resource_type: str) -> None:
        with self._lock:
            names = (logical_id, resource_type)
            struck = next((fault for fault in self._faults if fault.strikes(operation, stack, names)), None)
            if struck and struck.skip > 0:
                self._faults[self._faults.index(struck)] = replace(struck, skip=struck.skip - 1)
                return
            if struck:
                self._faults.remove(struck)
        if struck and struck.seconds:
            time.sleep(struck.seconds)
        elif struck:
            raise InternalError(struck.reason, resource_type)

    def _failing_create(self, create):
        def provision_resource(resource_type, logical_id, props, stack_name):
            self._strike("create", stack_name, logical_id, resource_type)
            return create(resource_type, logical_id, props, stack_name)

        return provision_resource

    def _failing_update(self, update):
        def update_resource(
            resource_type, physical_id, old_props, new_props, stack_name, logical_id=None, old_attrs=None
        ):
            # MiniStack asks for all of the template, and changes what differs.
            if old_props != new_props:
                self._strike(_direction(stack_name), stack_name, logical_id, resource_type)
            return update(resource_type, physical_id, old_props, new_props, stack_name, logical_id, old_attrs)

        return update_resource

    def _failing_delete(self, delete):
        def delete_resource(resource_type, physical_id, props, stack_name=None, logical_id=None):
            self._strike("delete", stack_name, logical_id, resource_type)
            return delete(resource_type, physical_id, props, stack_name, logical_id)

        return delete_resource


def _direction(stack: str) -> str:
    return "revert" if rolls_back(stack) else "update"
