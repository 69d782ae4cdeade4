"""The stock event loop of ``asyncio``, with its selector in front of the replayer.

The loop is CPython's own, class and code, and so are its tasks and futures, but for a hash that is the same in every
run. A loop waits for its turn where it asks its selector for events, with the selector that
``SelectorEventLoop(selector)`` takes anyway; what other threads hand over waits its turn in ``call_soon_threadsafe``.
Being asleep and being woken are real: a byte in the loop's own pipe.

Its timers go by the recorded clock: in each round exactly those are due that were due in the script, the earliest
first.
"""

from __future__ import annotations

import _thread
import asyncio
import itertools
import selectors
import sys
from asyncio import base_events, selector_events
from typing import TYPE_CHECKING, Any, Final

from harness.model.kind import Kind
from harness.stdlib.hashes import Future, OrderedSet, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.real.replayer import Replayer

__all__ = ["METHODS", "Selector", "all_tasks", "bind", "loops", "unretrieved"]

_replayer: Replayer
loops: list[Any] = []
"""Those that were made by the program, in order."""
_task_numbers: Final = itertools.count(1)
_Base: Final[Any] = base_events.BaseEventLoop
_call_soon_threadsafe = _Base.call_soon_threadsafe
_create_future, _create_task = _Base.create_future, _Base.create_task
_run_once, _time, _all_tasks = _Base._run_once, _Base.time, asyncio.all_tasks
_handle_by_default = _Base.default_exception_handler
_init, _close = selector_events.BaseSelectorEventLoop.__init__, selector_events.BaseSelectorEventLoop.close
_NEVER: Final = float("-inf")


def bind(replayer: Replayer) -> None:
    """Put ``replayer`` in front of everything here."""
    global _replayer
    _replayer = replayer


class Selector:
    """A selector of the operating system, which waits for its turn before it looks.

    Args:
        real: It does the work.
        loop: Whose it is.
    """

    def __init__(self, real: Any, loop: Any) -> None:
        self._real, self._loop = real, loop

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def select(self, timeout: float | None = None) -> list[Any]:
        """What has happened; asked for at the beginning of each round of the loop."""
        thread, real, loop = _replayer.thread(), self._real, self._loop
        if thread is None:
            return list(real.select(timeout))
        events: list[Any] = []
        is_asleep = timeout is None or timeout > 0

        def look() -> bool:
            events.extend(real.select(0))
            return bool(events) or not is_asleep or _replayer.due != 0

        _replayer.wait(thread, Kind.POLL, loop, look, lambda: real.select(None))
        loop.race_now = _time_of(loop, _replayer.due)
        return events


def _time_of(loop: Any, due: int) -> float:
    """A time at which so many of the loop's timers are due."""
    if due <= 0:
        return _NEVER
    deadlines = sorted(handle.when() for handle in loop._scheduled if not handle._cancelled)
    if len(deadlines) < due:
        _replayer.give_up(f"{due} timers were due in a round of a loop, and it has {len(deadlines)}")
    return float(deadlines[due - 1])


def _make(self: Any, selector: Any = None) -> None:
    if _replayer.thread() is not None:
        selector = Selector(selector or selectors.DefaultSelector(), self)
        self.race_tasks = []
        loops.append(self)
    _init(self, selector)


def _is_of_the_program(self: Any) -> bool:
    return "race_tasks" in self.__dict__


def _begin_round(self: Any) -> None:
    thread = _replayer.thread()
    if thread is not None and _replayer.is_next(thread, Kind.SLEEP):
        _replayer.come(thread, Kind.SLEEP)  # what is ready is seen now
    _run_once(self)


def _from_outside(original: Callable[..., Any], kind: Kind) -> Callable[..., Any]:
    """A method that wakes no loop; a thread that does not run the loop waits for its turn before it calls it."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        thread = _replayer.thread()
        if thread is not None and self._thread_id not in (None, _thread.get_ident()):
            _replayer.come(thread, kind)
        return original(self, *args, **kwargs)

    return method


def _soon_threadsafe(self: Any, callback: Any, *args: Any, context: Any = None) -> Any:
    thread = _replayer.thread()
    if thread is not None:
        _replayer.come(thread, Kind.SEND)
    return _call_soon_threadsafe(self, callback, *args, context=context)


def _tell_time(self: Any) -> float:
    if not _is_of_the_program(self):
        return float(_time(self))
    if sys._getframe(1).f_code.co_filename in _replayer.files:
        return _replayer.elapsed()
    return float(self.__dict__.pop("race_now", None) or _replayer.now())


def _new_task(self: Any, coro: Any, *, name: str | None = None, **options: Any) -> Any:
    if not _is_of_the_program(self) or _replayer.thread() is None:
        return _create_task(self, coro, name=name, **options)
    if name is None:
        name = f"Task-{next(_task_numbers)}"
    if self._task_factory is None:
        self._check_closed()
        task = Task(coro, loop=self, name=name, **options)
    else:
        task = _create_task(self, coro, name=name, **options)
    self.race_tasks.append(task)
    return task


def _new_future(self: Any) -> Any:
    return Future(loop=self) if _is_of_the_program(self) else _create_future(self)


def all_tasks(loop: Any = None) -> Any:
    """``asyncio.all_tasks``, walked in the same order in every run."""
    return OrderedSet(_all_tasks(loop))


def _shut(self: Any) -> None:
    thread = _replayer.thread()
    if thread is not None and self._thread_id is None and not self._closed:
        _replayer.come(thread, Kind.CLEAR)
    _close(self)


def _unhandled(self: Any, context: dict[str, Any]) -> None:
    if not _is_of_the_program(self):
        _handle_by_default(self, context)
        return
    exc = context.get("exception")
    if exc is not None:
        _replayer.fail_with(exc)
    elif "was destroyed but it is pending" not in context.get("message", ""):
        _replayer.fail("exception", str(context.get("message")))


def unretrieved() -> BaseException | None:
    """The exception of a task that has ended and that nobody has asked."""
    for loop in loops:
        for task in loop.race_tasks:
            if task.done() and not task.cancelled() and task._log_traceback:
                found: BaseException = task._exception
                return found
    return None


def _asked(original: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A thread that is not the loop's asks what state it is in."""

    def method(self: Any) -> bool:
        thread = _replayer.thread()
        if thread is None or self._thread_id == _thread.get_ident():
            return original(self)
        if sys._getframe(1).f_code.co_filename in _replayer.files:
            _replayer.come(thread, Kind.TRY)
        return original(self)

    return method


METHODS: Final[dict[type, dict[str, Callable[..., Any]]]] = {
    selector_events.BaseSelectorEventLoop: {"__init__": _make, "close": _shut},
    base_events.BaseEventLoop: {
        "_run_once": _begin_round,
        "_timer_handle_cancelled": _from_outside(_Base._timer_handle_cancelled, Kind.CLEAR),
        "call_at": _from_outside(_Base.call_at, Kind.SEND),
        "call_soon": _from_outside(_Base.call_soon, Kind.SEND),
        "call_soon_threadsafe": _soon_threadsafe,
        "create_future": _new_future,
        "create_task": _new_task,
        "default_exception_handler": _unhandled,
        "is_closed": _asked(base_events.BaseEventLoop.is_closed),
        "is_running": _asked(base_events.BaseEventLoop.is_running),
        "stop": _from_outside(_Base.stop, Kind.CLEAR),
        "time": _tell_time,
    },
}
"""What stands in for which method."""
