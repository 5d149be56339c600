"""Resource types for the emulator's CloudFormation engine."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from .guards import Seam, UnexpectedMiniStack

HANDLERS = Seam("ministack.services.cloudformation.provisioners", "_RESOURCE_HANDLERS")
PHYSICAL_NAME = Seam(
    "ministack.services.cloudformation.provisioners",
    "_physical_name",
    "(stack_name, logical_id, *, lowercase=False, max_len=128, seeded=True)",
)
WORKER_THREAD = Seam("ministack.services.cloudformation.stacks", "_runs_on_worker_thread", "(resource_type)")
SEAMS = (HANDLERS, PHYSICAL_NAME, WORKER_THREAD)

Properties = dict[str, Any]
Provisioned = tuple[str, dict[str, Any]]
"""What `Ref` and `Fn::GetAtt` return."""


class HandlerError(Exception):
    """What CloudFormation says when the handler of a resource fails."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(
            f'Resource handler returned message: "{message}" (RequestToken: {uuid.uuid4()}, HandlerErrorCode: {code})'
        )


class ResourceType(ABC):
    """One resource type. Its methods run on a worker thread, so they may wait for an answer."""

    name: str

    @abstractmethod
    def create(self, properties: Properties, generated_name: str) -> Provisioned: ...

    @abstractmethod
    def update(self, physical_id: str, old: Properties, new: Properties, generated_name: str) -> Provisioned: ...

    @abstractmethod
    def delete(self, physical_id: str, properties: Properties) -> None: ...


def install(types: Iterable[ResourceType]) -> None:
    """Add types that MiniStack lacks. One that it has by now is reported, so that ours gets dropped."""
    handlers = HANDLERS.get()
    for resource_type in types:
        if resource_type.name in handlers:
            raise UnexpectedMiniStack(f"ministack provides {resource_type.name} itself")
        handlers[resource_type.name] = _handler(resource_type)
        run_on_worker_thread(resource_type.name)


def run_on_worker_thread(name: str) -> None:
    """Keep the event loop free while a handler waits: the region it waits for may at this moment wait for us."""
    WORKER_THREAD.wrap(lambda runs: lambda resource_type: resource_type == name or runs(resource_type))


def _handler(resource_type: ResourceType) -> dict[str, Any]:
    def generated_name(logical_id: str, stack_name: str) -> str:
        return PHYSICAL_NAME.get()(stack_name, logical_id, max_len=48)

    def create(logical_id: str, properties: Properties, stack_name: str) -> Provisioned:
        return resource_type.create(properties, generated_name(logical_id, stack_name))

    def update(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> Provisioned:
        return resource_type.update(physical_id, old, new, generated_name(logical_id, stack_name))

    return {"create": create, "update": update, "update_with_logical_id": True, "delete": resource_type.delete}
