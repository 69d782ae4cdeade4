"""Which names of the standard library mean what while the world is open.

A program uses ``threading.Lock``, ``time.sleep`` or ``asyncio.run`` as it always does. While a world is open those
names lead here, and everything is put back when it closes. Three kinds of names need three ways:

* attributes of modules are replaced (``threading.Lock``);
* methods of Python classes are replaced on the class, so that instances and names from before are covered too
  (``from threading import Event``);
* names that rewritten code has bound to the originals (``from time import sleep``, a default argument) and C objects
  made before (a module-level ``lock = threading.Lock()``) are exchanged where they are used: ``substitutes`` and
  ``adapters``, which the instrumentation looks up.

What could make it wrong: code of other OS threads (a progress bar, a test runner) uses the same names at the same time.
Every replacement first asks whether it is called inside an execution; if not, it is the original.
"""

from __future__ import annotations

import _thread
import _threading_local
import asyncio
import concurrent.futures.thread as executors
import importlib
import inspect
import itertools
import queue
import signal
import sys
import threading
import types
from asyncio import events
from concurrent import futures
from typing import TYPE_CHECKING, Any, Final

from harness.instrument import sets
from harness.stdlib import asyncio_run, event_loop, hashes, locks, signals, simple_queue, threads, timekeeping
from harness.stdlib.preexisting import Twins
from harness.stdlib.randomness import Chance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.engine.world import World

__all__ = ["Names"]

_real_ident = _thread.get_ident
_MISSING: Final = object()


class _Patch:
    """One attribute to be replaced, and what was there before."""

    __slots__ = ("name", "new", "old", "owner")

    def __init__(self, owner: Any, name: str, new: Any) -> None:
        self.owner, self.name, self.new = owner, name, new
        self.old: Any = _MISSING

    def apply(self) -> None:
        self.old = self.owner.__dict__.get(self.name, _MISSING)
        setattr(self.owner, self.name, self.new)

    def restore(self) -> None:
        if self.old is _MISSING:
            delattr(self.owner, self.name)
        else:
            setattr(self.owner, self.name, self.old)


class Names:
    """Opens and closes a world: a context manager around an exploration.

    Args:
        world: The world that the names lead to.
        reseed: The program uses :mod:`random`: seed it anew for each execution.
    """

    def __init__(self, world: World, reseed: bool = False) -> None:
        self._world = world
        self._os_thread = _real_ident()
        self._chance = Chance(reseed)
        self._policy = asyncio_run.Policy(world)
        self._twins = Twins(world)
        self._patches: list[_Patch] = []
        self.substitutes: dict[Any, Callable[..., Any]] = {}
        self.adapters = self._twins.adapters
        self._make()

    def __enter__(self) -> Names:
        world = self._world
        for bound in (locks, event_loop, simple_queue, signals, threads):
            bound.bind(world)
        locks.inside = self._inside
        asyncio_run.bind(world, self._policy)
        self._chance.open()
        for patch in self._patches:
            patch.apply()
        self._asyncgen_hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(asyncio_run.first_iteration, asyncio_run.finalize)
        world.call_program = self._call_program  # type: ignore[method-assign]
        world.at_exit = self._at_exit  # type: ignore[method-assign]
        return self

    def __exit__(self, *exc: object) -> None:
        sys.set_asyncgen_hooks(*self._asyncgen_hooks)
        for patch in reversed(self._patches):
            patch.restore()
        self._chance.close()
        executors._shutdown = False

    # -- the life of one execution --------------------------------------------------------------------------------

    def _call_program(self, program: Callable[[], Any]) -> Any:
        world = self._world
        threads.adopt_main(world.current)
        self._set_policy()
        world.task_names = itertools.count(1)
        hashes.begin_again()
        sets.begin_again()
        threading._counter = itertools.count(1).__next__  # type: ignore[attr-defined]
        self._chance.begin_again()
        self._twins.begin_again()
        executors._threads_queues.clear()  # type: ignore[attr-defined]
        executors._shutdown = False
        result = program()
        if inspect.iscoroutine(result):
            result = asyncio_run.run(result)
        return result

    def _set_policy(self) -> None:
        """The policy that a program finds, and finds again after ``set_event_loop_policy(None)``."""
        events._event_loop_policy = self._policy  # type: ignore[attr-defined]

    def _at_exit(self) -> None:
        """The main thread has ended: executors are told to finish, as the interpreter does (``_python_exit``)."""
        queues = executors._threads_queues
        if queues:
            executors._shutdown = True
            self._world.on_end.append(self._forget_executors)
            for work in list(queues.values()):
                work.put(None)
        for one in self._world.loops:
            exc = one.unretrieved()
            if exc is not None:
                self._world.fail_with(exc)

    def _forget_executors(self) -> None:
        queues: Any = executors._threads_queues
        queues.clear()
        executors._shutdown = False

    # -- what is replaced -----------------------------------------------------------------------------------------

    def _inside(self) -> bool:
        return self._world.running and _real_ident() == self._os_thread

    def _make(self) -> None:
        add = self._add
        for module, name, controlled in self._functions():
            original = getattr(module, name)
            stand_in = self._guarded(controlled, original)
            add(module, name, stand_in)
            self.substitutes.setdefault(original, stand_in)
        for owner, methods in itertools.chain(*(part.METHODS.items() for part in (hashes, signals, threads))):
            for name, method in methods.items():
                original = getattr(owner, name, None)
                if isinstance(original, property):
                    assert original.fget is not None
                    add(owner, name, property(self._guarded(method, original.fget)))
                elif original is not None:
                    add(owner, name, self._guarded(method, original))
        for kind, twin, names in self._classes():
            for module, name in names:
                add(module, name, twin)
            self.substitutes[kind] = twin
        self.substitutes[threading.RLock] = locks.RLock
        self.substitutes[_thread.allocate_lock] = locks.Lock
        add(threading, "_CRLock", locks.RLock)  # threading.RLock makes one of these
        add(_thread, "allocate_lock", locks.Lock)
        add(_thread, "LockType", locks.Lock)
        add(_thread, "RLock", locks.RLock)
        add(importlib._bootstrap, "_thread", types.SimpleNamespace(**vars(_thread)))
        add(threading, "_allocate_lock", locks.Lock)
        add(threading, "excepthook", threads.excepthook)
        add(threading, "_active", dict(threading._active))  # type: ignore[attr-defined]
        add(threading, "_limbo", {})
        add(threading, "_counter", None)
        add(threading, "_dangling", hashes.Nowhere())
        add(_threading_local, "RLock", _NoLock)
        add(executors, "_global_shutdown_lock", _ExecutorLock())
        add(executors, "_threads_queues", {})  # CPython's forgets threads that are gone; so does _call_program
        add(futures._base, "id", hash)  # it locks several futures in the order of their addresses
        add(events, "_event_loop_policy", self._policy)
        add(events, "_init_event_loop_policy", self._guarded(self._set_policy, events._init_event_loop_policy))  # type: ignore[attr-defined]
        for name in ("SelectorEventLoop", "EventLoop"):  # the second from Python 3.13 on
            real_loop = getattr(asyncio, name, None)
            if real_loop is not None:
                add(asyncio, name, event_loop.Loop)
                self.substitutes[real_loop] = event_loop.Loop
        run = self._guarded(asyncio_run.run, asyncio.run)
        add(asyncio, "run", run)
        self.substitutes[asyncio.run] = run
        add(asyncio, "all_tasks", asyncio_run.all_tasks)
        add(asyncio.tasks, "all_tasks", asyncio_run.all_tasks)
        for name in ("_scheduled_tasks", "_all_tasks"):  # the second is its name in Python 3.11
            known = getattr(asyncio.tasks, name, None)
            if known is not None:
                add(known, "add", self._task_register(known.add))
        self.substitutes.update(timekeeping.dates())

    def _add(self, owner: Any, name: str, new: Any) -> None:
        self._patches.append(_Patch(owner, name, new))

    def _guarded(self, controlled: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
        world, os_thread = self._world, self._os_thread

        def stand_in(*args: Any, **kwargs: Any) -> Any:
            if world.running and _real_ident() == os_thread:
                return controlled(*args, **kwargs)
            return original(*args, **kwargs)

        for name in ("__module__", "__name__", "__qualname__", "__doc__"):
            if hasattr(original, name):
                setattr(stand_in, name, getattr(original, name))
        return stand_in

    @staticmethod
    def _task_register(register: Callable[[Any], None]) -> Callable[[Any], None]:
        """Our loops keep their tasks themselves; the weak set of all tasks costs more than making a task does."""
        own = hashes.Task

        def add(task: Any) -> None:
            if type(task) is not own:
                register(task)
            else:
                hash(task)  # a set would ask for it here

        return add

    def _functions(self) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
        yield from timekeeping.functions(self._world)
        yield threading, "get_ident", threads.get_ident
        yield threading, "get_native_id", threads.get_ident
        yield _thread, "get_ident", threads.get_ident
        yield _thread, "get_native_id", threads.get_ident
        yield _thread, "_count", threads.count
        yield (
            threading,
            "_start_new_thread" if hasattr(threading, "_start_new_thread") else "_start_joinable_thread",
            (threads.start_new_thread),
        )
        yield _thread, "start_new_thread", threads.start_new_thread
        yield from self._chance.functions()
        for name in ("signal", "raise_signal", "alarm", "setitimer", "pause", "sigwait"):
            if hasattr(signal, name):  # no audit event tells the guard of these
                yield signal, name, self._refusal(f"signal.{name}")
        yield _thread, "interrupt_main", self._refusal("_thread.interrupt_main")
        if "sqlite3" in sys.modules:  # a program that uses it has imported it
            from harness.stdlib import sqlite

            sqlite.bind(self._world)
            yield sys.modules["sqlite3"], "connect", sqlite.connect

    def _refusal(self, call: str) -> Callable[..., Any]:
        def refuse(*args: Any) -> Any:
            if sys._getframe(2).f_globals["__name__"] == "asyncio.runners":
                raise ValueError("what Runner expects in all threads but the main one")
            self._world.refuse(call)

        return refuse

    def _classes(self) -> Iterator[tuple[Any, Any, tuple[tuple[Any, str], ...]]]:
        yield type(_thread.allocate_lock()), locks.Lock, ((threading, "Lock"),)
        yield _thread.RLock, locks.RLock, ()
        yield threading.local, _threading_local.local, ((threading, "local"),)
        yield queue.SimpleQueue, simple_queue.SimpleQueue, ((queue, "SimpleQueue"),)


class _NoLock:
    """Stands in for the lock inside ``threading.local``, whose operations are one step."""

    def __enter__(self) -> None: ...

    def __exit__(self, *exc: object) -> None: ...


class _ExecutorLock(_NoLock):
    """Stands in for the lock that all executors share: what they do under it is guarded by their own locks too."""

    def acquire(self) -> bool:
        return True

    def release(self) -> None: ...
