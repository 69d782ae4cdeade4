"""Which orders of two locks deadlock with the GIL: what is proved, and what real threads of CPython did.

A thread that waits for a lock owns it from the moment of its release, while the releaser goes on with the GIL. Measured
on CPython 3.11.7, 3.12.1 and 3.13.0, two cores, switch interval 1 µs, 20 s for each program: the round in which two
real threads were in a deadlock, or the number of rounds without one.

=====================  ===============  ===============  ===============
program                3.11.7           3.12.1           3.13.0
=====================  ===============  ===============  ===============
once                   none in 6,882    none in 7,609    none in 8,541
once, RLock            none in 8,305    none in 6,841    none in 6,883
left by an exception   none in 8,204    none in 8,487    none in 9,709
twice                  164              415              466
twice, RLock           2,364            29               551
both in one line       4,033            287              370
with a call between    1,359            410              1,155
by acquire()           98               1,202            812
once, Semaphore        174              17               222
once, Condition        906              368              245
=====================  ===============  ===============  ===============
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

import harness
from harness.exploration import needs
from harness.model.result import ANY_CPYTHON, FREE_THREADED, FREE_THREADED_SO_FAR


def same(value: Any) -> Any:
    return value


def once(a: Any, b: Any) -> None:
    with a:
        with b:
            pass


def twice(a: Any, b: Any) -> None:
    for _ in range(2):
        with a:
            with b:
                pass


def in_one_line(a: Any, b: Any) -> None:
    with a, b:
        pass
    with a, b:
        pass


def with_a_call_between(a: Any, b: Any) -> None:
    with a:
        same(1)
        with b:
            pass


def by_acquire(a: Any, b: Any) -> None:
    a.acquire()
    b.acquire()
    b.release()
    a.release()


def left_by_an_exception(a: Any, b: Any) -> None:
    for _ in range(2):
        try:
            with a:
                with b:
                    raise KeyError
        except KeyError:
            pass


def program_of(work: Callable[[Any, Any], None], lock: Callable[[], Any] = threading.Lock) -> Callable[[], None]:
    def program() -> None:
        a, b = lock(), lock()
        threads = [threading.Thread(target=work, args=locks) for locks in ((a, b), (b, a))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return program


NEVER = [(once, threading.Lock), (once, threading.RLock), (left_by_an_exception, threading.Lock)]
SEEN = [
    (twice, threading.Lock),
    (twice, threading.RLock),
    (in_one_line, threading.Lock),
    (with_a_call_between, threading.Lock),
    (by_acquire, threading.Lock),
    (once, threading.Semaphore),
    (once, threading.Condition),
]


@pytest.mark.parametrize(("work", "lock"), NEVER)
def test_what_never_deadlocks_with_the_gil_is_proved_there(work: Any, lock: Any) -> None:
    assert harness.explore(program_of(work, lock), strategy="exhaustive", switching="gil").verdict == "proved"
    failure = harness.explore(program_of(work, lock)).failure
    assert failure is not None and failure.kind == "deadlock"
    assert failure.needs == FREE_THREADED


@pytest.mark.parametrize(("work", "lock"), SEEN)
def test_what_deadlocks_with_the_gil_is_found_there(work: Any, lock: Any) -> None:
    program = program_of(work, lock)
    failure = harness.explore(program, strategy="exhaustive", switching="gil").failure
    assert failure is not None and failure.kind == "deadlock" and failure.needs == ANY_CPYTHON
    again = harness.replay(program, failure.token).failure
    assert again is not None and again.needs == ANY_CPYTHON
    assert harness.confirm(program, failure.token).confirmed


@pytest.mark.parametrize("seed", range(5))
def test_what_is_said_does_not_depend_on_the_seed(seed: int) -> None:
    for work, label in ((once, FREE_THREADED), (twice, ANY_CPYTHON)):
        failure = harness.explore(program_of(work), strategy="random", seed=seed).failure
        assert failure is not None and failure.needs == label


def test_one_more_thread_that_holds_a_lock_makes_others_wait_for_it() -> None:
    """Then a thread that takes the two locks once may come to own the first one while it does not run.

    Measured: real threads were in a deadlock in round 13,601 on CPython 3.12.1 and in round 1,022 on 3.13.0, and in
    none of 31,237 on 3.11.7.
    """

    def hold(a: Any) -> None:
        for _ in range(2):
            with a:
                same(1)

    def program() -> None:
        a, b = threading.Lock(), threading.Lock()
        threads = [threading.Thread(target=hold, args=(a,))]
        threads += [threading.Thread(target=once, args=locks) for locks in ((a, b), (b, a))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    failure = harness.explore(program).failure
    assert failure is not None and failure.kind == "deadlock" and failure.needs == ANY_CPYTHON


def test_a_search_that_a_limit_ends_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def count(lock: Any) -> None:
        for _ in range(3):
            with lock:
                same(1)

    def program() -> None:
        a, b, c = threading.Lock(), threading.Lock(), threading.Lock()
        threads = [threading.Thread(target=once, args=locks) for locks in ((a, b), (b, a))]
        threads += [threading.Thread(target=count, args=(c,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    monkeypatch.setattr(needs, "_SEARCHED", 20)
    failure = harness.explore(program, strategy="random").failure
    assert failure is not None and failure.kind == "deadlock" and failure.needs == FREE_THREADED_SO_FAR
