"""What a failure needs: any CPython, or one without the GIL.

A preemption is possible *on any CPython* if the thread comes by a check of the eval breaker between its last operation
and the next; otherwise only *without the GIL*. A failure whose schedule needs no GIL is looked for among the schedules
that are possible with it: first in samples, which are always the same, then by the exhaustive search. If it is there,
that schedule is shown instead, since it concerns more people. If the search comes to its end without it, it needs a
free-threaded CPython; if a limit ends the search, that is said.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from harness.engine.run import Abandoned
from harness.exploration.failures import shrink_failure, unsteady
from harness.model.options import STALL
from harness.model.result import ANY_CPYTHON, FREE_THREADED
from harness.model.token import Token
from harness.strategies.dpor.search import ExhaustiveStrategy
from harness.strategies.pct import PctStrategy
from harness.strategies.random import RandomStrategy
from harness.strategies.scripted import Scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from harness.engine import Run
    from harness.exploration.deadline import Deadline
    from harness.exploration.session import Session
    from harness.model.result import Failure

__all__ = ["classify", "needing_no_gil"]

_SAMPLES: Final = 100
_SEARCHED: Final = 1_000
"""Executions of a search, those that were abandoned included. It is long for a search that ends at all."""
_Identity = tuple[str, str]


def classify(
    open_session: Callable[[str], AbstractContextManager[Session]], failures: Sequence[Failure], deadline: Deadline
) -> list[Failure]:
    """Say of each failure what it needs.

    Args:
        open_session: Makes a session of the program, given a value for ``switching``.
        failures: As :func:`~harness.exploration.failures.shrink_failure` made them; their tokens are all that counts.
        deadline: When it passes, the search ends.
    """
    result: list[Failure] = []
    with open_session("watched") as session:
        for failure in failures:
            run = session.run(Scripted(Token.parse(failure.token).schedule, strict=True), detail=True)
            finding = session.examine(run)
            if finding is None or finding.identity != (failure.kind, failure.place):
                raise unsteady(failure.kind, failure.place)
            result.append(session.failure(finding, run, failure.schedule_number))
    wanted: dict[_Identity, Failure] = {(each.kind, each.place): each for each in result if each.needs != ANY_CPYTHON}
    if not wanted:
        return result
    with open_session("gil") as session:
        search = _GilSearch(session, wanted, deadline)
        search.go()
    return [search.found.get((each.kind, each.place)) or search.judged(each) for each in result]


def needing_no_gil(failure: Failure) -> Failure:
    """Return a failure with the label that is proved, and with a token that keeps it."""
    token = dataclasses.replace(Token.parse(failure.token), needs_no_gil=True)
    return dataclasses.replace(failure, needs=FREE_THREADED, token=str(token))


class _GilSearch:
    """Looks for failures among the schedules that are possible with the GIL.

    Attributes:
        found: The failures that it came by, each by such a schedule.
    """

    def __init__(self, session: Session, wanted: dict[_Identity, Failure], deadline: Deadline) -> None:
        self._session = session
        self._wanted = wanted
        self._deadline = deadline
        self._held_back = False  # some schedule with a stall was left out
        self._exhausted = False
        self._is_whole = False  # every class of executions was made, and no code ran that is not looked into
        self.found: dict[_Identity, Failure] = {}

    def judged(self, failure: Failure) -> Failure:
        """The failure with a label that is proved, if it was looked for everywhere."""
        proved = self._is_whole and failure.needs != ANY_CPYTHON
        return needing_no_gil(failure) if proved else failure

    def go(self) -> None:
        """Search until all are found, or nothing is left to search. Schedules with a stall come last."""
        engine = self._session.engine
        for stall in (STALL, None):
            engine.settings = dataclasses.replace(engine.settings, stall=stall)
            self._held_back = False
            for run in self._executions():
                self._look_at(run)
                if len(self.found) == len(self._wanted) or self._deadline.overdue:
                    return
            if not self._held_back:
                self._is_whole = self._exhausted and not self._session.scope.shared
                return

    def _executions(self) -> Iterator[Run]:
        session = self._session
        samplers = PctStrategy(0), RandomStrategy(0)
        for number in range(_SAMPLES):
            sampler = samplers[number % 2]
            sampler.begin(number // 2)
            run = session.run(sampler)
            sampler.end(run)
            yield run
        search = ExhaustiveStrategy()
        search.watch(session.engine)
        for number in range(_SEARCHED):
            if not search.begin(number):
                break
            try:
                run = session.run(search)
            except Abandoned:
                continue
            search.end(run)
            yield run
        self._exhausted = search.exhausted

    def _look_at(self, run: Run) -> None:
        self._held_back = self._held_back or run.held_back
        finding = self._session.examine(run)
        failure = self._wanted.get(finding.identity) if finding is not None else None
        if finding is not None and failure is not None and finding.identity not in self.found:
            found = shrink_failure(self._session, finding, run, failure.schedule_number, self._deadline)
            self.found[finding.identity] = found
