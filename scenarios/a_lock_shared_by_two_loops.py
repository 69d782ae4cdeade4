"""A lock shared by two loops: an ``asyncio.Lock`` belongs to one.

A worker thread has no loop, so it runs one of its own for its update, and awaits the very method that the main task
awaits. One lock, taken properly by both. As long as no task has to wait for it, that goes well.

When a task has to wait, the lock binds itself to the loop of that task. The other one then gets ``RuntimeError: ...
is bound to a different event loop``; or the lock is given back, and the wake-up lands in a loop that is asleep and that
is not told: it waits for ever. It happens under load only, and the tests are quiet. Between threads it takes a
``threading.Lock``, or one loop that does everything and is asked with ``run_coroutine_threadsafe``.

Origin: "lock thread access to jobs dictionary" among the optional changes, said of an ``asyncio.Lock``.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from harness.scenario import Scenario

if TYPE_CHECKING:
    from harness.stores.interface import JobStore

__all__ = ["scenario"]

JOB = "job-1"


def setup(store: JobStore) -> None:
    store.create(JOB)


async def main_task(store: JobStore) -> None:
    await store.advance(JOB, by=20)


def worker(store: JobStore) -> None:
    asyncio.run(store.advance(JOB, by=10))


def check(store: JobStore) -> None:
    progress = store.jobs[JOB].progress
    assert progress == 30, f"20 and 10 were done, and the progress is stuck at {progress}"


scenario = Scenario(
    "a-lock-shared-by-two-loops",
    setup=setup,
    main_task=main_task,
    workers=(worker,),
    check=check,
    expect={
        "unlocked": "fails",  # an update is lost, as between any two threads
        "asyncio-lock": "fails",  # RuntimeError, or a task waits for ever
        "asyncio-lock-complete": "fails",
        "thread-lock": "safe",
        "per-job-lock": "safe",
        "loop-confined": "fails",  # confined to one loop, and here are two
        "versioned": "safe",
        "sqlite": "fails",
        "sqlite-versioned": "safe",
    },
)
