"""What a controlled execution costs beside a plain run of the same program, side by side in one run.

``make bench`` times them; in a normal test run each is executed once. No test here asserts a time: compare the two rows
of a group.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from harness.exploration.loop import explore
from harness.exploration.session import Session
from harness.oracles import find_lost_updates
from harness.strategies.dpor.search import ExhaustiveStrategy
from harness.strategies.random import RandomStrategy


class Counter:
    def __init__(self) -> None:
        self.value = 0

    def add(self) -> None:
        self.value += 1


def hybrid() -> int:
    """Two tasks and one worker thread."""
    counter = Counter()

    async def task() -> None:
        counter.add()
        await asyncio.sleep(0)
        counter.add()

    async def main() -> None:
        await asyncio.gather(task(), task())

    worker = threading.Thread(target=counter.add)
    worker.start()
    asyncio.run(main())
    worker.join()
    return counter.value


def tasks_only() -> int:
    """Two tasks: snapshot, sleep(0), write back, under an asyncio.Lock."""
    counter = Counter()

    async def main() -> None:
        lock = asyncio.Lock()

        async def task() -> None:
            async with lock:
                seen = counter.value
                await asyncio.sleep(0)
                counter.value = seen + 1

        await asyncio.gather(task(), task())

    asyncio.run(main())
    return counter.value


def three_threads() -> int:
    """Three threads that increment under one lock."""
    counter = Counter()
    lock = threading.Lock()

    def work() -> None:
        with lock:
            counter.add()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counter.value


PROGRAMS = [hybrid, tasks_only, three_threads]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
class TestOneExecution:
    def test_plain(self, program: Any, benchmark: Any) -> None:
        benchmark.group = program.__name__
        assert benchmark.pedantic(program, rounds=30, iterations=20, warmup_rounds=2) > 0

    def test_controlled(self, program: Any, benchmark: Any) -> None:
        benchmark.group = program.__name__
        strategy = RandomStrategy(0)
        with Session(program) as session:

            def execute() -> int:
                run = session.run(strategy)
                find_lost_updates(run.history)
                return int(run.outcome)

            assert benchmark.pedantic(execute, rounds=30, iterations=50, warmup_rounds=2) > 0


def test_exhaustive_search(benchmark: Any) -> None:
    """The whole search of three locked threads, made ready included."""
    benchmark.group = "three_threads: the whole search"
    result = benchmark.pedantic(lambda: explore(three_threads, strategy="exhaustive"), rounds=5, iterations=1)
    assert result.verdict == "proved"


class TestOneExecutionOfTheSearch:
    """Beside a plain run of the same program: three threads, one lock, an increment each."""

    def test_plain(self, benchmark: Any) -> None:
        benchmark.group = "three_threads: one execution of the search"
        assert benchmark.pedantic(three_threads, rounds=30, iterations=20, warmup_rounds=2) == 3

    def test_searched(self, benchmark: Any) -> None:
        benchmark.group = "three_threads: one execution of the search"
        with Session(three_threads) as session:
            search = ExhaustiveStrategy()
            search.watch(session.engine)

            def execute() -> None:
                nonlocal search
                if not search.begin(search.classes):
                    search = ExhaustiveStrategy()
                    search.watch(session.engine)
                    search.begin(0)
                run = session.run(search)
                search.end(run)
                find_lost_updates(run.history)

            benchmark.pedantic(execute, rounds=30, iterations=20, warmup_rounds=2)


def four_threads() -> int:
    """Four threads that increment three times under one lock: 369,600 classes."""
    counter = Counter()
    lock = threading.Lock()

    def work() -> None:
        for _ in range(3):
            with lock:
                counter.add()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counter.value


@pytest.mark.parametrize("executions", [100, 1_000, 10_000, 100_000])
def test_the_cost_of_an_execution_does_not_grow_with_their_number(executions: int, benchmark: Any) -> None:
    """``extra_info`` has the time of one in ns, the time to make the program ready left out."""
    benchmark.group = "four_threads: so many executions of the search"
    schedules = executions if benchmark.enabled else min(executions, 200)
    marks: list[float] = []
    result = benchmark.pedantic(
        lambda: explore(
            four_threads,
            strategy="exhaustive",
            schedules=schedules,
            on_progress=lambda result: marks.append(result.seconds),
        ),
        rounds=1,
        iterations=1,
    )
    assert result.schedules == result.classes == schedules
    benchmark.extra_info["ns per execution"] = round((marks[-1] - marks[0]) / (schedules - 1) * 1e9)
