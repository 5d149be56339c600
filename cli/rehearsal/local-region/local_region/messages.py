"""What one region sends to another."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any


@dataclass(frozen=True)
class Message:
    kind: str
    """Which part of the receiving region handles it."""
    account: str
    origin: str
    """The region that sent it."""
    payload: dict[str, Any]
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(value: dict[str, Any]) -> Message:
        return Message(**value)


class Outcome(str, Enum):
    """What the receiver says about one message."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    """It can never be applied here; sending it again is pointless."""
    FAILED = "failed"
    """It was not applied; send it again later."""


class Rejected(Exception):
    """Raised by a handler for a message that it can never apply, such as an event to a bus that does not exist."""
