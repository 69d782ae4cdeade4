"""From an execution that failed to the failure that is shown: shrunk, and recorded in detail.

What its schedule needs is said in :mod:`~harness.exploration.needs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.exploration.determinism import require_same
from harness.exploration.shrink import Attempt, shrink
from harness.model.errors import NondeterminismError
from harness.strategies.scripted import Scripted

if TYPE_CHECKING:
    from harness.engine import Run
    from harness.exploration.deadline import Deadline
    from harness.exploration.session import Session
    from harness.model.finding import Finding
    from harness.model.result import Failure

__all__ = ["shrink_failure", "unsteady"]


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
        raise unsteady(*identity)
    require_same(detailed, session.run(Scripted(best.deviations, strict=True)))
    return session.failure(again, detailed, number)


def unsteady(kind: str, place: str) -> NondeterminismError:
    """Make the error that says that a failure did not happen again."""
    return NondeterminismError(
        f"a schedule that failed ({kind} at {place}) did not fail when it was made again: "
        f"something that is not under control decides what the program does"
    )
