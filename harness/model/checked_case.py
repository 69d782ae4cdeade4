"""One thing that was checked, and what is wrong with it: what SARIF, JUnit and annotations are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.model.record import ExplorationRecord

__all__ = ["Case", "Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a check is red.

    Attributes:
        rule: Names the kind of reason: ``"race"``, ``"proof-lost"``.
        text: The reason, in one line.
        command: What shows it, for a shell.
    """

    rule: str
    text: str
    command: str = ""

    def __str__(self) -> str:
        return f"{self.text}: {self.command}" if self.command else self.text


@dataclass(frozen=True, slots=True)
class Case:
    """One program, test, scenario or bench.

    Attributes:
        name: Its label.
        kind: ``"program"``, ``"test"``, ``"scenario"`` or ``"bench"``.
        record: What its exploration found; None for a bench, or if it could not be explored.
        problems: Why it is red; empty if it is not.
        doubt: Why nothing can be said; ``""`` if something can.
    """

    name: str
    kind: str
    record: ExplorationRecord | None = None
    problems: tuple[Problem, ...] = ()
    doubt: str = ""
