"""What EventBridge Pipes make of `<$.path>` in an input template, and of `$.path` as a target parameter.

In a JSON string a value stands as it is, unescaped, and an object or array without its quotes; elsewhere it is JSON. A
template without any double quotes is plain text. A path that leads nowhere leaves nothing behind: a string becomes
shorter, and JSON with an unquoted placeholder becomes invalid, so that an event bus refuses it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\*)\]")
_PATH = re.compile(r"\$(?:\.[^.\[\]]+|\[(?:\d+|\*)\])*")
_PLACEHOLDER = re.compile(r"<(\$[^<>]*|aws\.pipes\.[^<>]*)>")
_STRING_OR_PLACEHOLDER = re.compile(r'"(?:\\.|[^"\\])*"|' + _PLACEHOLDER.pattern)

WHOLE_EVENT = "aws.pipes.event.json"
"""The one variable that keeps its quotes in a string."""


class NoSuchPath(Exception):
    """A path that leads nowhere in the event."""


def is_path(value: str) -> bool:
    return _PATH.fullmatch(value) is not None


def value_at(path: str, event: Any) -> Any:
    """What the path leads to; with a wildcard, the list of all that it leads to. Raises `NoSuchPath`."""
    if not is_path(path):
        raise NoSuchPath(path)
    found, many = [event], False
    for key, index in _STEP.findall(path):
        many = many or "*" in (key, index)
        found = [value for parent in found for value in _children(parent, key, index)]
    if not found:
        raise NoSuchPath(path)
    return found if many else found[0]


def parameter(value: str, event: Any) -> str:
    """A target parameter: a constant, or as a whole a path into the event. Raises `NoSuchPath`."""
    return _text(value_at(value, event)) if value.startswith("$") else value


def render(template: str, event: Any, variables: Mapping[str, Any]) -> str:
    """The template with the event, and the pipe's variables, filled in."""

    def in_string(match: re.Match[str]) -> str:
        return _value(match[1], event, variables, quoted=True)

    def anywhere(match: re.Match[str]) -> str:
        if match[1] is None:
            return _PLACEHOLDER.sub(in_string, match[0])
        return _value(match[1], event, variables, quoted=False)

    if '"' not in template:
        return _PLACEHOLDER.sub(in_string, template)
    return _STRING_OR_PLACEHOLDER.sub(anywhere, template)


def _value(name: str, event: Any, variables: Mapping[str, Any], quoted: bool) -> str:
    try:
        value = value_at(name, event) if name.startswith("$") else variables[name]
    except (NoSuchPath, KeyError):
        return ""
    if not quoted or name == WHOLE_EVENT:
        return json.dumps(value)
    return _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value).replace('"', "")


def _children(parent: Any, key: str, index: str) -> list[Any]:
    if "*" in (key, index):
        return list(parent.values()) if isinstance(parent, dict) else list(parent) if isinstance(parent, list) else []
    if isinstance(parent, dict) and key in parent:
        return [parent[key]]
    if isinstance(parent, list) and index and int(index) < len(parent):
        return [parent[int(index)]]
    return []
