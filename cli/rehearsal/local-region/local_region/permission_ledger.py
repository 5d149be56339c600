"""Which calls were judged by IAM, and how: counted by role, for the report of a rehearsal."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

from .guards import Seam

_EVALUATOR = "ministack.core.iam_evaluator"
ACTION_MATCHES = Seam(_EVALUATOR, "_action_matches", "(request_action, actions, not_actions)")
RESOURCE_MATCHES = Seam(_EVALUATOR, "_resource_matches", "(resource_arn, resources, not_resources)")
ALL_ROLES = Seam("ministack.services.iam", "_roles")
POLICIES = Seam(_EVALUATOR, "_gather_role_policies", "(role_name, account_id)")
SEAMS = (ACTION_MATCHES, RESOURCE_MATCHES, ALL_ROLES, POLICIES)


class PermissionLedger:
    """By role, or by service where one acts in its own name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._allowed: Counter[tuple[str, str, str]] = Counter()
        self._denied: Counter[tuple[str, str]] = Counter()

    def allowed(self, who: str, action: str, resource: str, once: bool = False) -> None:
        with self._lock:
            call = (who, action, resource)
            self._allowed[call] += 0 if once and self._allowed[call] else 1

    def denied(self, who: str, message: str) -> None:
        with self._lock:
            self._denied[who, message] += 1

    def clear(self) -> None:
        with self._lock:
            self._allowed.clear()
            self._denied.clear()

    def report(self, account: str) -> dict[str, Any]:
        """The sums by name, the denials, and what each role was never seen to need."""
        with self._lock:
            allowed, denied = dict(self._allowed), dict(self._denied)
        checked: Counter[str] = Counter()
        for (who, *_), times in [*allowed.items(), *denied.items()]:
            checked[who] += times
        return {
            "checked": dict(checked),
            "denied": [
                {"who": who, "message": message, "times": times} for (who, message), times in denied.items()
            ],
            "unused": {
                role: unused
                for role in ALL_ROLES.get()
                if (unused := _unused(POLICIES.get()(role, account), [call[1:] for call in allowed if call[0] == role]))
            },
        }


def _unused(policies: list[list[Any]], calls: list[tuple[str, str]]) -> list[str]:
    """The actions of each statement that no call was allowed by."""
    return sorted({
        f"{action} on {', '.join(statement.resources)}"
        for statements in policies
        for statement in statements
        if statement.effect == "Allow"
        for action in statement.actions
        if not any(
            ACTION_MATCHES.get()(called, [action], [])
            and RESOURCE_MATCHES.get()(resource, statement.resources, statement.not_resources)
            for called, resource in calls
        )
    })  # fmt: skip
