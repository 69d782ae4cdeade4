"""What a library made at its import is under control where the library itself uses it."""

from __future__ import annotations

import logging
import sys
import threading
import types
from typing import TYPE_CHECKING, Any

import pytest

import harness
from tests.programs import failure_of, in_threads, outcomes

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = """
import threading
from threading import get_ident
from time import sleep, monotonic

class Named(threading.local):
    name = "nobody"

class Service:
    def __init__(self):
        self._lock = threading.Lock()

    def call(self, function):
        with self._lock:
            function()

LOCK, RLOCK, LOCAL, NAMED = threading.Lock(), threading.RLock(), threading.local(), Named()
SERVICE = Service()
LOCKS = [threading.Lock()]

def under(lock, function):
    with lock:
        function()

def in_cell():
    lock = threading.Lock()
    def call(function):
        with lock:
            function()
    return call

IN_CELL = in_cell()

def kept(function):
    LOCAL.token = get_ident()
    NAMED.name = get_ident()
    function()
    return LOCAL.token == NAMED.name == get_ident()
"""


@pytest.fixture
def library() -> Iterator[Any]:
    made = types.ModuleType("some_library")
    exec(SOURCE, made.__dict__)
    sys.modules["some_library"] = made
    yield made
    del sys.modules["some_library"]


class Counter:
    n = 0

    def add(self) -> None:
        self.n = int(self.n) + 1


@pytest.mark.parametrize("way", ["LOCK", "RLOCK", "LOCKS", "SERVICE", "IN_CELL"])
def test_a_lock_of_a_library_keeps_other_threads_out_while_it_calls_back(library: Any, way: str) -> None:
    def program() -> int:
        counter = Counter()

        def call() -> None:
            if way == "SERVICE":
                library.SERVICE.call(counter.add)
            elif way == "IN_CELL":
                library.IN_CELL(counter.add)
            else:
                library.under(library.LOCKS[0] if way == "LOCKS" else getattr(library, way), counter.add)

        in_threads(call, call)
        return counter.n

    assert outcomes(program) == {2}


def test_a_thread_local_of_a_library_has_a_value_for_each_thread(library: Any) -> None:
    def program() -> list[bool]:
        counter, kept = Counter(), list[bool]()

        def call() -> None:
            kept.append(library.kept(counter.add))

        in_threads(call, call)
        return kept

    result = harness.explore(program)
    assert {str(each) for each in result.outcomes} == {"[True, True]"}


def test_a_library_that_took_the_clock_by_name_is_told_virtual_time(library: Any) -> None:
    def program() -> float:
        begin = library.monotonic()
        library.sleep(1000)
        return round(library.monotonic() - begin)

    assert outcomes(program) == {1000}


def test_everything_is_the_librarys_again_afterwards(library: Any) -> None:
    def values() -> list[Any]:
        return [
            library.LOCK, library.RLOCK, library.LOCAL, library.NAMED, library.SERVICE._lock, library.LOCKS[0],
            library.get_ident, library.sleep, library.IN_CELL.__closure__[0].cell_contents,
        ]  # fmt: skip

    before = values()
    harness.explore(lambda: library.under(library.RLOCK, int), schedules=2)
    assert all(one is other for one, other in zip(before, values(), strict=True))


class Asking(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        logging.getLogger("asked." + record.getMessage())


def test_a_deadlock_through_the_lock_of_logging_is_found() -> None:
    def program() -> None:
        handler = Asking()

        def reconfigure() -> None:
            with logging._lock:  # type: ignore[attr-defined]
                handler.acquire()
                handler.release()

        in_threads(lambda: handler.handle(logging.makeLogRecord({"msg": "x"})), reconfigure)

    failure = failure_of(program)
    assert (failure.kind, failure.needs) == ("deadlock", "any CPython")


def test_other_threads_of_the_process_use_the_real_lock(library: Any) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with library.LOCK:
            entered.set()
            leave.wait()

    def program() -> None:
        assert library.LOCK.acquire(blocking=False)
        library.LOCK.release()

    harness.explore(program, schedules=1)
    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait()
    assert library.LOCK.locked()
    leave.set()
    thread.join()
