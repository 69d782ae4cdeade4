"""Who has the turn among real threads: the one whose step is next in the script.

Each thread has a real lock of its own; to give it the turn is to release that lock. The thread that has the turn goes
on until it comes to a step that is not the next one in the script. So exactly one thread of the program runs at a
time, and where in its code another one takes over is what the script says.

What could make it wrong: to go on with a real execution that is no longer the recorded one, and to report what it does.
Each step is compared with the script (kind, attribute or item, line), each operation that waits has to come out as it
did, and the first difference ends the re-enactment with what was expected and what came.
"""

from __future__ import annotations

import _thread
import sys
import time
from collections import defaultdict, deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

from harness.engine.clock import START
from harness.engine.source_location import program_place
from harness.instrument.hooks.listener import Uncounted
from harness.model.border import safe_str
from harness.model.kind import Kind
from harness.real.script import ROUND, ScriptEntry, place_of

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import FrameType

    from harness.model.site import Site

__all__ = ["ReplayThread", "Replayer"]

_real_time, _real_sleep, _ident = time.monotonic, time.sleep, _thread.get_ident
_allocate: Final = _thread.allocate_lock


class ReplayThread:
    """One real thread of the program.

    Attributes:
        number, name: As in the script.
        turn_lock: Held by nobody exactly while this thread has been given the turn and has not taken it yet.
        steps: Positions in the script of its steps to come.
        quiet: > 0 while it is inside an operation of the standard library that is one step.
        ended: Its last step is done; the OS thread is about to end.
        waits_for, frame: At the end of the script: what it waits for in earnest, and where.
    """

    __slots__ = ("ended", "frame", "name", "number", "quiet", "steps", "thread", "turn_lock", "waits_for")

    def __init__(self, number: int, name: str, steps: deque[int]) -> None:
        self.number, self.name, self.steps = number, name, steps
        self.turn_lock = _allocate()
        self.turn_lock.acquire()
        self.quiet = 0
        self.ended = False
        self.thread: threading.Thread | None = None
        self.waits_for: Any = None
        self.frame: FrameType | None = None


class Replayer(Uncounted):
    """Hands out the turns. It is also who rewritten code announces its accesses to.

    Args:
        steps: The script.
        names: Of the threads in it.
        files: Sources of the program.
        expects: The kind of failure in which the script ends.
        takes_time: The program reads the clock, so the time that passes in the script must really pass.
        report: ``report(kind, message, reason)`` ends the process; a ``reason`` says why nothing was seen.
    """

    def __init__(
        self,
        steps: Sequence[ScriptEntry],
        names: Mapping[int, str],
        files: frozenset[str],
        expects: str,
        takes_time: bool,
        report: Callable[[str, str, str], NoReturn],
    ) -> None:
        self.script, self.names, self.files, self.expects, self._report = steps, names, files, expects, report
        self._takes_time = takes_time
        self.index = 0  # of the next step; only who has the turn moves it
        self.due = 0  # timers that the loop whose round it is finds due
        self.threads: dict[int, ReplayThread] = {}
        self._by_ident: dict[int, ReplayThread] = {}
        self._steps_of: dict[int, deque[int]] = defaultdict(deque)
        for position, step in enumerate(steps):
            self._steps_of[step.actor].append(position)
        self.adapters: Mapping[type, Callable[[Any], Any]] = {}
        self.substitutes: Mapping[Any, Callable[..., Any]] = {}
        self.saw: Callable[[ReplayThread, object, object, int, Site], None] | None = None
        self.resized: Callable[[], None] = _nothing
        self.replaced: Callable[[object, object], None] = _nothing
        self.stuck = _allocate()  # released when everybody who is left waits in earnest
        self.stuck.acquire()
        self._now = START
        self.began = _real_time()
        self._last = START, self.began  # when the last step was made: in the script, and really

    # -- clocks ---------------------------------------------------------------------------------------------------

    def now(self) -> float:
        """The recorded clock, which event loops and waits with a timeout go by."""
        recorded = self.script[self.index - 1].time if self.index else START
        self._now = max(self._now + 1e-9, recorded)
        return self._now

    def elapsed(self) -> float:
        """The real clock, which the program itself reads. It goes at least as far as the recorded one."""
        return START + _real_time() - self.began

    # -- turns ----------------------------------------------------------------------------------------------------

    def thread(self) -> ReplayThread | None:
        """Who calls, if it is a thread of the program and not inside something that is one step."""
        found = self._by_ident.get(_ident())
        return found if found is not None and not found.quiet else None

    def add(self, number: int, started: threading.Thread | None) -> ReplayThread:
        """A thread is about to be started."""
        thread = self.threads[number] = ReplayThread(number, self.names[number], self._steps_of[number])
        thread.thread = started
        return thread

    def enter(self, thread: ReplayThread) -> None:
        """The calling OS thread is this thread from now on; it waits for its first turn."""
        self._by_ident[_ident()] = thread
        if thread.number:
            thread.turn_lock.acquire()
        self.come(thread, Kind.BEGIN)

    def leave(self, thread: ReplayThread) -> None:
        """The calling thread has nothing more to do for the program."""
        self.come(thread, Kind.EXIT)
        thread.ended = True
        del self._by_ident[_ident()]
        self._pass_on()

    def come(
        self, thread: ReplayThread, kind: int, key: object = None, place: tuple[str, int, int] | None = None
    ) -> ScriptEntry:
        """Wait until the next step of ``thread``, who has the turn, is the next of all; it must be this one."""
        if not thread.steps:
            self._come_past_the_end(thread, kind)
        position = thread.steps[0]
        step = self.script[position]
        if step.kind != kind or step.place != place or (isinstance(key, (str, int)) and step.key != key):
            self.diverge(
                thread, f"it came to {_named(kind, key, place)}, not to {_named(step.kind, step.key, step.place)}"
            )
        while self.index != position:
            self._pass_on()
            thread.turn_lock.acquire()
        thread.steps.popleft()
        self._let_pass(step.time)
        self.index += 1
        return step

    def is_next(self, thread: ReplayThread, kind: int) -> bool:
        """Whether the next step of ``thread`` is of this kind."""
        return bool(thread.steps) and self.script[thread.steps[0]].kind == kind

    def _let_pass(self, recorded: float) -> None:
        """As much time as in the script, at least, really passes between two steps, if the program can tell."""
        if not self._takes_time:
            return
        then, really = self._last
        behind = recorded - then - (_real_time() - really)
        if behind > 0:
            _real_sleep(behind)
        self._last = recorded, _real_time()

    def _pass_on(self) -> None:
        """Give the turn to whoever has the next step; when the script is done, to those who are left."""
        if self.index < len(self.script):
            owner = self.threads.get(self.script[self.index].actor)
            if owner is None:
                self.give_up(f"at step {self.index + 1} it is the turn of a thread that was never started")
            owner.turn_lock.release()
            return
        if self.expects == "deadlock":
            for thread in self.threads.values():
                if not thread.ended and thread.waits_for is None:
                    thread.turn_lock.release()
                    return
        self.stuck.release()

    def _come_past_the_end(self, thread: ReplayThread, kind: int) -> None:
        """It has made all its steps: whatever it does next, the script does not know."""
        self._wait_for_the_end(thread)
        if self.expects == "livelock":
            self._report("livelock", "", "")
        self.diverge(thread, f"it went on to {_named(kind)} after all that was recorded, and nothing failed")

    def _wait_for_the_end(self, thread: ReplayThread) -> None:
        if self.index < len(self.script):
            self._pass_on()
            thread.turn_lock.acquire()

    # -- steps of the standard library ------------------------------------------------------------------------------

    def wait(
        self, thread: ReplayThread, kind: int, obj: object, attempt: Callable[[], bool], for_ever: Callable[[], object]
    ) -> bool:
        """An operation that waits. It waits for its turn here, and is then done for real, without waiting.

        Args:
            thread: Who does it.
            kind, obj: What it is, and on what.
            attempt: Does it if it can be done at once, and says whether it could.
            for_ever: Waits in earnest: where the script ends with somebody waiting.

        Returns:
            Whether it was done; False when its time ran out.
        """
        if not thread.steps and self.expects == "deadlock":
            self._wait_for_the_end(thread)
            self.due = 0
            with self.silence(thread):
                if attempt():
                    self.diverge(thread, f"it could go on where the script leaves it waiting at {_named(kind)}")
                thread.waits_for, thread.frame = obj, sys._getframe(1)
                self._pass_on()
                for_ever()
                self.diverge(thread, "it was woken where the script leaves it waiting for ever")
        step = self.come(thread, kind)
        self.due = step.due
        with self.silence(thread):
            done = attempt()
        if done != step.outcome:
            expected = "be possible" if step.outcome else "run out of time"
            self.diverge(thread, f"{_named(kind)} should {expected}, and did not")
        return done

    @contextmanager
    def silence(self, thread: ReplayThread) -> Iterator[None]:
        """What the thread does meanwhile is part of one step."""
        thread.quiet += 1
        try:
            yield
        finally:
            thread.quiet -= 1

    # -- the listener of rewritten code -----------------------------------------------------------------------------

    def access(self, obj: object, key: object, kind: int, site: Site) -> None:
        """A thread is about to access shared state."""
        thread = self.thread()
        if thread is not None:
            self.come(thread, kind, key, place_of(site))
            if self.saw is not None:
                self.saw(thread, obj, key, kind, site)

    def record_access_in_step(self, obj: object, key: object, kind: int, site: Site) -> None:
        """The step that was made last accesses this, too."""
        thread = self.thread()
        if thread is not None and self.saw is not None:
            self.saw(thread, obj, key, kind, site)

    def loop_iteration(self, site: Site) -> None:
        """A ``while`` loop goes round."""
        thread = self.thread()
        if thread is not None:
            self.come(thread, ROUND, None, place_of(site))

    # -- the end ----------------------------------------------------------------------------------------------------

    def fail_with(self, exc: BaseException) -> NoReturn:
        """The program let ``exc`` escape, on a real thread."""
        kind = "assertion" if isinstance(exc, AssertionError) else "exception"
        name = type(exc).__name__
        message = safe_str(exc) or program_place(exc, self.files)[1]
        self.fail(kind, f"{name}: {message}" if message else name)

    def fail(self, kind: str, message: str) -> NoReturn:
        """Something went wrong for real; it need not be what was recorded."""
        self._report(kind, message, "")

    def diverge(self, thread: ReplayThread, what: str) -> NoReturn:
        """The real execution is no longer the recorded one."""
        self.give_up(f"{thread.name} left the schedule at step {self.index + 1} of {len(self.script)}: {what}")

    def give_up(self, reason: str) -> NoReturn:
        self._report("", "", reason)


def _named(kind: int, key: object = None, place: tuple[str, int, int] | None = None) -> str:
    what = "a round of a loop" if kind == ROUND else Kind(kind).name
    return f"{what}{f' {key}' if key is not None else ''}{f' at {place[0]}:{place[1]}' if place else ''}"


def _nothing(*ignored: object) -> None: ...
