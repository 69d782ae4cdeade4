"""Nothing of an execution is left when it is over, however it ended."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import tracemalloc
from typing import Any
from unittest.mock import Mock

import pytest
from greenlet import greenlet

import harness
from harness.exploration.session import Session
from harness.strategies.random import RandomStrategy


class Counter:
    def __init__(self) -> None:
        self.value = 0

    def add(self) -> None:
        self.value += 1


def passes() -> None:
    counter = Counter()
    thread = threading.Thread(target=counter.add)
    thread.start()
    counter.add()
    thread.join()


def fails() -> None:
    passes()
    raise AssertionError


def deadlocks() -> None:
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def interrupts() -> None:
    passes()
    raise KeyboardInterrupt


def names() -> dict[str, Any]:
    return {
        "Lock": threading.Lock,
        "RLock": threading.RLock,
        "start": threading.Thread.start,
        "wait": threading.Event.wait,
        "ident": threading.get_ident,
        "active": threading._active,  # type: ignore[attr-defined]
        "excepthook": threading.excepthook,
        "sleep": time.sleep,
        "monotonic": time.monotonic,
        "run": asyncio.run,
        "all_tasks": asyncio.all_tasks,
        "code": Counter.add.__code__,
        "threads": set(threading.enumerate()),
    }


@pytest.mark.parametrize("program", [passes, fails, deadlocks])
def test_every_name_and_every_function_is_put_back(program: Any) -> None:
    before = names()
    harness.explore(program, schedules=20)
    assert names() == before


def test_ctrl_c_ends_an_exploration_and_everything_is_put_back() -> None:
    before = names()
    with pytest.raises(KeyboardInterrupt):
        harness.explore(interrupts)
    assert names() == before
    assert harness.explore(passes, schedules=5).ok


def hybrid() -> None:
    counter = Counter()

    async def task() -> None:
        counter.add()
        await asyncio.sleep(0.001)
        counter.add()

    async def main() -> None:
        await asyncio.gather(task(), task())

    thread = threading.Thread(target=counter.add)
    thread.start()
    asyncio.run(main())
    thread.join()


def test_ten_thousand_executions_leave_memory_and_objects_as_they_were() -> None:
    strategy = RandomStrategy(0)
    with Session(hybrid) as session:
        for _ in range(1000):
            session.run(strategy)
        gc.collect()
        objects = len(gc.get_objects())
        tracemalloc.start()
        for _ in range(500):
            session.run(strategy)
        gc.collect()
        memory, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        for _ in range(8500):
            session.run(strategy)
        gc.collect()
        assert len(gc.get_objects()) - objects < 200
        assert memory < 200_000


def test_deadlocks_use_the_same_greenlets_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one who sees that nobody can go on may be a thread that has ended."""
    make = Mock(wraps=greenlet)

    def program() -> None:
        event = threading.Event()
        for target in (event.wait, event.is_set):
            threading.Thread(target=target).start()

    monkeypatch.setattr("harness.engine.pool.greenlet", make)
    strategy = RandomStrategy(0)
    with Session(program) as session:
        kinds = {session.run(strategy).problem.kind for _ in range(100)}  # type: ignore[union-attr]
    assert (kinds, make.call_count) == ({"deadlock"}, 3)


def test_each_thread_may_recurse_as_deep_as_any_other() -> None:
    def deepest() -> int:
        try:
            return deepest() + 1
        except RecursionError:
            return 0

    def program() -> None:
        depths: list[int] = []
        thread = threading.Thread(target=lambda: depths.append(deepest()))

        def start_below(depth: int) -> None:
            if depth:
                start_below(depth - 1)
            else:
                thread.start()
                thread.join()

        start_below(300)
        assert abs(depths[0] - deepest()) < 50

    result = harness.explore(program, schedules=3)
    assert result.ok, str(result.failure)


def test_a_program_that_recurses_up_to_the_limit_is_told_so() -> None:
    def program() -> None:
        counter = Counter()

        def count() -> None:
            counter.add()
            count()

        thread = threading.Thread(target=count)
        thread.start()
        counter.add()
        thread.join()

    with pytest.raises(harness.UncontrolledError, match=r"recurses up to the interpreter.s limit"):
        harness.explore(program, strategy="random", schedules=20)


def stops_at(last: int) -> Any:
    def program() -> None:
        hybrid()
        deadlocks()

    return lambda: harness.explore(program, strategy="random", schedules=3, max_steps=last, stop_on_failure=False)


@pytest.mark.parametrize(
    "explore",
    [lambda: harness.explore(hybrid, schedules=3), stops_at(10**4), stops_at(9)],
    ids=["passes", "deadlocks", "is cut off"],
)
def test_explorations_leave_no_objects_behind(explore: Any) -> None:
    def count() -> int:
        gc.collect()
        return len(gc.get_objects())

    for _ in range(2):
        explore()
    before = count()
    for _ in range(4):
        explore()
    assert count() - before < 30
