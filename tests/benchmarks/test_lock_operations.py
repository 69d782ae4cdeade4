"""What an update costs with each store's lock and without, and what a lock costs alone, side by side in one group.

``make bench`` times them; in a normal test run each is executed once. ``race bench`` times the same operations in
turns, with intervals; what these add is a history: ``pytest-benchmark`` compares them with those of an earlier commit.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from harness.bench.contenders import CONTENDERS, lock_steps
from harness.bench.contention import contend
from harness.bench.operations import acquire_pair, control_pair, update_pair
from harness.bench.subjects import LOCKS, Subject, stores_to_measure

LOOPS = 1000


def time(benchmark: Any, group: str, loop: asyncio.AbstractEventLoop, timed: Any) -> None:
    benchmark.group = group
    assert benchmark.pedantic(lambda: loop.run_until_complete(timed(LOOPS)), rounds=30, warmup_rounds=2) >= 0


@pytest.fixture
def loop() -> Any:
    with asyncio.Runner() as runner:
        yield runner.get_loop()


@pytest.mark.parametrize("subject", stores_to_measure(), ids=lambda subject: subject.name)
class TestUpdate:
    def test_with_its_lock(self, subject: Subject, benchmark: Any, loop: asyncio.AbstractEventLoop) -> None:
        pair = loop.run_until_complete(update_pair(subject))
        time(benchmark, f"{LOOPS:,} updates of {subject.name}", loop, pair.a)

    def test_without(self, subject: Subject, benchmark: Any, loop: asyncio.AbstractEventLoop) -> None:
        pair = loop.run_until_complete(update_pair(subject))
        time(benchmark, f"{LOOPS:,} updates of {subject.name}", loop, pair.b)


def test_update_without_any_lock(benchmark: Any, loop: asyncio.AbstractEventLoop) -> None:
    time(benchmark, f"{LOOPS:,} updates without any lock", loop, loop.run_until_complete(control_pair()).a)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_acquire(lock: Subject, benchmark: Any, loop: asyncio.AbstractEventLoop) -> None:
    time(benchmark, f"{LOOPS:,} acquisitions", loop, loop.run_until_complete(acquire_pair(lock)).a)


@pytest.mark.parametrize("contenders", CONTENDERS, ids=str)
def test_a_round_of_contention(contenders: Any, benchmark: Any, loop: asyncio.AbstractEventLoop) -> None:
    """What a round costs beside the time that it is to take: starting everybody, and their last turns."""
    benchmark.group = "a round of 1 ms"
    lock = next(each for each in LOCKS if each.name == "threading.Lock")

    async def contended() -> Any:
        return await contend(await lock_steps(lock.new(), awaiting=False), contenders, 0.0, 0.001)

    assert benchmark.pedantic(lambda: loop.run_until_complete(contended()), rounds=20).waits
