"""Notices that an execution stands still, and ends the exploration with the line where it does.

All virtual threads are one OS thread. A call that blocks it (``flock``, a pipe, ``select``, a lock that no one can give
back) blocks them all, and so does a loop in code that is not rewritten, which waits for what only another thread could
do. A real thread looks from time to time: no event, and the OS thread sleeps, is a call that blocks; no event, and the
OS thread has used seconds of processor time, is a loop without a step. It then sends the OS thread a signal, whose
handler ends the exploration.

What could make it wrong: a step that takes long and is right. A blocked thread is told from a slow one by what the
operating system says of it, not by the clock alone; importing a module is given more time.
"""

from __future__ import annotations

import _thread
import linecache
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from harness.engine.phase import Phase
from harness.engine.protocol import door, is_inside
from harness.engine.source_location import frame_place, is_ours, program_frame
from harness.model.errors import UncontrolledError

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["Watchdog"]

_LOOK: Final = 0.2
"""Seconds between two looks."""
_BLOCKED: Final = 4
"""Looks in a row at which the OS thread must sleep."""
_SPIN: Final = 5.0
"""Seconds of processor time without a step."""
_IMPORT: Final = 60.0
"""Seconds of processor time that a step may take which imports a module."""
_SIGNAL: Final = getattr(signal, "SIGURG", None)
"""By default it is ignored, so one that comes too late harms no process."""
_clock_gettime, _start_thread, _allocate, _get_ident = (
    time.clock_gettime, _thread.start_new_thread, _thread.allocate_lock, _thread.get_ident,
)  # fmt: skip


class Watchdog:
    """Context manager: watches the executions that the calling OS thread makes.

    Without signals (on Windows, or in another thread than the main one) it does nothing.
    """

    def __init__(self) -> None:
        self._stop = _allocate()
        self._stopped = _allocate()
        self._os_thread = 0
        self._old_handler: Any = None
        self._seen: tuple[int, int] = (0, 0)
        self._is_on = False
        self._spent = 0.0

    def __enter__(self) -> Watchdog:
        if _SIGNAL is None or threading.current_thread() is not threading.main_thread():
            return self
        self._is_on = True
        self._os_thread = _get_ident()
        self._old_handler = signal.signal(_SIGNAL, self._handle)
        self._stop.acquire()
        self._stopped.acquire()
        state = Path(f"/proc/self/task/{threading.get_native_id()}/stat")
        _start_thread(self._watch, (time.pthread_getcpuclockid(self._os_thread), state if state.exists() else None))
        return self

    def __exit__(self, *exc: object) -> None:
        if self._is_on:
            assert _SIGNAL is not None
            self._stop.release()
            self._stopped.acquire()
            signal.signal(_SIGNAL, self._old_handler)

    def _watch(self, clock: int, state: Path | None) -> None:
        """Look from time to time, in a thread of its own."""
        last, asleep, since = (0, 0), 0, 0.0
        while not self._stop.acquire(timeout=_LOOK):
            now, spent = _progress(), _clock_gettime(clock)
            if now != last or not now[0]:
                last, asleep, since = now, 0, spent
                continue
            asleep = asleep + 1 if _sleeps(state) else 0
            if asleep >= _BLOCKED or spent - since > _SPIN:
                self._seen, self._spent = now, spent - since if asleep < _BLOCKED else 0.0
                assert _SIGNAL is not None
                signal.pthread_kill(self._os_thread, _SIGNAL)
                asleep = 0
        self._stopped.release()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        """In the thread that stands still: say where."""
        if not is_inside() or _progress() != self._seen or frame is None:
            return
        if self._spent and self._spent < _IMPORT and _imports(frame):
            return
        error = _spinning(frame, self._spent) if self._spent else _blocked(frame)
        door.execution.status.give_up(error)


def _progress() -> tuple[int, int]:
    """What changes with every step: (0, 0) where no execution is under way."""
    execution = door.execution
    if execution.phase is Phase.IDLE:
        return 0, 0
    return execution.epoch, execution.steps_made()


def _sleeps(state: Path | None) -> bool:
    """Whether the operating system says that the thread waits for something."""
    if state is None:
        return False
    try:
        return state.read_text().rpartition(")")[2].split()[0] == "S"
    except OSError:
        return False


def _imports(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


def _outside(frame: FrameType) -> FrameType:
    """The innermost frame that is not the harness's own."""
    found: FrameType | None = frame
    while found is not None and is_ours(found.f_code.co_filename):
        found = found.f_back
    return found if found is not None else frame


def _where(frame: FrameType) -> tuple[str, str, str]:
    """The place, what is written there, and the line of the program that led to it."""
    files = door.execution.files
    text = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
    caller = program_frame(frame, files)
    called = f", called at {frame_place(caller)}" if caller is not None and caller is not frame else ""
    return frame_place(frame), text, called


def _blocked(frame: FrameType) -> UncontrolledError:
    place, text, called = _where(_outside(frame))
    thread = door.execution.turns.current.name
    return UncontrolledError(
        f"{thread} blocks at {place}{called}: {text or 'a call of the operating system'}. All threads of a program are "
        f"one OS thread here, so none of them can end this wait, and no schedule decides about it. Give the program a "
        f"stand-in for it (a stub, a queue), or keep it out of the code under test."
    )


def _spinning(frame: FrameType, spent: float) -> UncontrolledError:
    inner = _outside(frame)
    place, _, called = _where(inner)
    thread = door.execution.turns.current.name
    package = str(inner.f_globals.get("__name__", "")).partition(".")[0]
    if inner.f_code.co_filename in door.execution.files:
        return UncontrolledError(
            f"{thread} has run for {spent:.0f} s at {place} without a step at which another thread could "
            f"have the turn. Let the program compute less, or keep this out of the code under test."
        )
    return UncontrolledError(
        f"{thread} runs at {place}{called}, in code that is not rewritten, and has not come to a step for {spent:.0f} "
        f"s: what it waits for cannot happen meanwhile. Look inside with instrument=({package!r},), or give the "
        f"program a stand-in for it."
    )
