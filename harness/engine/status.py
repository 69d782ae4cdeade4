"""How an execution stands, and how it ends before its program does: it failed, or it was cut off.

The first problem counts. The actor that meets it hands the turn to the hub, which unwinds every greenlet that is left;
a program that will not be unwound is left where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from greenlet import GreenletExit, getcurrent

from harness.engine.phase import Phase
from harness.engine.run import Problem
from harness.engine.source_location import program_place, traceback_text
from harness.model.border import safe_str
from harness.model.errors import UncontrolledError
from harness.model.finding import ASSERTION, EXCEPTION, LIVELOCK

if TYPE_CHECKING:
    from greenlet import greenlet

    from harness.engine.actor import Actor
    from harness.model.finding import FailureKind
    from harness.model.site import Site

__all__ = ["Status"]

_UNWIND_TRIES: Final = 50
_CLOCK_READS: Final = 10_000
_TOO_DEEP: Final = (
    "the program recurses up to the interpreter's limit{}. Where that is depends on the harness's own calls, so no "
    "schedule could be replayed. End the recursion earlier, or raise the limit with sys.setrecursionlimit(...)."
)


class Status:
    """Phase and first problem of an execution.

    Args:
        hub: The greenlet that unwinds all others.
        files: Sources of the program.
        max_steps: Number of events after which an execution is a livelock.
        detail: Tracebacks are kept.

    Attributes:
        phase: See :class:`Phase`.
        recording: Operations are scheduled and recorded. Invariant: false unless ``phase`` is ``RUNNING``.
        problem: What the execution itself calls wrong.
        fatal: What ends the exploration, and not the execution alone.
    """

    __slots__ = ("_clock_reads", "_detail", "_files", "_hub", "_max_steps", "fatal", "phase", "problem", "recording")

    def __init__(self, hub: greenlet, files: frozenset[str], max_steps: int, detail: bool) -> None:
        self._hub = hub
        self._files = files
        self._max_steps = max_steps
        self._detail = detail
        self._clock_reads = 0
        self.phase = Phase.IDLE
        self.recording = False
        self.problem: Problem | None = None
        self.fatal: BaseException | None = None

    def abort(self) -> NoReturn:
        """End the execution now; the calling greenlet is unwound with the others."""
        while True:
            self._hub.switch()

    def fail(self, kind: FailureKind, message: str, place: str = "", traceback: str = "") -> NoReturn:
        """Record what went wrong and end the execution. The first problem counts."""
        if not self.recording:
            raise GreenletExit
        self.note_problem(Problem(kind, message, place, traceback))
        self.abort()

    def note_problem(self, problem: Problem) -> None:
        """Record what went wrong, for an actor that ends anyway. The first problem counts."""
        if self.problem is None:
            self.problem = problem

    def note_fatal(self, exc: BaseException) -> None:
        """Record what ends the exploration, for an actor that ends anyway."""
        if isinstance(exc, RecursionError):
            place, _ = program_place(exc, self._files)
            exc = UncontrolledError(_TOO_DEEP.format(f" at {place}" if place else ""))
        self.fatal = exc
        self.problem = Problem(EXCEPTION, str(exc))

    def cut_off(self, exc: BaseException) -> None:
        """End the execution with ``exc``, which a signal handler raised, if that runs inside of it."""
        if self.recording and getcurrent() is not self._hub:
            self.fail_fatally(exc)

    def give_up(self, exc: BaseException) -> NoReturn:
        """End the execution with ``exc``, from the middle of anything: what runs now would never end."""
        if getcurrent() is self._hub:
            raise exc
        if self.phase is Phase.UNWINDING:
            self.note_fatal(exc)
            raise GreenletExit
        self.recording = False
        self.fail_fatally(exc)

    def problem_of(self, exc: BaseException) -> Problem:
        """Say what is wrong where the program lets ``exc`` escape. A ``__str__`` of the program's own may run."""
        kind = ASSERTION if isinstance(exc, AssertionError) else EXCEPTION
        place, text = program_place(exc, self._files)
        name = type(exc).__name__
        message = safe_str(exc) or text
        text = traceback_text(exc) if self._detail else ""
        return Problem(kind, f"{name}: {message}" if message else name, place, text)

    def fail_fatally(self, exc: BaseException) -> NoReturn:
        """End the execution; the engine raises ``exc``."""
        self.note_fatal(exc)
        self.abort()

    def fail_as_livelock(self, site: Site | None) -> NoReturn:
        """End the execution: it has made as many steps as it may."""
        where = f"{site.file}:{site.line}" if site is not None else ""
        self.fail(LIVELOCK, f"still running after {self._max_steps:,} steps (max_steps)", where)

    def unwind(self, actor: Actor) -> NoReturn:
        """Leave the program from ``actor``, which waits after the execution has ended."""
        actor.unwinds += 1
        if actor.unwinds > _UNWIND_TRIES:
            self._hub.switch()
        raise GreenletExit

    def keep_unwinding(self, actor: Actor) -> None:
        """Count a read of the clock by a program that should be unwinding; one of too many unwinds it again.

        A loop of the program's own goes on reading it: ``asyncio.Handle`` swallows the exception that unwinds it.
        """
        self._clock_reads += 1
        if self._clock_reads > _CLOCK_READS:
            self.unwind(actor)
