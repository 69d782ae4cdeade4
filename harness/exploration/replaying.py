"""Making one recorded execution again, in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.exploration.session import Session, describe_lost_update
from harness.model import token as tokens
from harness.model.result import Execution
from harness.oracles import find_lost_updates
from harness.strategies.scripted import Scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["replay"]


def replay(
    program: Callable[[], Any], token: str, *, instrument: Iterable[str] = (), detect: Iterable[str] = ()
) -> Execution:
    """Execute a program under the schedule of a token.

    Args:
        program: The program that the token was made for.
        token: From :attr:`Failure.token`, with or without the label before the colon.
        instrument, detect: As they were given to :func:`harness.explore`.

    Returns:
        The execution: ``failure`` is None if it passes now; ``history`` has values and lines.

    Raises:
        TokenError: The token is damaged, of another version, or the source has changed.
        NondeterminismError: The execution left the recorded path.
    """
    order = "fifo"
    with Session(program, instrument, order, detect, switching="watched") as session:
        deviations = tokens.decode(token, session.instrumentation.checksum)
        if any(chosen < 0 for _, _, chosen in deviations):
            session.world.any_order = True
        script = Scripted(deviations, strict=True)
        run = session.run(script, detail=True)
        script.end(run)
        lost = find_lost_updates(run.history)
        finding = session.examine(run, lost)
        return Execution(
            outcome=run.outcome,
            failure=session.failure(finding, run, 1) if finding is not None else None,
            history=run.history,
            lost_updates=[describe_lost_update(run.history, each) for each in lost],
            decisions=run.decisions,
        )
