"""``threading.Thread``: real threads, known by who started them and as which of theirs.

Starting a thread is one step, noticing that it has ended is another, and so are its first and last moment. The methods
of CPython do the work.
"""

from __future__ import annotations

import _thread
import threading
from typing import TYPE_CHECKING, Any, Final

from harness.model.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.real.replayer import Replayer, ReplayThread

__all__ = ["METHODS", "bind", "start_new_thread"]

_replayer: Replayer
_real_start, _real_join, _real_is_alive = (
    threading.Thread.start, threading.Thread.join, threading.Thread.is_alive,
)  # fmt: skip
_real_start_new, _allocate = _thread.start_new_thread, _thread.allocate_lock


def bind(replayer: Replayer) -> None:
    """Put ``replayer`` in front of everything here."""
    global _replayer
    _replayer = replayer


def _thread_of(thread: threading.Thread) -> ReplayThread | None:
    return next((each for each in _replayer.threads.values() if each.thread is thread), None)


def _play(thread: ReplayThread, run: Callable[[], object]) -> None:
    """What the OS thread of a thread does."""
    _replayer.enter(thread)
    try:
        run()
    except SystemExit:
        pass
    except BaseException as exc:
        _replayer.fail_with(exc)
    _replayer.leave(thread)


def _start(self: Any) -> None:
    thread = _replayer.thread()
    if thread is None or not self._initialized or self._started._flag:
        return _real_start(self)
    child = _replayer.add(_replayer.come(thread, Kind.START).child, self)
    run = self.run
    self.run = lambda: _play(child, run)
    with _replayer.silence(thread):
        _real_start(self)
    return None


def _join(self: Any, timeout: float | None = None) -> None:
    thread = _replayer.thread()
    target = _thread_of(self)
    if thread is None or target is None or target is thread:
        return _real_join(self, timeout)

    def has_ended() -> bool:
        if target.ended and target.number:
            _real_join(self)
        return target.ended

    _replayer.wait(thread, Kind.JOIN, target, has_ended, lambda: _wait_for(target))
    return None


def _wait_for(target: ReplayThread) -> None:
    assert target.thread is not None
    if target.number:
        _real_join(target.thread)
    else:  # the main thread ends with the process
        lock = _allocate()
        lock.acquire()
        lock.acquire()


def _is_alive(self: Any) -> bool:
    thread = _replayer.thread()
    if thread is None:
        return _real_is_alive(self)
    _replayer.come(thread, Kind.TRY)
    target = _thread_of(self)
    if target is None:
        with _replayer.silence(thread):  # it asks an Event
            return _real_is_alive(self)
    if target.ended and target.number:
        with _replayer.silence(thread):
            _real_join(self)
            return _real_is_alive(self)
    return not target.ended


METHODS: Final[dict[type, dict[str, Callable[..., Any]]]] = {
    threading.Thread: {"start": _start, "join": _join, "is_alive": _is_alive},
}
"""What stands in for which method."""


def start_new_thread(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> int:
    """``_thread.start_new_thread``: a bare thread, without an object."""
    thread = _replayer.thread()
    if thread is None:
        return _real_start_new(function, args, kwargs or {})
    child = _replayer.add(_replayer.come(thread, Kind.START).child, None)
    return _real_start_new(_play, (child, lambda: function(*args, **(kwargs or {}))))
