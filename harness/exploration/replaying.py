"""Making one recorded execution again, in detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.exploration.discovery import open_session
from harness.exploration.needs import needing_no_gil
from harness.model.errors import NondeterminismError, TokenError
from harness.model.options import Options, names_in
from harness.model.result import Execution
from harness.model.token import Token
from harness.oracles import describe_lost_update, find_lost_updates
from harness.strategies.scripted import Scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from harness.engine import Run
    from harness.exploration.session import Session

__all__ = ["follow", "options_of", "replay"]


def replay(
    program: Callable[[], Any], token: str, *, instrument: Iterable[str] = (), detect: Iterable[str] = ()
) -> Execution:
    """Execute a program under the schedule of a token.

    Args:
        program: The program that the token was made for.
        token: From :attr:`Failure.token`, with or without the label before the colon.
        instrument, detect: More than those that the token carries.

    Returns:
        The execution: ``failure`` is None if it passes now; ``history`` has values and lines.

    Raises:
        TokenError: The token is damaged, of another version, or the source has changed.
        NondeterminismError: The execution left the recorded path.
    """
    recorded = Token.parse(token)
    with open_session(program, options_of(recorded, instrument, detect), switching="watched") as session:
        run = follow(session, recorded, detail=True)
        session.signals.check()
        lost = find_lost_updates(run.history)
        finding = session.examine(run)
        failure = session.failure(finding, run, 1) if finding is not None else None
        is_same_source = session.instrumentation.checksum.startswith(recorded.source)
        if failure is not None and recorded.needs_no_gil and is_same_source:
            failure = needing_no_gil(failure)
        return Execution(
            outcome=run.outcome,
            failure=failure,
            history=run.history,
            lost_updates=tuple(describe_lost_update(run.history, each) for each in lost),
            decisions=run.decisions,
        )


def options_of(token: Token, instrument: Iterable[str] = (), detect: Iterable[str] = ()) -> Options:
    """The options under which the schedule of a token is executed: its own, and more of them."""
    return Options(
        instrument=tuple(dict.fromkeys((*token.instrument, *names_in(instrument=instrument)))),
        detect=tuple(dict.fromkeys((*token.detect, *names_in(detect=detect)))),
        order="any" if any(chosen < 0 for _, _, chosen in token.schedule) else "fifo",
        max_steps=token.max_steps,
    )


def follow(session: Session, token: Token, detail: bool) -> Run:
    """Execute the schedule of a token, to the letter.

    Raises:
        TokenError: The token was made for another program, or a function that the execution goes through has changed.
        NondeterminismError: The execution left the recorded path, and the source is the same.
    """
    if not session.instrumentation.checksum.startswith(token.source):
        loose = session.run(Scripted(token.schedule), detail=True)
        if session.checksum_of_functions(loose) != token.functions:
            raise TokenError(
                f"token {str(token)!r} was made for other source: a function that the execution goes through has "
                f"changed since. Explore the program again for a new token"
            )
    script = Scripted(token.schedule, strict=True)
    try:
        run = session.run(script, detail)
        script.end(run)
    except NondeterminismError:
        program = session.options.program
        if token.label and token.label != program:
            raise TokenError(f"token {str(token)!r} was made for {token.label}, and this is {program}") from None
        raise
    return run
