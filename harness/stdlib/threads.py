"""``threading.Thread`` on greenlets: what stands in for its methods while the world is open.

Starting a thread is one step, and so is noticing that it has ended. The rest of the class, ``Timer`` and every subclass
are CPython's own.

What could make it wrong: a thread object that some part of CPython believes to be alive or dead when it is not. The
state that ``Lib/threading.py`` keeps (``_started``, ``_ident``, ``_active``) is kept as it does it.
"""

from __future__ import annotations

import contextvars
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

from greenlet import GreenletExit

from harness.model.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.engine.actor import Actor
    from harness.engine.world import World

__all__ = ["METHODS", "adopt_main", "bind", "count", "excepthook", "get_ident", "start_new_thread"]

_world: World
_sys_excepthook: Any  # what was there before the program
_START, _JOIN, _TRY, _SEEN = int(Kind.START), int(Kind.JOIN), int(Kind.TRY), int(Kind.SEEN)
_FIRST_IDENT: Final = 0x1000
_HAS_HANDLE: Final = sys.version_info >= (3, 13)
_HAS_CONTEXT: Final = sys.version_info >= (3, 14)  # Thread(context=...) and sys.flags.thread_inherit_context


def bind(world: World) -> None:
    """Make all threads belong to ``world``."""
    global _world, _sys_excepthook
    _world = world
    _sys_excepthook = sys.excepthook


def get_ident() -> int:
    """``threading.get_ident``: the number of the virtual thread that has the turn."""
    return _world.current.ident


def count() -> int:
    """``_thread._count``: how many threads are running that the program has started."""
    return sum(not actor.is_timer and actor is not _world.main for actor in _world.alive)


def adopt_main(actor: Actor) -> None:
    """Make ``actor`` the main thread of the program."""
    main = threading.main_thread()
    actor.thread = main
    actor.ident = main.ident or 1
    threading._active = {actor.ident: main}  # type: ignore[attr-defined]
    threading._limbo = {}  # type: ignore[attr-defined]


def excepthook(args: Any) -> None:
    """``threading.excepthook``: an exception that leaves a thread fails the execution."""
    if args.exc_value is not None:
        _world.fail_with(args.exc_value)


def _actor_of(thread: threading.Thread) -> Actor | None:
    actor: Actor | None = thread.__dict__.get("_race_actor")
    return _world.main if actor is None and thread is threading.main_thread() else actor


class _Handle:
    """What CPython 3.13 keeps of the thread of the operating system, as far as ``Thread`` asks it."""

    __slots__ = ("_actor",)

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    @property
    def ident(self) -> int:
        return self._actor.ident

    def is_done(self) -> bool:
        return self._actor.done


def _start(self: Any) -> None:
    if not self._initialized:
        raise RuntimeError("thread.__init__() not called")
    if self._started._flag:
        raise RuntimeError("threads can only be started once")
    if _HAS_CONTEXT and self._context is None:
        inherit = getattr(sys.flags, "thread_inherit_context", False)
        self._context = contextvars.copy_context() if inherit else contextvars.Context()
    world = _world
    actor = world.spawn(self, lambda: _run(self), self._name, self._daemonic)
    actor.ident = _FIRST_IDENT + actor.id
    world.switch_point(_START, actor)
    world.admit(actor)
    self._race_actor = actor
    self._ident = self._native_id = actor.ident
    if _HAS_HANDLE:
        self._handle = _Handle(actor)
    self._started._flag = True
    threading._active[actor.ident] = self  # type: ignore[attr-defined]


def _run(thread: Any) -> None:
    try:
        if _HAS_CONTEXT:
            thread._context.run(thread.run)
        else:
            thread.run()
    except (SystemExit, GreenletExit) as exc:
        if isinstance(exc, GreenletExit):
            raise
    except BaseException as exc:
        _tell(threading.ExceptHookArgs((type(exc), exc, exc.__traceback__, thread)))
    finally:
        threading._active.pop(thread._ident, None)  # type: ignore[attr-defined]
        if not _HAS_HANDLE:
            thread._is_stopped = True


def _tell(args: Any) -> None:
    """Give an exception that left a thread to the hook; one that the hook raises itself goes to ``sys.excepthook``."""
    try:
        threading.excepthook(args)
    except GreenletExit:
        raise
    except BaseException as exc:
        print("Exception in threading.excepthook:", file=sys.stderr)
        if sys.excepthook is _sys_excepthook:  # it would print the exception, and nobody would notice
            _world.fail_with(exc)
        else:
            sys.excepthook(type(exc), exc, exc.__traceback__)


def _join(self: Any, timeout: float | None = None) -> None:
    if not self._initialized:
        raise RuntimeError("Thread.__init__() not called")
    if not self._started._flag:
        raise RuntimeError("cannot join thread before it is started")
    world = _world
    actor = _actor_of(self)
    if actor is world.current or self is threading.current_thread():
        raise RuntimeError("cannot join current thread")
    if actor is None:
        return  # a thread of somebody else's, started before the run
    world.wait_until(_JOIN, actor, lambda: actor.done, timeout)


def _is_alive(self: Any) -> bool:
    actor = _actor_of(self)
    if actor is None:
        return False  # not yet started
    _world.switch_point(_TRY, actor)
    if actor.done:
        _world.reclassify_last(_SEEN)
    return not actor.done


METHODS: dict[type, dict[str, Callable[..., Any]]] = {
    threading.Thread: {"start": _start, "join": _join, "is_alive": _is_alive},
}
"""What stands in for which method while the world is open."""


def start_new_thread(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> int:
    """``_thread.start_new_thread``: a bare thread, without an object."""
    world = _world

    def run() -> None:
        try:
            function(*args, **(kwargs or {}))
        except SystemExit:
            pass
        except GreenletExit:
            raise
        except BaseException as exc:
            world.fail_with(exc)
        finally:
            if _HAS_HANDLE:  # what current_thread() made; up to Python 3.12 it stays
                threading._active.pop(world.current.ident, None)  # type: ignore[attr-defined]

    actor = world.spawn(None, run, getattr(function, "__name__", "thread"), daemon=True)
    actor.ident = _FIRST_IDENT + actor.id
    world.switch_point(_START, actor)
    world.admit(actor)
    return actor.ident
