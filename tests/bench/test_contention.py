"""Contention: the arithmetic of rounds made by hand, and real rounds for what must hold however fast they are."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from harness.bench import contention
from harness.bench.contenders import CONTENDERS, Contenders, Steps, lock_steps, store_steps
from harness.bench.contention import Round, contend, sum_up
from harness.bench.subjects import Subject
from harness.stores import STORES

TWO = Contenders(2, 0)


def rounds(*waits: tuple[tuple[float, ...], ...], seconds: float = 1.0) -> list[Round]:
    return [Round(seconds, each) for each in waits]


def test_the_rate_is_that_of_all_together_and_the_ratio_that_of_the_round_beside() -> None:
    locked = [Round(2.0, ((0.1,) * 3, (0.1,) * 3)) for _ in range(7)]
    free = [Round(1.0, ((0.0,) * 3, (0.0,) * 3)) for _ in range(7)]
    found = sum_up("lock", "computing", TWO, 1e-3, locked, free)
    assert found.rate is not None
    assert found.ratio is not None
    assert (found.rate.value, found.ratio.value) == (3.0, 0.5)
    assert found.conclusive
    assert found.waits.count == 42
    assert found.waits.longest == 0.1


def test_fairness_is_that_of_all_rounds_together() -> None:
    one_each = rounds(((0.0, 0.0), ()), ((), (0.0, 0.0)), *[((0.0,), (0.0,))] * 4)
    assert sum_up("lock", "computing", TWO, 0.0, one_each, []).fairness == 1
    one_for_all = rounds(*[((0.0, 0.0), ())] * 6)
    assert sum_up("lock", "computing", TWO, 0.0, one_for_all, []).fairness == 0.5


def test_what_could_as_well_be_no_difference_is_inconclusive() -> None:
    quick, slow = Round(1.0, ((0.0,), (0.0,))), Round(2.0, ((0.0,), (0.0,)))
    found = sum_up("lock", "computing", TWO, 0.0, [quick, slow] * 4, [slow, quick] * 4)
    assert found.ratio is not None
    assert not found.conclusive


def test_a_failure_leaves_its_reason_and_no_rate() -> None:
    found = sum_up("lock", "computing", TWO, 0.0, [Round(1.0, ((0.0,), ()), (("stuck", 1),))], [])
    assert (found.rate, found.ratio, found.conclusive) == (None, None, False)
    assert found.failures == (("stuck", 1),)


LOCKS: list[tuple[Any, bool]] = [
    (asyncio.Lock, True),
    (threading.Lock, False),
    (threading.RLock, False),
    (lambda: None, True),
    (lambda: None, False),
]


@pytest.mark.parametrize(("make", "awaiting"), LOCKS)
@pytest.mark.parametrize("contenders", CONTENDERS, ids=str)
@pytest.mark.parametrize("hold", [0.0, 1e-5])
def test_everybody_whom_a_lock_serves_gets_it(make: Any, awaiting: bool, contenders: Contenders, hold: float) -> None:
    async def main() -> Round | None:
        steps = await lock_steps(make(), awaiting=awaiting)
        return await contend(steps, contenders, hold, 0.002) if steps.serve(contenders) else None

    found = asyncio.run(main())
    if found is None:
        assert awaiting
        assert contenders.threads
        return
    assert not found.failures
    assert len(found.waits) == contenders.tasks + contenders.threads
    assert all(found.waits)
    assert all(wait >= 0 for waits in found.waits for wait in waits)


def test_a_lock_lets_one_in_at_a_time_while_it_is_held() -> None:
    class Watched:
        inside = most = 0

        def __init__(self) -> None:
            self.lock = asyncio.Lock()

        async def __aenter__(self) -> None:
            await self.lock.acquire()
            self.inside += 1
            self.most = max(self.most, self.inside)

        async def __aexit__(self, *_: object) -> None:
            self.inside -= 1
            self.lock.release()

    lock = Watched()

    async def main() -> None:
        await contend(await lock_steps(lock, awaiting=True), Contenders(16, 0), 1e-5, 0.002)

    asyncio.run(main())
    assert lock.most == 1


@pytest.mark.parametrize("name", STORES)
def test_every_store_is_updated_by_tasks(name: str) -> None:
    async def main() -> Round:
        return await contend(await store_steps(Subject(name, STORES[name], is_store=True)), TWO, 0.0, 0.002)

    assert not asyncio.run(main()).failures


def test_a_store_without_a_half_for_threads_serves_tasks_only() -> None:
    class TasksOnly:
        async def update_job_status(self, job_id: str, **fields: Any) -> None: ...

    async def main() -> Steps:
        return await store_steps(Subject("mine", TasksOnly, is_store=True))

    steps = asyncio.run(main())
    assert steps.serve(TWO)
    assert not steps.serve(Contenders(0, 2))


def test_what_a_contender_raises_is_a_result() -> None:
    async def by_task(hold: float) -> float:
        raise RuntimeError("bound to a different event loop")

    def by_thread(hold: float) -> float:
        raise RuntimeError("bound to a different event loop")

    found = asyncio.run(contend(Steps(by_task, by_thread), Contenders(2, 1), 0.0, 0.001))
    assert found.failures == (("RuntimeError: bound to a different event loop", 3),)


def test_who_waits_for_ever_is_stuck_and_nobody_waits_for_him(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contention, "GRACE", 0.01)
    free = threading.Event()

    async def by_task(hold: float) -> float:
        await asyncio.Event().wait()
        return 0.0

    def by_thread(hold: float) -> float:
        free.wait()
        return 0.0

    found = asyncio.run(contend(Steps(by_task, by_thread), Contenders(1, 2), 0.0, 0.001))
    free.set()
    assert found.failures == (("stuck", 3),)
    assert found.waits == ((), (), ())
