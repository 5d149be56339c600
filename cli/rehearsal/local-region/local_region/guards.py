"""Refuse to start on a MiniStack other than the one whose private functions this package was written against.

MiniStack has no plugin interface, so a few of its private functions are replaced. Each is declared as a `Seam`
with the signature it had; a release that renames or reshapes one is reported by name instead of failing later,
in the middle of a deployment.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

MINISTACK_VERSION = "1.5.33"


class UnexpectedMiniStack(Exception):
    """MiniStack is not the release, or does not have the parts, that this package relies on."""


@dataclass(frozen=True)
class Seam:
    """One private name of MiniStack that this package relies on."""

    module: str
    name: str
    signature: str | None = None
    """None for a store or a constant."""

    def problem(self) -> str | None:
        try:
            found = self.get()
        except (ImportError, AttributeError) as error:
            return f"{self.module}.{self.name} is missing ({error})"
        if self.signature is not None:
            if not callable(found):
                return f"{self.module}.{self.name} is no function any more"
            signature = _shape(found)
            if signature != self.signature:
                return f"{self.module}.{self.name} takes {signature}, expected {self.signature}"
        return None

    def get(self) -> Any:
        return getattr(importlib.import_module(self.module), self.name)

    def wrap(self, wrapper: Callable[[Any], Any]) -> None:
        """Replace the function by what `wrapper` makes of it."""
        setattr(importlib.import_module(self.module), self.name, wrapper(self.get()))


def check(seams: Iterable[Seam], installed_version: Callable[[str], str] = version) -> None:
    """Raise `UnexpectedMiniStack` naming everything that is not as expected."""
    try:
        found = installed_version("ministack")
    except PackageNotFoundError:
        found = "not installed"
    problems = [] if found == MINISTACK_VERSION else [f"ministack is {found}, expected {MINISTACK_VERSION}"]
    problems += [problem for problem in (seam.problem() for seam in seams) if problem]
    if problems:
        raise UnexpectedMiniStack("; ".join(problems))


def _shape(function: Callable[..., Any]) -> str:
    """The parameters without annotations, which change more often than the meaning does."""
    parameters = inspect.signature(function).parameters.values()
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in parameters]
    return str(inspect.Signature(bare))
