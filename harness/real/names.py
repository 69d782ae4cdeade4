"""Which names of the standard library lead to the stage, in a process that is made for one re-enactment.

The same names as in ``stdlib/patches.py``. Nothing is put back: the process ends with the re-enactment.
"""

from __future__ import annotations

import _thread
import asyncio
import concurrent.futures.thread as executors
import datetime
import itertools
import os
import queue
import random
import sys
import threading
import time
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from harness.engine.clock import EPOCH
from harness.instrument import sets
from harness.model.kind import Kind
from harness.real import loops, primitives, threads
from harness.stdlib import hashes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.real.stage import Player, Stage

__all__ = ["install", "tell_executors"]

_LOCK: Final[type] = type(_thread.allocate_lock())
_real_seed = random.Random.seed
_BEFORE_THE_EPOCH: Final = 1000.0


def install(stage: Stage) -> None:
    """Let everything that a program does lead to ``stage``."""
    for part in (loops, primitives, threads):
        part.bind(stage)
    for methods in (hashes.METHODS, loops.METHODS, primitives.METHODS, threads.METHODS):
        for owner, functions in methods.items():
            for name, function in functions.items():
                if hasattr(owner, name):
                    setattr(owner, name, function)
    substitutes: dict[Any, Callable[..., Any]] = {}
    for module, name, function in _functions(stage):
        substitutes.setdefault(getattr(module, name), function)
        setattr(module, name, function)
    for names, kind, controlled in (
        ("Lock _allocate_lock", _LOCK, primitives.Lock),
        ("RLock _CRLock", _thread.RLock, primitives.RLock),
    ):
        for name in names.split():
            setattr(threading, name, controlled)
        substitutes[kind] = controlled
    substitutes[threading.RLock] = primitives.RLock
    substitutes[_thread.allocate_lock] = primitives.Lock
    substitutes[queue.SimpleQueue] = primitives.SimpleQueue
    stage.adapters = _Twins().adapters()
    queue.SimpleQueue = primitives.SimpleQueue  # type: ignore[misc,assignment]
    hashes.begin_again()
    sets.begin_again()
    threading._counter = itertools.count(1).__next__  # type: ignore[attr-defined]
    threading._dangling = hashes.Nowhere()  # type: ignore[attr-defined]
    asyncio.all_tasks = asyncio.tasks.all_tasks = loops.all_tasks
    setattr(futures._base, "id", hash)  # noqa: B010  it locks several futures in the order of their addresses
    setattr(executors, "_global_shutdown_lock", _NoLock())  # noqa: B010  of another type than its own
    setattr(executors, "_threads_queues", {})  # noqa: B010  as in stdlib/patches.py: it forgets nobody
    for name in ("now", "utcnow", "today"):
        substitutes[datetime.datetime, name] = _date_maker(name, stage)
    substitutes[datetime.date, "today"] = lambda: _date_maker("now", stage)().date()
    stage.substitutes = substitutes
    random.seed(0)
    if "sqlite3" in sys.modules:
        _install_databases(stage)


def tell_executors() -> None:
    """The main thread has ended: executors are told to finish, as the interpreter does."""
    executors._shutdown = True
    for work in list(executors._threads_queues.values()):
        work.put(None)


def _functions(stage: Stage) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    def reader(original: Callable[[], Any], convert: Callable[[float], Any]) -> Callable[[], Any]:
        def read() -> Any:
            player = stage.player()
            if player is None:
                return original()
            stage.come(player, Kind.CLOCK)
            is_program = sys._getframe(1).f_code.co_filename in stage.files
            return convert(stage.elapsed() if is_program else stage.now())

        return read

    real_sleep = time.sleep

    def sleep(seconds: float) -> None:
        player = stage.player()
        if player is None or seconds < 0:
            return real_sleep(seconds)
        stage.wait(player, Kind.SLEEP, stage, lambda: False, lambda: None)
        return None

    yield time, "sleep", sleep
    for name, convert in (
        ("monotonic", lambda now: now),
        ("perf_counter", lambda now: now),
        ("time", lambda now: EPOCH + now - _BEFORE_THE_EPOCH),
    ):
        yield time, name, reader(getattr(time, name), convert)
        yield time, f"{name}_ns", reader(getattr(time, f"{name}_ns"), _in_ns(convert))
    yield threading, "_time", reader(time.monotonic, lambda now: now)
    yield queue, "time", reader(time.monotonic, lambda now: now)
    yield _thread, "start_new_thread", threads.start_new_thread
    source = random.Random(0)
    yield os, "urandom", source.randbytes
    yield random, "_urandom", source.randbytes
    yield random.Random, "seed", _seeder(source)


def _in_ns(convert: Callable[[float], float]) -> Callable[[float], int]:
    return lambda now: round(convert(now) * 1e9)


def _seeder(source: random.Random) -> Callable[..., None]:
    def seed(generator: random.Random, a: Any = None, version: int = 2) -> None:
        _real_seed(generator, int.from_bytes(source.randbytes(16)) if a is None else a, version)

    return seed


def _date_maker(name: str, stage: Stage) -> Callable[..., Any]:
    def make(tz: Any = None) -> datetime.datetime:
        player = stage.player()
        if player is not None:
            stage.come(player, Kind.CLOCK)
        now = EPOCH + stage.elapsed() - _BEFORE_THE_EPOCH
        if name == "utcnow":
            return datetime.datetime.fromtimestamp(now, datetime.UTC).replace(tzinfo=None)
        return datetime.datetime.fromtimestamp(now, tz)

    return make


class _NoLock:
    """Stands in for the lock that all executors share: a thread must not be stopped while it has it."""

    def __enter__(self) -> None: ...

    def __exit__(self, *exc: object) -> None: ...


class _Twins:
    """What stands in for objects that were made before, each with the same real lock inside."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, Any]] = {}

    def adapters(self) -> dict[type, Callable[[Any], Any]]:
        made: dict[type, Callable[[Any], Any]] = {
            _LOCK: self._of(primitives.Lock),
            _thread.RLock: self._of(primitives.RLock),
            queue.SimpleQueue: self._of(lambda old: primitives.SimpleQueue()),
            ThreadPoolExecutor: self._executor,
        }
        for kind in (threading.Condition, threading.Barrier, queue.Queue, queue.LifoQueue, queue.PriorityQueue):
            made[kind] = self._adopt
        return made

    def _of(self, make: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def find(old: Any) -> Any:
            if id(old) not in self._known:
                self._known[id(old)] = (old, make(old))
            return self._known[id(old)][1]

        return find

    def _executor(self, old: Any) -> Any:
        if type(old._shutdown_lock) is primitives.Lock:
            return old
        return self._of(
            lambda pool: ThreadPoolExecutor(
                pool._max_workers, pool._thread_name_prefix, pool._initializer, pool._initargs
            )
        )(old)

    def _adopt(self, old: Any) -> Any:
        """Put the stage in front of the locks inside a ``Condition``, a ``Barrier`` or a ``Queue``."""
        state = old.__dict__
        for name, value in list(state.items()):
            if type(value) in (_LOCK, _thread.RLock):
                state[name] = self._of(primitives.Lock if type(value) is _LOCK else primitives.RLock)(value)
            elif isinstance(value, threading.Condition):
                self._adopt(value)
        if isinstance(old, threading.Condition):
            lock: Any = old._lock  # type: ignore[attr-defined]
            state.update(acquire=lock.acquire, release=lock.release)
            for name in ("_release_save", "_acquire_restore", "_is_owned"):
                if hasattr(lock, name):
                    state[name] = getattr(lock, name)
                else:
                    state.pop(name, None)
        return old


class _Databases:
    """What ``stdlib/sqlite.py`` asks a world for: each statement is a step, SQLite itself is real in any case."""

    epoch = 1
    dying = False

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    @property
    def running(self) -> bool:
        return self._stage.player() is not None

    def _player(self) -> Player:
        player = self._stage.player()
        assert player is not None
        return player

    def switch_point(self, kind: int, database: object) -> None:
        self._stage.come(self._player(), kind)

    def wait_until(self, kind: int, database: object, ready: Callable[[], bool], timeout: float | None) -> bool:
        return self._stage.wait(self._player(), kind, database, ready, self._never)

    def _never(self) -> None:
        self._stage.give_up("a wait for a database's lock ends after the timeout of SQLite, and this script has none")

    def annotate(self, text: str) -> None: ...

    def invalidate_enabled(self) -> None: ...


def _install_databases(stage: Stage) -> None:
    import sqlite3

    from harness.stdlib import sqlite

    sqlite.bind(_Databases(stage))  # type: ignore[arg-type]
    sqlite3.connect = sqlite.connect
