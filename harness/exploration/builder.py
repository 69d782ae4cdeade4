"""Counts and collects while an exploration goes on; what it hands out are frozen values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from harness.model.border import safe_repr
from harness.model.result import Exploration
from harness.model.scope import Scope
from harness.oracles import describe_lost_update

if TYPE_CHECKING:
    from harness.engine import Run
    from harness.model.finding import LostUpdate
    from harness.model.options import Options
    from harness.model.result import Failure, Stopped
    from harness.oracles import LostUpdateEvents

__all__ = ["ExplorationBuilder"]


class ExplorationBuilder:
    """What is known of an exploration so far.

    Invariant: ``failures`` counts executions, ``distinct`` has one failure for each kind and place.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.schedules = 0
        self.failures = 0
        self.distinct: list[Failure] = []
        self.exhausted = False
        self.classes = 0
        self.preemptions: int | None = None
        self.withdrawn = ""
        self.scope = Scope()
        self.seconds = 0.0
        self.stopped_by: Stopped = ""
        self._outcomes: Counter[Any] = Counter()
        self._lost_updates: list[LostUpdate] = []
        self._lost_update_count = 0
        self._known_lost: set[tuple[Any, ...]] = set()

    def add_outcome(self, outcome: Any) -> None:
        """Count what the program returned; what cannot be counted, for whatever reason of its own, by its text."""
        try:
            self._outcomes[outcome] += 1
        except Exception:
            self._outcomes[safe_repr(outcome)] += 1

    def add_lost_updates(self, run: Run, lost: list[LostUpdateEvents]) -> None:
        """Count lost updates, and keep one for each distinct place."""
        self._lost_update_count += len(lost)
        events = run.history.events
        for each in lost:
            key = tuple(events[index][4] for index in each)
            if key not in self._known_lost:
                self._known_lost.add(key)
                self._lost_updates.append(describe_lost_update(run.history, each))

    def withdraw_proof(self, reason: str) -> None:
        """The search has ended, and its claim does not hold."""
        self.exhausted, self.preemptions, self.withdrawn = False, None, reason

    def build(self) -> Exploration:
        """The result so far."""
        return Exploration(
            options=self.options,
            schedules=self.schedules,
            failures=self.failures,
            distinct_failures=tuple(self.distinct),
            exhausted=self.exhausted,
            classes=self.classes,
            preemptions=self.preemptions,
            withdrawn=self.withdrawn,
            outcomes=Counter(self._outcomes),
            lost_updates=tuple(self._lost_updates),
            lost_update_count=self._lost_update_count,
            scope=self.scope,
            seconds=self.seconds,
            stopped_by=self.stopped_by,
        )
