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

    from harness.real.stage import Player, Stage

__all__ = ["METHODS", "bind", "start_new_thread"]

_stage: Stage
_real_start, _real_join, _real_is_alive = (
    threading.Thread.start, threading.Thread.join, threading.Thread.is_alive,
)  # fmt: skip
_real_start_new, _allocate = _thread.start_new_thread, _thread.allocate_lock


def bind(stage: Stage) -> None:
    """Put ``stage`` in front of everything here."""
    global _stage
    _stage = stage


def _player_of(thread: threading.Thread) -> Player | None:
    return next((each for each in _stage.players.values() if each.thread is thread), None)


def _play(player: Player, run: Callable[[], object]) -> None:
    """What the OS thread of a player does."""
    _stage.enter(player)
    try:
        run()
    except SystemExit:
        pass
    except BaseException as exc:
        _stage.fail_with(exc)
    _stage.leave(player)


def _start(self: Any) -> None:
    player = _stage.player()
    if player is None or not self._initialized or self._started._flag:
        return _real_start(self)
    child = _stage.add(_stage.come(player, Kind.START).child, self)
    run = self.run
    self.run = lambda: _play(child, run)
    with _stage.silence(player):
        _real_start(self)
    return None


def _join(self: Any, timeout: float | None = None) -> None:
    player = _stage.player()
    target = _player_of(self)
    if player is None or target is None or target is player:
        return _real_join(self, timeout)

    def has_ended() -> bool:
        if target.ended and target.number:
            _real_join(self)
        return target.ended

    _stage.wait(player, Kind.JOIN, target, has_ended, lambda: _wait_for(target))
    return None


def _wait_for(target: Player) -> None:
    assert target.thread is not None
    if target.number:
        _real_join(target.thread)
    else:  # the main thread ends with the process
        lock = _allocate()
        lock.acquire()
        lock.acquire()


def _is_alive(self: Any) -> bool:
    player = _stage.player()
    target = _player_of(self)
    if player is None or target is None:
        return _real_is_alive(self)
    _stage.come(player, Kind.TRY)
    if target.ended and target.number:
        with _stage.silence(player):
            _real_join(self)
            return _real_is_alive(self)
    return not target.ended


METHODS: Final[dict[type, dict[str, Callable[..., Any]]]] = {
    threading.Thread: {"start": _start, "join": _join, "is_alive": _is_alive},
}
"""What stands in for which method."""


def start_new_thread(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> int:
    """``_thread.start_new_thread``: a bare thread, without an object."""
    player = _stage.player()
    if player is None:
        return _real_start_new(function, args, kwargs or {})
    child = _stage.add(_stage.come(player, Kind.START).child, None)
    return _real_start_new(_play, (child, lambda: function(*args, **(kwargs or {}))))
