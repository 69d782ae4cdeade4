"""How an execution ends before its program does: it failed, or it was cut off.

The first problem counts. Whoever meets it hands the turn to the hub, which unwinds every greenlet that is left; a
program that will not be unwound is left where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NoReturn

from greenlet import GreenletExit

from harness.engine.guard import refuse
from harness.engine.run import Problem
from harness.engine.source_location import program_place, traceback_text
from harness.model.errors import HarnessError, UncontrolledError
from harness.model.finding import ASSERTION, EXCEPTION, LIVELOCK

if TYPE_CHECKING:
    from greenlet import greenlet

    from harness.engine.actor import Actor
    from harness.model.finding import FailureKind
    from harness.model.site import Site

__all__ = ["Ending"]

_UNWIND_TRIES: Final = 50
_LINGER: Final = 10_000
_TOO_DEEP: Final = (
    "the program recurses up to the interpreter's limit{}. Where that is depends on the harness's own calls, so no "
    "schedule could be replayed. End the recursion earlier, or raise the limit with sys.setrecursionlimit(...)."
)


class Ending:
    """The part of a world that ends executions."""

    files: frozenset[str]
    max_steps: int
    detail: bool  # values and lines are recorded too
    dying: bool  # no execution is under way, or it is being unwound
    running: bool
    current: Actor  # who has the turn
    _hub: greenlet
    _problem: Problem | None
    _fatal: BaseException | None
    _unwinding_looks: int

    def abort(self) -> NoReturn:
        """End the execution now; the calling greenlet is unwound with the others."""
        while True:
            self._hub.switch()

    def fail(self, kind: FailureKind, message: str, place: str = "", traceback: str = "") -> None:
        """Record what went wrong and end the execution. The first problem counts."""
        if self.dying:
            raise GreenletExit
        if self._problem is None:
            self._problem = Problem(kind, message, place, traceback)
        self.abort()

    def fail_with(self, exc: BaseException) -> None:
        """The program let ``exc`` escape: an assertion, or any other exception. Ours and Ctrl-C pass through."""
        if self.dying:
            return
        if isinstance(exc, (KeyboardInterrupt, HarnessError, RecursionError)):
            self._fail_fatally(exc)
        kind = ASSERTION if isinstance(exc, AssertionError) else EXCEPTION
        place, text = program_place(exc, self.files)
        name = type(exc).__name__
        message = str(exc) or text
        text = traceback_text(exc) if self.detail else ""
        self.fail(kind, f"{name}: {message}" if message else name, place, text)

    def _fail_fatally(self, exc: BaseException) -> NoReturn:
        """End the execution; ``execute`` raises ``exc``."""
        if isinstance(exc, RecursionError):
            place, _ = program_place(exc, self.files)
            exc = UncontrolledError(_TOO_DEEP.format(f" at {place}" if place else ""))
        self._fatal = exc
        self._problem = Problem(EXCEPTION, str(exc))
        self.abort()

    def _livelock(self, site: Site | None) -> None:
        if self.dying:
            raise GreenletExit
        where = f"{site.file}:{site.line}" if site is not None else ""
        self.fail(LIVELOCK, f"still running after {self.max_steps:,} steps", where)

    def refuse(self, call: str) -> None:
        """The program made a call that reaches outside."""
        refuse(self, call)

    def _unwind(self) -> None:
        """Leave the program from a waiting actor, after the execution has ended."""
        self.current.unwinds += 1
        if self.current.unwinds > _UNWIND_TRIES:
            self._hub.switch()
        raise GreenletExit

    def keep_unwinding(self) -> None:
        """The execution has ended, and what is left of the program goes on looking at the clock instead of leaving.

        A loop of the program's own does: ``asyncio.Handle`` swallows the exception that unwinds it.
        """
        self._unwinding_looks += 1
        if self._unwinding_looks > _LINGER:
            self._unwind()
