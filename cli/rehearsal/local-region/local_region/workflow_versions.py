"""An execution that is started by a version or an alias runs that version's definition, with its role.

https://docs.aws.amazon.com/step-functions/latest/dg/execution-alias-version-associate.html
MiniStack keeps both, and runs what the state machine is now.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from .guards import Seam

_MODULE = "ministack.services.stepfunctions"
START = Seam(_MODULE, "_start_execution", "(data)")
STATE_MACHINES = Seam(_MODULE, "_state_machines")
VERSIONS = Seam(_MODULE, "_state_machine_versions")
VERSION_OF = Seam(_MODULE, "_execution_version_arn", "(arn)")
SEAMS = (START, STATE_MACHINES, VERSIONS, VERSION_OF)

_running: ContextVar[dict[str, Any] | None] = ContextVar("version that is started or runs", default=None)
SNAPSHOT = ("definition", "roleArn")


def install() -> None:
    STATE_MACHINES.wrap(_versioned_store)
    START.wrap(_starting)


def _starting(start):
    def start_execution(data):
        # The thread that runs it gets a copy of this context.
        version = VERSIONS.get().get(VERSION_OF.get()(data.get("stateMachineArn", "").split("#")[0]))
        token = _running.set(version)
        try:
            return start(data)
        finally:
            _running.reset(token)

    return start_execution


def _versioned_store(store: Any) -> Any:
    """The same data in a store that answers an execution from the version that it runs."""

    class VersionedStore(type(store)):
        __slots__ = ()

        def get(self, key, default=None):
            found, version = super().get(key, default), _running.get()
            if found is None or version is None or version["stateMachineArn"] != key:
                return found
            return found | {name: version[name] for name in SNAPSHOT}

    replacement = VersionedStore()
    replacement._data = store._data
    return replacement
