"""What a failure is said to need, held against real threads of the interpreter at hand.

Each update below can lose another one. Where the harness says *any CPython*, real threads lose some with the GIL; where
it says *free-threaded CPython*, they lose none in a million, however often they change.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import pytest

import harness

GIL: bool = getattr(sys, "_is_gil_enabled", lambda: True)()
UPDATES = 500_000
ROUNDS = 40
"""On a busy machine two threads may run one after the other; mostly one round will do."""


class Counter:
    def __init__(self) -> None:
        self.n = 0
        self.other = 0
        self.by_name = {"n": 0}
        self.lock = threading.Lock()

    def get(self) -> int:
        return self.n

    def add_one(self) -> None:
        self.n += 1

    def __enter__(self) -> Counter:
        return self

    def __exit__(self, *exc: object) -> None:
        pass


def same(value: Any) -> Any:
    return value


def in_one_line(c: Counter) -> None:
    c.n += 1


def of_an_item(c: Counter) -> None:
    c.by_name["n"] += 1
    c.n = c.by_name["n"]


def in_a_method(c: Counter) -> None:
    c.add_one()


def read_by_a_method(c: Counter) -> None:
    c.n = c.get() + 1


def after_a_condition(c: Counter) -> None:
    seen = c.n
    if seen:
        c.n = seen + 1
    else:
        c.n = 1


def with_a_formatted_string_between(c: Counter) -> None:
    seen = c.n
    f"{seen}"
    c.n = seen + 1


def with_a_call_between(c: Counter) -> None:
    c.n = c.n + same(1)


def with_a_call_of_a_builtin_between(c: Counter) -> None:
    seen = c.n
    divmod(seen, 7)
    c.n = seen + 1


def handed_through_a_call(c: Counter) -> None:
    c.n = same(c.n) + 1


def with_a_class_called_between(c: Counter) -> None:
    seen = c.n
    object()
    c.n = seen + 1


def with_a_loop_between(c: Counter) -> None:
    seen = c.n
    for _ in (1, 2):
        pass
    c.n = seen + 1


def with_a_while_loop_between(c: Counter) -> None:
    seen, rounds = c.n, 0
    while rounds < 2:
        rounds += 1
    c.n = seen + 1


def with_a_lock_taken_between(c: Counter) -> None:
    seen = c.n
    with c.lock:
        c.other = 1
    c.n = seen + 1


def with_a_manager_left_between(c: Counter) -> None:
    seen = c.n
    with c:
        pass
    c.n = seen + 1


def with_a_comprehension_between(c: Counter) -> None:
    seen = c.n
    [-each for each in (1, 2)]
    c.n = seen + 1


def with_a_generator_between(c: Counter) -> None:
    c.n = c.n + sum(each for each in (1,))


NO_GIL_ONLY = [
    in_one_line,
    of_an_item,
    in_a_method,
    read_by_a_method,
    after_a_condition,
    with_a_formatted_string_between,
]
ANY = [
    with_a_call_between,
    with_a_call_of_a_builtin_between,
    handed_through_a_call,
    with_a_class_called_between,
    with_a_loop_between,
    with_a_while_loop_between,
    with_a_lock_taken_between,
    with_a_manager_left_between,
    with_a_comprehension_between,
    with_a_generator_between,
]


def program_of(update: Callable[[Counter], None]) -> Callable[[], None]:
    def program() -> None:
        counter = Counter()
        threads = [threading.Thread(target=update, args=(counter,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert counter.n == 2, counter.n

    return program


def needs(update: Callable[[Counter], None]) -> str | None:
    failure = harness.explore(program_of(update), strategy="exhaustive").failure
    assert failure is not None
    return failure.needs


def lost(update: Callable[[Counter], None]) -> int:
    """How many updates of two real threads are gone."""
    counter, both = Counter(), threading.Barrier(2)

    def work() -> None:
        both.wait()
        for _ in range(UPDATES):
            update(counter)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 2 * UPDATES - counter.n


@pytest.fixture(autouse=True)
def threads_change_as_often_as_they_can() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.parametrize("update", NO_GIL_ONLY, ids=lambda update: update.__name__)
def test_what_is_said_to_need_no_gil_is_never_seen_with_it(update: Callable[[Counter], None]) -> None:
    assert needs(update) == "free-threaded CPython"
    assert harness.explore(program_of(update), strategy="exhaustive", switching="gil").verdict == "proved"
    if GIL:
        assert lost(update) == 0


@pytest.mark.parametrize("update", ANY, ids=lambda update: update.__name__)
def test_what_is_said_to_happen_on_any_cpython_happens_on_this_one(update: Callable[[Counter], None]) -> None:
    assert needs(update) == "any CPython"
    found = harness.explore(program_of(update), strategy="exhaustive", switching="gil").failure
    assert found is not None and found.needs == "any CPython"
    assert any(lost(update) for _ in range(ROUNDS))


def with_its_length_between(c: Counter) -> None:
    c.n = c.n + len("a")


def test_a_call_that_cpython_makes_faster_in_time_counts_as_a_call() -> None:
    """``len`` has an instruction without a check, which takes the place of the call when that has run a few times."""
    assert needs(with_its_length_between) == "any CPython"
    code, names = with_its_length_between.__code__, with_its_length_between.__globals__

    def cold(counter: Counter) -> None:
        FunctionType(code.replace(), names)(counter)  # code that has not run yet

    def lost_of_cold_code() -> int:
        counter, both = Counter(), threading.Barrier(2)

        def work() -> None:
            both.wait()
            for _ in range(UPDATES // 10):
                cold(counter)

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return 2 * (UPDATES // 10) - counter.n

    assert any(lost_of_cold_code() for _ in range(ROUNDS))


def test_two_tasks_and_a_thread_need_no_special_interpreter() -> None:
    """An ``await`` gives the turn to other tasks, and what the loop does between two of them has many checks."""

    async def program() -> None:
        counter = Counter()

        async def add() -> None:
            seen = counter.n
            await asyncio.sleep(0)
            counter.n = seen + 1

        await asyncio.gather(add(), add())
        assert counter.n == 2

    failure = harness.explore(program).failure
    assert failure is not None and failure.needs == "any CPython"


def test_a_failure_that_is_possible_with_the_gil_is_preferred() -> None:
    """Two places lose an update in the same way; the schedule that is shown is one that more people can meet."""

    def twice(c: Counter) -> None:
        c.n += 1
        same(c)
        c.n = c.n + same(1)

    def program() -> None:
        counter = Counter()
        threads = [threading.Thread(target=twice, args=(counter,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert counter.n == 4

    failure = harness.explore(program).failure
    assert failure is not None and failure.needs == "any CPython"
    again = harness.replay(program, failure.token).failure
    assert again is not None and again.needs == "any CPython"
