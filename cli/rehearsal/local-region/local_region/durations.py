"""Which durations of an app are short here, as its description declares them: nothing else of the app is scaled.

The file has the names of environment variables that hold seconds, by function, and the names of schedules: rules with a
rate, and schedules of EventBridge Scheduler. What has no literal name in its template is `<stack>/<logical id>`. A name
may hold `*`, which no name on AWS can.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

FORM = '{"environment": {"<function>": ["<variable>"]}, "schedules": ["<rule or schedule>"]}'


@dataclass(frozen=True)
class Durations:
    environment: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Variables that hold seconds, by function."""
    schedules: tuple[str, ...] = ()

    def holds_seconds(self, variable: str, functions: Iterable[str]) -> bool:
        """Whether a variable of the function, which goes by any of these names, is a duration."""
        return any(
            _matches(variable, variables)
            for declared, variables in self.environment.items()
            for name in functions
            if fnmatchcase(name, declared)
        )

    def has_schedule(self, names: Iterable[str]) -> bool:
        """Whether the rate of the schedule, which goes by any of these names, is one."""
        return any(_matches(name, self.schedules) for name in names)


def read(path: Path) -> Durations:
    """Raises ValueError, with what is wrong."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}") from error
    if not isinstance(content, dict) or set(content) - {"environment", "schedules"}:
        raise ValueError(f"{path} is not {FORM}")
    environment, schedules = content.get("environment", {}), content.get("schedules", [])
    if not isinstance(environment, dict) or not all(map(_are_names, (*environment.values(), schedules))):
        raise ValueError(f"{path} is not {FORM}")
    return Durations({name: tuple(variables) for name, variables in environment.items()}, tuple(schedules))


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
