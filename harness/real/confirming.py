"""Making a failure happen on real OS threads and the stock event loop.

A token is replayed in the controlled world first, which writes the script: who makes which step, in order. Then the
program runs in a process of its own, rewritten in the same way, and the script is acted out.

Real is: the threads, one for each virtual one; the event loop (``asyncio``'s own, with its selector and self-pipe),
its tasks, futures and locks; the locks, conditions and queues of ``threading`` and ``queue``; SQLite; and the clock
that the program reads, which starts where the recorded one does. A thread that waits in a deadlock waits inside the
real primitive.

Not real is: who has the turn. Threads hand it over at the steps of the script only, so a thread waits for its turn
instead of for a lock, and the locks are then free as recorded. Sleeps and timers end when the script says so; as much
time as there, at least, really passes only for a program that reads the clock, and so can tell, and where a thread must
stand still for long. Random numbers are seeded.

What is confirmed was seen: the same kind of failure with the same message, addresses aside. Otherwise there is a
reason.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from harness.exploration.discovery import open_session
from harness.exploration.replaying import follow, options_of
from harness.instrument import Instrumentation
from harness.model.options import STALL
from harness.model.token import Token
from harness.oracles import ORACLES
from harness.real.forked import in_child
from harness.real.reenact import reenact
from harness.real.script import RecordingExecution

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from harness.model.event import History
    from harness.model.finding import Finding
    from harness.oracles import Oracle

__all__ = ["Confirmation", "confirm"]

_ADDRESS: Final = re.compile(r"\b0x[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Whether a failure happened for real.

    Attributes:
        confirmed: It did.
        reason: Why not, in one line; ``""`` if it did.
        kind, message: What was seen on real threads; ``""`` if nothing failed there.
        steps: Length of the script.
        threads: Real threads that it takes.
    """

    confirmed: bool
    reason: str = ""
    kind: str = ""
    message: str = ""
    steps: int = 0
    threads: int = 0


def confirm(
    program: Callable[[], Any],
    token: str,
    *,
    instrument: Iterable[str] = (),
    detect: Iterable[str] = (),
    timeout: float = 10.0,
) -> Confirmation:
    """Re-enact the schedule of a token on real OS threads and the stock event loop.

    Args:
        program: The program that the token was made for.
        token: From :attr:`Failure.token`.
        instrument, detect: More than those that the token carries.
        timeout: Seconds after which the process of the re-enactment is killed.

    Returns:
        Confirmed, or the reason why not.

    Raises:
        TokenError: The token is damaged, of another version, or the source has changed.
        NondeterminismError: The controlled replay left the recorded path.
        UsageError: The platform cannot fork.

    Example:
        >>> import harness
        >>> from harness.catalog import program_of_token
        >>> program = program_of_token("one-missed-section@thread-lock:")
        >>> failure = harness.explore(program).failure
        >>> confirm(program, failure.token).confirmed
        True
    """
    recorded = Token.parse(token)
    options = options_of(recorded, instrument, detect)
    if options.order == "any":
        return Confirmation(False, 'the schedule was made with order="any", and the stock loop has one order only')
    with open_session(program, options, switching="watched", kind=RecordingExecution) as session:
        run = follow(session, recorded, detail=False)
        finding, needs = session.problem(run) or session.examine(run), session.needs(run)
        execution = session.engine.execution
    assert isinstance(execution, RecordingExecution)
    steps, threads = len(execution.script), len(execution.names)
    script = execution.script
    execution.reads_clock = execution.reads_clock or run.stall > STALL  # then time matters to what it does
    seconds = script[-1].time - script[0].time if execution.reads_clock else 0.0
    reason = _why_not(finding, needs, seconds, timeout)
    if reason or finding is None:
        return Confirmation(False, reason, steps=steps, threads=threads)
    plain = Instrumentation.for_program(program, extra=options.instrument, discovered=session.instrumentation.modules)
    describe = _describe_by(ORACLES.get(finding.kind))
    sent = in_child(partial(reenact, program, plain, execution, finding.kind, describe), timeout)
    if not sent:
        reason = f"the process of the real threads gave no answer within {timeout:g} s"
        return Confirmation(False, reason, steps=steps, threads=threads)
    kind, message, reason = sent[0]
    if not reason:
        reason = _difference(finding, kind, message)
    return Confirmation(not reason, reason, kind, message, steps, threads)


def _why_not(finding: Finding | None, needs: str | None, seconds: float, timeout: float) -> str:
    """Why a schedule cannot be re-enacted here."""
    if finding is None:
        return "it passes now: there is no failure to confirm"
    oracle = ORACLES.get(finding.kind)
    if oracle is not None and oracle.unconfirmable:
        return oracle.unconfirmable
    if needs != "any CPython" and getattr(sys, "_is_gil_enabled", lambda: True)():
        return "it needs free-threaded CPython: with the GIL, no thread is switched at one of these places"
    if seconds > timeout:
        return f"it lets {seconds:,.0f} s pass, and a re-enactment really waits, but at most {timeout:g} s"
    return ""


def _difference(finding: Finding, kind: str, message: str) -> str:
    """Between what was recorded and what was seen."""
    if kind != finding.kind:
        return f"on real threads there was another failure: {kind}: {message.partition(chr(10))[0]}"
    if kind == "livelock" or _plain(message) == _plain(finding.message):
        return ""
    if re.sub(r"\d+", "", _plain(message)) == re.sub(r"\d+", "", _plain(finding.message)):
        return f"it failed in the same way with other numbers, as times have on a real clock: {_last_line(message)}"
    return f"on real threads the failure has another message: {_last_line(message)}"


def _plain(message: str) -> str:
    return _ADDRESS.sub("0x", message).strip()


def _last_line(message: str) -> str:
    return message.strip().rpartition("\n")[2]


def _describe_by(oracle: Oracle | None) -> Callable[[History], str] | None:
    """A function that gives the message of an oracle's first finding in a real run, or ``""``."""
    if oracle is None:
        return None
    return lambda history: next((finding.message for finding in oracle.find(history)), "")
