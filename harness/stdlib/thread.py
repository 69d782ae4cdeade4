"""``threading.Thread`` on greenlets: what stands in for its methods while an exploration is open.

Starting a thread is one step, and so is noticing that it has ended. The rest of the class, ``Timer`` and every subclass
are CPython's own.

What could make it wrong: a thread object that some part of CPython believes to be alive or dead when it is not. The
state that ``Lib/threading.py`` keeps (``_started``, ``_ident``, ``_active``) is kept as it does it.
"""

from __future__ import annotations

import _thread
import contextvars
import itertools
import sys
import threading
import types
from typing import TYPE_CHECKING, Any, Final

from greenlet import GreenletExit

from harness.cpython import THREAD_HAS_CONTEXT, THREAD_HAS_HANDLE
from harness.engine.protocol import door
from harness.model.kind import Kind
from harness.stdlib.hashes import LiveThreads
from harness.stdlib.patch import controlled, guarded, methods

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.engine.actor import Actor

__all__ = ["PATCHES", "adopt_main", "know_threads_of_the_process", "release_main"]

_START, _JOIN, _TRY, _SEEN = int(Kind.START), int(Kind.JOIN), int(Kind.TRY), int(Kind.SEEN)
_FIRST_IDENT: Final = 0x1000
"""The main thread's number in every execution; the others count up from it."""
_real_excepthook: Final = threading.__excepthook__
_of_the_process: dict[int, threading.Thread] = {}
_outer: list[tuple[Any, ...]] = []
"""The number of the real main thread, and the hook for exceptions, as they were before the execution."""


def _get_ident() -> int:
    """``threading.get_ident``: the number of the virtual thread that has the turn."""
    return door.execution.turns.current.ident


def _count() -> int:
    """``_thread._count``: how many threads are running that the program has started."""
    turns = door.execution.turns
    return sum(not actor.is_timer and actor is not turns.main for actor in turns.alive)


def know_threads_of_the_process() -> Callable[[], None]:
    """Note which real threads there are, for what asks between executions; returns what tells ``threading`` of them."""
    known = dict(threading._active)  # type: ignore[attr-defined]

    def tell() -> None:
        _of_the_process.clear()
        _of_the_process.update(known)
        _forget_virtual_threads()

    return tell


def _forget_virtual_threads() -> None:
    threading._active = dict(_of_the_process)  # type: ignore[attr-defined]
    threading._counter = itertools.count(1).__next__  # type: ignore[attr-defined]


def adopt_main(actor: Actor) -> None:
    """Make ``actor`` the main thread of the program. Its number is the same in every process."""
    main: Any = threading.main_thread()
    _outer.append((main._ident, main._native_id, sys.excepthook))
    actor.thread = main
    actor.ident = main._ident = main._native_id = _FIRST_IDENT
    threading._active = {actor.ident: main}  # type: ignore[attr-defined]
    threading._limbo = {}  # type: ignore[attr-defined]


def release_main() -> None:
    """Undo :func:`adopt_main`."""
    if _outer:
        main: Any = threading.main_thread()
        main._ident, main._native_id, _ = _outer.pop()
    _forget_virtual_threads()


def _excepthook(args: Any) -> None:
    """``threading.excepthook``: an exception that leaves a thread fails the execution."""
    if args.exc_value is not None:
        door.execution.fail_with(args.exc_value)


def _default_excepthook(args: Any) -> None:
    """``threading.__excepthook__``, which is C and would ask the operating system for the number of a thread."""
    if args.thread is None:
        nameless = types.SimpleNamespace(name=str(threading.get_ident()))
        args = threading.ExceptHookArgs((args.exc_type, args.exc_value, args.exc_traceback, nameless))
    _real_excepthook(args)


def _actor_of(thread: threading.Thread) -> Actor | None:
    actor: Actor | None = thread.__dict__.get("_race_actor")
    return door.execution.turns.main if actor is None and thread is threading.main_thread() else actor


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
    if THREAD_HAS_CONTEXT and self._context is None:
        inherit = getattr(sys.flags, "thread_inherit_context", False)
        self._context = contextvars.copy_context() if inherit else contextvars.Context()
    execution = door.execution
    actor = execution.spawn(self, lambda: _run(self), self._name, self._daemonic)
    actor.ident = _FIRST_IDENT + actor.id
    execution.switch_point(_START, actor)
    execution.admit(actor)
    self._race_actor = actor
    self._ident = self._native_id = actor.ident
    if THREAD_HAS_HANDLE:
        self._handle = _Handle(actor)
    self._started._flag = True
    threading._active[actor.ident] = self  # type: ignore[attr-defined]


def _run(thread: Any) -> None:
    try:
        if THREAD_HAS_CONTEXT:
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
        if not THREAD_HAS_HANDLE:
            thread._is_stopped = True


def _tell(args: Any) -> None:
    """Give an exception that left a thread to the hook; one that the hook raises itself goes to ``sys.excepthook``."""
    try:
        threading.excepthook(args)
    except GreenletExit:
        raise
    except BaseException as exc:
        print("Exception in threading.excepthook:", file=sys.stderr)
        if _outer and sys.excepthook is _outer[-1][2]:  # it would only print the exception
            door.execution.fail_with(exc)
        else:
            sys.excepthook(type(exc), exc, exc.__traceback__)


def _join(self: Any, timeout: float | None = None) -> None:
    if not self._initialized:
        raise RuntimeError("Thread.__init__() not called")
    if not self._started._flag:
        raise RuntimeError("cannot join thread before it is started")
    execution = door.execution
    actor = _actor_of(self)
    if actor is execution.turns.current or self is threading.current_thread():
        raise RuntimeError("cannot join current thread")
    if actor is None:
        return  # not a thread of the program: it was started before the execution
    execution.wait_until(_JOIN, actor, lambda: actor.done, timeout)


def _is_alive(self: Any) -> bool:
    door.execution.switch_point(_TRY, _actor_of(self) or self)
    actor = _actor_of(self)
    if actor is None:
        return False  # not yet started
    if actor.done:
        door.execution.reclassify_last(_SEEN)
    return not actor.done


def _start_new_thread(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> int:
    """``_thread.start_new_thread``: a bare thread, without an object."""
    execution = door.execution

    def run() -> None:
        try:
            function(*args, **(kwargs or {}))
        except SystemExit:
            pass
        except GreenletExit:
            raise
        except BaseException as exc:
            execution.fail_with(exc)
        finally:
            if THREAD_HAS_HANDLE:  # what current_thread() made; up to Python 3.12 it stays
                threading._active.pop(execution.turns.current.ident, None)  # type: ignore[attr-defined]

    actor = execution.spawn(None, run, getattr(function, "__name__", "thread"), daemon=True)
    actor.ident = _FIRST_IDENT + actor.id
    execution.switch_point(_START, actor)
    execution.admit(actor)
    return actor.ident


PATCHES: Final = (
    *methods(threading.Thread, {"start": _start, "join": _join, "is_alive": _is_alive}),
    guarded(threading, "get_ident", _get_ident),
    guarded(threading, "get_native_id", _get_ident),
    guarded(_thread, "get_ident", _get_ident),
    guarded(_thread, "get_native_id", _get_ident),
    guarded(_thread, "_count", _count),
    guarded(_thread, "start_new_thread", _start_new_thread),
    guarded(threading, "_start_new_thread", _start_new_thread),  # up to Python 3.12
    guarded(threading, "_start_joinable_thread", _start_new_thread),  # from Python 3.13 on
    guarded(threading, "excepthook", _excepthook),
    guarded(threading, "__excepthook__", _default_excepthook),
    controlled(threading, "_active", {}),
    controlled(threading, "_limbo", {}),
    controlled(threading, "_counter", None),
    controlled(threading, "_dangling", LiveThreads()),
)
