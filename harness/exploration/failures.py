"""From an execution that failed to the failure that is shown: shrunk, recorded in detail, and classified.

To classify is to say what the schedule needs. A preemption is possible *on any CPython* if the thread comes by a check
of the eval breaker between its last operation and the next; otherwise only *without the GIL*. A schedule that needs no
GIL is replaced by one that is possible with it, if one that fails in the same way is found: it concerns more people.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from harness.exploration.determinism import require_same
from harness.exploration.shrink import Attempt, shrink
from harness.model.errors import NondeterminismError
from harness.model.token import Token
from harness.strategies.pct import PctStrategy
from harness.strategies.random import RandomStrategy
from harness.strategies.scripted import Scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from harness.engine import Run
    from harness.exploration.deadline import Deadline
    from harness.exploration.session import Session
    from harness.model.finding import Finding
    from harness.model.result import Failure

__all__ = ["classify", "shrink_failure"]

_SAMPLES: Final = 200
"""Executions with the GIL in which a failure is looked for that was found without."""


def shrink_failure(session: Session, finding: Finding, run: Run, number: int, deadline: Deadline) -> Failure:
    """Shrink a failure and record it once more, in detail.

    Args:
        session: An open session; the failure was found in it.
        finding: What is wrong.
        run: The execution that it is wrong with.
        number: Which execution that was, from 1.
        deadline: When it passes, the failure stays as small as it is by then.

    Raises:
        NondeterminismError: The smallest schedule does not fail when it is made again, or does something else.
    """
    identity = finding.identity

    def attempt(deviations: list[tuple[int, int, int]]) -> Attempt | None:
        try:
            again = session.run(Scripted(deviations))
        except BaseException as exc:
            if exc is not session.signals.raised:
                raise
            return None  # Ctrl-C: shrinking ends, with what it has
        found = session.examine(again)
        if found is None or found.identity != identity:
            return None
        return Attempt(again.preemptions, again.deviations, len(again.history))

    first = Attempt(run.preemptions, run.deviations, len(run.history))
    best = shrink(first, attempt, go_on=lambda: not deadline.overdue and session.signals.raised is None)
    script = Scripted(best.deviations, strict=True)
    detailed = session.run(script, detail=True)
    script.end(detailed)
    again = session.examine(detailed)
    if again is None or again.identity != identity:
        raise _unsteady(*identity)
    require_same(detailed, session.run(Scripted(best.deviations, strict=True)))
    return session.failure(again, detailed, number)


def _unsteady(kind: str, place: str) -> NondeterminismError:
    return NondeterminismError(
        f"a schedule that failed ({kind} at {place}) did not fail when it was made again: "
        f"something that is not under control decides what the program does"
    )


def classify(
    open_session: Callable[[str], AbstractContextManager[Session]],
    failures: Sequence[Failure],
    seed: int,
    deadline: Deadline,
) -> list[Failure]:
    """Say of each failure what it needs.

    Args:
        open_session: Makes a session of the program, given a value for ``switching``.
        failures: As :func:`shrink_failure` made them; their tokens are all that counts.
        seed: For the search for a schedule that is possible with the GIL.
        deadline: When it passes, that search ends.
    """
    result: list[Failure] = []
    with open_session("watched") as session:
        for failure in failures:
            run = session.run(Scripted(Token.parse(failure.token).schedule, strict=True), detail=True)
            finding = session.examine(run)
            if finding is None or finding.identity != (failure.kind, failure.place):
                raise _unsteady(failure.kind, failure.place)
            result.append(session.failure(finding, run, failure.schedule_number))
    if any(failure.needs != "any CPython" for failure in result):
        with open_session("gil") as session:
            result = [
                each if each.needs == "any CPython" else _with_gil(session, each, seed, deadline) for each in result
            ]
    return result


def _with_gil(session: Session, failure: Failure, seed: int, deadline: Deadline) -> Failure:
    """The failure by a schedule that is possible with the GIL, or as it is if none is found."""
    identity = failure.kind, failure.place
    samplers = (PctStrategy(seed), RandomStrategy(seed))
    for number in range(_SAMPLES):
        if deadline.overdue:
            break
        strategy = samplers[number % 2]
        strategy.begin(number // 2)
        run = session.run(strategy)
        strategy.end(run)
        finding = session.examine(run)
        if finding is not None and finding.identity == identity:
            found = shrink_failure(session, finding, run, failure.schedule_number, deadline)
            return dataclasses.replace(found, needs="any CPython")
    return failure
