"""What an exploration and an execution hand back: plain, frozen values that every report is made from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from harness.errors import RaceFound

if TYPE_CHECKING:
    from harness.history.events import History
    from harness.instrument.site import Site

__all__ = ["Execution", "Exploration", "Failure", "FailureKind", "LostUpdate", "Needs", "Verdict"]

FailureKind = Literal["assertion", "exception", "deadlock", "livelock", "lost-update", "data-race"]
Needs = Literal["any CPython", "free-threaded CPython"]
Verdict = Literal["failed", "proved", "not found"]


@dataclass(frozen=True, slots=True)
class LostUpdate:
    """Agent A read a location, B wrote it, A wrote it from the stale read: B's update is gone.

    ``reader``, ``overwritten`` and ``stale`` are indexes of events in the history of the execution it was seen in;
    the names and sites beside them stand on their own.
    """

    location: str  # "job.progress", "jobs['a']"
    reader: str  # name of agent A
    writer: str  # name of agent B, whose update is gone
    read_site: Site | None
    lost_site: Site | None  # where B wrote
    stale_site: Site | None  # where A wrote over it
    read_event: int
    lost_event: int
    stale_event: int

    def __str__(self) -> str:
        return f"{self.location}: {self.writer}'s update was overwritten by {self.reader} from a stale read"


@dataclass(frozen=True, slots=True)
class Failure:
    """What is wrong with one execution.

    Attributes:
        kind: One of :data:`FailureKind`.
        message: One line, or one line per actor for a deadlock.
        place: Where it went wrong, as ``file:line``; two failures of one kind at one place count as the same.
        token: The schedule as a short string, for :func:`harness.replay`.
        schedule_number: Which execution showed it first, counted from 1.
        preemptions: How often its schedule takes the turn from an actor that could have gone on.
        needs: The interpreters on which it is possible; None until it has been decided.
        history: The events of the (shrunk) execution, recorded in detail.
        traceback: The program's own traceback, or ``""``.
        confirmed: Whether it happened on real threads too, see :func:`harness.confirm`; None if that was not tried.
    """

    kind: FailureKind
    message: str
    place: str = ""
    token: str = ""
    schedule_number: int = 0
    preemptions: int = 0
    needs: Needs | None = None
    history: History | None = field(default=None, repr=False, compare=False)
    lost_update: LostUpdate | None = field(default=None, compare=False)
    traceback: str = field(default="", repr=False, compare=False)
    confirmed: bool | None = field(default=None, compare=False)

    def __str__(self) -> str:
        from harness.report.timeline import render_text  # the report stands below results; only printing needs it

        return render_text(self)


@dataclass(slots=True)
class Execution:
    """One run of a program under one schedule. Printed, it is the timeline of its failure."""

    outcome: Any
    failure: Failure | None
    history: History
    lost_updates: list[LostUpdate]
    decisions: int = 0  # points at which more than one actor could go on

    def __str__(self) -> str:
        return str(self.failure) if self.failure is not None else f"passed, and returned {self.outcome!r}"


@dataclass(slots=True)
class Exploration:
    """The result of :func:`harness.explore`. Printed, it is the verdict, and the timeline of the first failure.

    Attributes:
        schedules: Executions made.
        failures: How many of them failed (more than one only with ``stop_on_failure=False``).
        distinct_failures: One shrunk failure per kind and place, in the order found.
        exhausted: Every happens-before class was executed; only then can the verdict be "proved".
        classes: Happens-before classes that an exhaustive search executed, one execution each.
        preemptions: Every schedule with at most so many preemptions was executed; None if that cannot be said.
        outcomes: How often the program returned each value.
        lost_updates: One per distinct (location, sites) seen in any execution.
        lost_update_count: How many were seen in all executions together.
        seconds: Wall time.
    """

    schedules: int = 0
    failures: int = 0
    failure: Failure | None = None
    distinct_failures: list[Failure] = field(default_factory=list, repr=False)
    exhausted: bool = False
    classes: int = 0
    preemptions: int | None = None
    outcomes: Counter[Any] = field(default_factory=Counter, repr=False)
    lost_updates: list[LostUpdate] = field(default_factory=list, repr=False)
    lost_update_count: int = 0
    seconds: float = 0.0
    strategy: str = ""
    seed: int = 0

    @property
    def ok(self) -> bool:
        """No failure was seen. Says nothing about the schedules that were not executed."""
        return self.failure is None

    @property
    def verdict(self) -> Verdict:
        """One of "failed", "proved" (every class executed, none failed) or "not found" (in so many schedules)."""
        if self.failure is not None:
            return "failed"
        return "proved" if self.exhausted else "not found"

    def __str__(self) -> str:
        made = f"{self.schedules:,} schedule{'s' if self.schedules != 1 else ''}, strategy {self.strategy}"
        if self.failure is not None:
            return f"failed in {self.failures:,} of {made}\n{self.failure}"
        if self.exhausted:
            count = self.classes or self.schedules
            return f"proved: {count:,} behaviour{'s' if count != 1 else ''}, every one executed, in {made}"
        return f"not found in {made}: no proof"

    def raise_if_failed(self) -> None:
        """Raise :class:`harness.errors.RaceFound` with the whole report if a failure was found."""
        if self.failure is not None:
            raise RaceFound(str(self.failure))
