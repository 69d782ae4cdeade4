"""What one execution leaves behind, and who makes its decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from harness.model.event import History

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine.actor import Actor
    from harness.model.finding import FailureKind
    from harness.model.schedule import Deviation

__all__ = ["Abandoned", "Decider", "Problem", "Run"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What an execution itself calls wrong; the oracles add theirs later."""

    kind: FailureKind
    message: str
    place: str = ""
    traceback: str = ""


@dataclass(slots=True)
class Run:
    """What one execution leaves behind."""

    outcome: Any = None
    problem: Problem | None = None
    history: History = field(default_factory=History)
    deviations: list[Deviation] = field(default_factory=list)
    preemptions: int = 0
    decisions: int = 0
    stall: float = 0.0
    """The longest time, in seconds, for which an actor that could have gone on had no turn."""
    held_back: bool = False
    """A schedule with a longer stall than the settings allow was not offered."""
    shares_timers: bool = False
    """A thread set or cancelled a timer of a loop that it does not run."""
    unlocked: list[Deviation] = field(default_factory=list)
    """Those deviations that CPython with the GIL cannot make. Empty unless the world watches."""


class Abandoned(Exception):
    """Raised by a decider: the execution repeats an earlier one, and is of no use."""


class Decider(Protocol):
    """Makes the decisions of one execution."""

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        """Who goes on: one of ``enabled``, which is ordered by id and never empty. ``current`` has the turn."""

    def pick(self, current: Actor, count: int) -> int:
        """Which of ``count`` (> 1) ready callbacks a loop takes next; 0 is the one that CPython would take."""
