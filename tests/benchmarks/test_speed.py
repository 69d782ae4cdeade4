"""What a controlled execution costs beside a plain run of the same program, side by side in one run.

``make bench`` times them; in a normal test run each is executed once. No test here asserts a time: compare the two rows
of a group.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from harness.explore import explore
from harness.oracles import find_lost_updates
from harness.schedule.random import RandomStrategy
from harness.session import Session


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
