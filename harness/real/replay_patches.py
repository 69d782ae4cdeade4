"""Which names of the standard library lead to the replayer, in a process that is made for one re-enactment.

The same names as in ``stdlib/patches.py``. Nothing is put back: the process ends with the re-enactment.
"""

from __future__ import annotations

import _thread
import asyncio
import concurrent.futures.thread as executors
import itertools
import queue
import random
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Final, cast

from harness.engine.clock import EPOCH, START
from harness.engine.phase import Phase
from harness.engine.protocol import door
from harness.instrument import sets
from harness.model.kind import Kind
from harness.real import replay_primitives, replay_threads, stock_loop
from harness.real.replay_primitives import Lock, RLock, SimpleQueue
from harness.stdlib import hashes, randomness, timekeeping
from harness.stdlib.executors import NoLock
from harness.stdlib.preexisting import Twins

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.real.replayer import Replayer, ReplayThread
    from harness.stdlib.patch import Patch

__all__ = ["install", "tell_executors"]

_LOCK: Final[type] = type(_thread.allocate_lock())


def install(replayer: Replayer) -> None:
    """Let everything that a program does lead to ``replayer``."""
    for part in (stock_loop, replay_primitives, replay_threads):
        part.bind(replayer)
        for owner, functions in part.METHODS.items():
            for name, function in functions.items():
                if hasattr(owner, name):
                    setattr(owner, name, function)
    substitutes: dict[Any, Callable[..., Any]] = {}
    for patch in (*_clock_patches(replayer), *hashes.PATCHES, *randomness.PATCHES):
        if patch.is_exchanged:
            substitutes.setdefault(getattr(patch.owner, patch.name), patch.new)
        setattr(patch.owner, patch.name, patch.new)
    substitutes[_thread.start_new_thread] = replay_threads.start_new_thread
    setattr(_thread, "start_new_thread", replay_threads.start_new_thread)  # noqa: B010
    for names, kind, controlled in (
        ("Lock _allocate_lock", _LOCK, Lock),
        ("RLock _CRLock", _thread.RLock, RLock),
    ):
        for name in names.split():
            setattr(threading, name, controlled)
        substitutes[kind] = controlled
    substitutes[threading.RLock] = RLock
    substitutes[_thread.allocate_lock] = Lock
    substitutes[queue.SimpleQueue] = SimpleQueue
    twins = Twins({_LOCK: Lock, _thread.RLock: RLock, queue.SimpleQueue: lambda old: SimpleQueue()})
    replayer.adapters = twins.adapters
    queue.SimpleQueue = SimpleQueue  # type: ignore[misc,assignment]
    hashes.begin_again()
    sets.begin_again()
    threading._counter = itertools.count(1).__next__  # type: ignore[attr-defined]
    threading._dangling = hashes.LiveThreads()  # type: ignore[attr-defined]
    asyncio.all_tasks = asyncio.tasks.all_tasks = stock_loop.all_tasks
    setattr(executors, "_global_shutdown_lock", NoLock())  # noqa: B010  a thread must not be stopped while it has it
    setattr(executors, "_threads_queues", {})  # noqa: B010  as in stdlib/executors.py: it forgets no thread
    for exchange in timekeeping.date_exchanges(lambda: EPOCH + _program_time(replayer) - START):
        substitutes[exchange.old] = exchange.new
    replayer.substitutes = substitutes
    random.seed(0)
    if "sqlite3" in sys.modules:
        _install_databases(replayer)


def tell_executors() -> None:
    """The main thread has ended: executors are told to finish, as the interpreter does."""
    executors._shutdown = True
    for work in list(executors._threads_queues.values()):
        work.put(None)


def _program_time(replayer: Replayer) -> float:
    thread = replayer.thread()
    if thread is not None:
        replayer.come(thread, Kind.CLOCK)
    return replayer.elapsed()


def _clock_patches(replayer: Replayer) -> tuple[Patch, ...]:
    real_time, real_sleep = time.monotonic, time.sleep

    def read() -> float:
        thread = replayer.thread()
        if thread is None:
            return START + real_time() - replayer.began
        replayer.come(thread, Kind.CLOCK)
        caller = sys._getframe(1)
        while caller.f_code.co_filename == timekeeping.__file__ and caller.f_back is not None:
            caller = caller.f_back
        return replayer.elapsed() if caller.f_code.co_filename in replayer.files else replayer.now()

    def sleep(seconds: float) -> None:
        thread = replayer.thread()
        if thread is None or seconds < 0:
            return real_sleep(seconds)
        replayer.wait(thread, Kind.SLEEP, replayer, lambda: False, lambda: None)
        return None

    return timekeeping.sleeping(sleep), *timekeeping.readers(read, read)


class _DatabaseSteps:
    """What ``stdlib/sqlite.py`` asks of an execution: each statement is a step; SQLite itself is real in any case."""

    epoch = 1
    phase = Phase.IDLE

    @property
    def status(self) -> _DatabaseSteps:
        return self

    def __init__(self, replayer: Replayer) -> None:
        self._replayer = replayer

    @property
    def recording(self) -> bool:
        return self._replayer.thread() is not None

    def _thread(self) -> ReplayThread:
        thread = self._replayer.thread()
        assert thread is not None
        return thread

    def switch_point(self, kind: int, database: object) -> None:
        self._replayer.come(self._thread(), kind)

    def wait_until(self, kind: int, database: object, ready: Callable[[], bool], timeout: float | None) -> bool:
        return self._replayer.wait(self._thread(), kind, database, ready, self._never)

    def _never(self) -> None:
        self._replayer.give_up("a wait for a database's lock ends after the timeout of SQLite; this script has none")

    def annotate(self, text: str) -> None: ...

    def invalidate_enabled(self) -> None: ...


def _install_databases(replayer: Replayer) -> None:
    import sqlite3

    from harness.stdlib import sqlite

    door.execution = cast("Any", _DatabaseSteps(replayer))
    sqlite3.connect = sqlite.connect
