"""What an exploration and an execution hand back: plain, frozen values that every report is made from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from harness.model.border import safe_repr
from harness.model.errors import RaceFound
from harness.model.finding import Focus
from harness.model.options import Options
from harness.model.scope import Scope

if TYPE_CHECKING:
    from harness.model.event import History
    from harness.model.finding import FailureKind, LostUpdate

__all__ = [
    "ANY_CPYTHON", "FREE_THREADED", "FREE_THREADED_SO_FAR", "Execution", "Exploration", "Failure", "Needs", "Stopped",
    "Verdict",
]  # fmt: skip

Needs = Literal["any CPython", "free-threaded CPython", "free-threaded CPython, as far as was searched"]
ANY_CPYTHON: Final = "any CPython"
FREE_THREADED: Final = "free-threaded CPython"
"""No schedule that is possible with the GIL fails in this way: all were executed."""
FREE_THREADED_SO_FAR: Final = "free-threaded CPython, as far as was searched"
Verdict = Literal["failed", "proved", "not found"]
Stopped = Literal["", "time limit", "interrupt"]


@dataclass(frozen=True, slots=True)
class Failure:
    """What is wrong with one execution.

    Attributes:
        kind: ``"assertion"``, ``"exception"``, ``"deadlock"``, ``"livelock"``, or the name of an oracle.
        message: One line, or one line per actor for a deadlock.
        place: Where it went wrong, as ``file:line``; two failures of one kind at one place count as the same.
        token: The schedule as a short string, for :func:`harness.replay`.
        schedule_number: Which execution showed it first, counted from 1.
        preemptions: How often its schedule takes the turn from an actor that could have gone on.
        needs: On which interpreters it is possible: ``"any CPython"``; ``"free-threaded CPython"``, if the same failure
            was searched for in vain among all schedules that are possible with the GIL; or, if a limit ended that
            search, ``"free-threaded CPython, as far as was searched"``. None until it has been decided.
        stall: Seconds for which a thread that could go on must have no turn; 0 if no such wait is needed.
        history: The events of the (shrunk) execution, recorded in detail.
        focus: Those on which it turns.
        traceback: The program's own traceback, or ``""``.
        confirmed: Whether it happened on real threads too, see :func:`harness.confirm`; None if that was not tried.

    ``str`` of it is the report with its timeline, ``repr`` one short line; a notebook shows the page.
    """

    kind: FailureKind
    message: str
    place: str = ""
    token: str = ""
    schedule_number: int = field(default=0, repr=False)
    preemptions: int = field(default=0, repr=False)
    needs: Needs | None = None
    stall: float = 0.0
    history: History | None = field(default=None, repr=False, compare=False)
    focus: Focus = field(default=Focus(), repr=False, compare=False)
    lost_update: LostUpdate | None = field(default=None, repr=False, compare=False)
    traceback: str = field(default="", repr=False, compare=False)
    confirmed: bool | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        from harness.report.timeline import render_text  # the report stands below results; only printing needs it

        return render_text(self)

    def _repr_html_(self) -> str:
        from harness.report.html.notebook import notebook_html

        return notebook_html(Exploration(schedules=1, failures=1, distinct_failures=(self,)))


@dataclass(frozen=True, slots=True)
class Execution:
    """One run of a program under one schedule.

    ``print`` it: the report with its timeline if it failed, or else one line. ``repr`` is short.

    Attributes:
        outcome: What the program returned; None if it failed.
        failure: What is wrong with it, or None.
        history: Its events; recorded in detail, with values and lines.
        lost_updates: Those seen in it, whether or not they count as a failure.
        decisions: Points at which more than one actor could go on.
    """

    outcome: Any
    failure: Failure | None
    history: History
    lost_updates: tuple[LostUpdate, ...]
    decisions: int = 0

    def __str__(self) -> str:
        if self.failure is not None:
            return str(self.failure)
        lost = "".join(f"\n{update}" for update in self.lost_updates)
        return f"it passes now; the program returned {safe_repr(self.outcome)}{lost}"


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Exploration:
    """The result of :func:`harness.explore`.

    ``print`` it: what came out, and the report of the failure if there is one. ``repr`` is one short line.

    Attributes:
        options: What was asked for.
        schedules: Executions made.
        failures: How many of them failed (more than one only with ``stop_on_failure=False``).
        distinct_failures: One shrunk failure per kind and place, in the order found.
        exhausted: Every happens-before class was executed; only then can the verdict be "proved".
        classes: Happens-before classes that an exhaustive search executed, one execution each.
        preemptions: Every schedule with at most so many preemptions was executed; None if that cannot be said.
        withdrawn: Why a proof was withdrawn after the search had come to its end: a fault of the harness. ``""``: it
            was not.
        outcomes: How often the program returned each value; what cannot be hashed is counted by its ``repr``.
        lost_updates: One per distinct (location, sites) seen in any execution.
        lost_update_count: How many were seen in all executions together.
        scope: Which modules were looked into, and which were reached and not looked into.
        seconds: Wall time.
        stopped_by: What ended it early: "time limit", "interrupt", or "".
    """

    options: Options = field(default_factory=Options)
    schedules: int = 0
    failures: int = 0
    distinct_failures: tuple[Failure, ...] = ()
    exhausted: bool = False
    classes: int = 0
    preemptions: int | None = None
    withdrawn: str = ""
    outcomes: Counter[Any] = field(default_factory=Counter)
    lost_updates: tuple[LostUpdate, ...] = ()
    lost_update_count: int = 0
    scope: Scope = field(default_factory=Scope, repr=False)
    seconds: float = 0.0
    stopped_by: Stopped = ""

    @property
    def failure(self) -> Failure | None:
        """The first failure, shrunk; None if none was found."""
        return self.distinct_failures[0] if self.distinct_failures else None

    @property
    def strategy(self) -> str:
        """The name of the strategy."""
        return self.options.strategy

    @property
    def seed(self) -> int:
        """As it was given."""
        return self.options.seed

    @property
    def ok(self) -> bool:
        """No failure was seen. Says nothing about the schedules that were not executed."""
        return not self.distinct_failures

    @property
    def verdict(self) -> Verdict:
        """One of "failed", "proved" (every class executed, none failed) or "not found" (in so many schedules)."""
        if self.distinct_failures:
            return "failed"
        return "proved" if self.exhausted and not self.scope.shared else "not found"

    @property
    def more(self) -> str:
        """What more time would buy, in one sentence; ``""`` if it was not time that ended the exploration."""
        left = self.options.schedules - self.schedules
        if self.stopped_by != "time limit" or left <= 0:
            return ""
        seconds = self.seconds / max(self.schedules, 1) * left
        return (
            f"stopped by the time limit after {self.schedules:,} of {self.options.schedules:,} schedules; the others "
            f"would take about {seconds:,.0f} s more"
        )

    def __repr__(self) -> str:
        classes = f", classes={self.classes}" if self.verdict == "proved" else ""
        failure = f", failures={self.failures}, failure={self.failure!r}" if self.failure is not None else ""
        return f"Exploration({self.verdict!r}, schedules={self.schedules}{classes}{failure})"

    def __str__(self) -> str:
        made = f"{self.schedules:,} schedule{'s' if self.schedules != 1 else ''}"
        how = f"strategy {self.strategy}, seed {self.seed}, {self.seconds:.2f} s"
        if self.failure is not None:
            others = [f"\nalso {each.kind} at {each.place}, token {each.token}" for each in self.distinct_failures[1:]]
            return f"failed: {self.failures:,} of {made} ({how})\n\n{self.failure}" + "".join(others) + self._doubt()
        count = self.classes or self.schedules
        if self.verdict == "proved":
            hold = f"all {count:,} behaviours hold" if count != 1 else "its only behaviour holds"
            seen = f"\n{self.scope}" if self.scope.opaque else ""
            return f"proved: {hold} ({made}, {how}){seen}"
        if self.exhausted:
            return f"not found: {count:,} of {count:,} behaviours hold, but {self.scope} ({made}, {how})"
        bound = f", all with at most {self.preemptions} preemptions among them" if self.preemptions is not None else ""
        more = f"; {self.more}" if self.more else ""
        seen = f"\n{self.scope}" if self.scope.opaque else ""
        return f"not found: {made} without a failure{bound}; that is no proof ({how}){more}{seen}{self._doubt()}"

    def _doubt(self) -> str:
        """What to tell the user of a proof that was withdrawn."""
        if not self.withdrawn:
            return ""
        return (
            f"\nthe search came to its end, and its proof does not hold: {self.withdrawn}. This is a fault of the "
            f"harness, not of the program. Please report it with the program and both tokens."
        )

    def _repr_html_(self) -> str:
        from harness.report.html.notebook import notebook_html

        return notebook_html(self)

    def raise_if_failed(self) -> None:
        """Raise :class:`harness.model.errors.RaceFound` with the whole report if a failure was found.

        For tests: ``harness.explore(program).raise_if_failed()``. "not found" is no failure; who wants a proof asserts
        ``harness.explore(program).verdict == "proved"``.
        """
        __tracebackhide__ = True  # pytest shows the line of the test, not this one
        if self.failure is not None:
            raise RaceFound(str(self.failure))
