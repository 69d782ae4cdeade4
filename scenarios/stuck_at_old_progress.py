"""Stuck at an old progress: two read-modify-writes, and one of them is gone.

The main task and a worker thread each finish a part of the job and add it to the progress. Each reads the old value,
adds to it and writes the sum. If both read before either writes, the second sum overwrites the first: the job has done
30 of 30 and says 20, and it will say so for ever.

A thread needs no ``await`` to get in between. It can be there after any call, and without the GIL between any two
steps; so the ``asyncio.Lock`` that makes the tasks take turns does nothing here. All that write must hold the same
lock, and the thread can only hold a ``threading.Lock``.

Origin: "update lost in race" among the symptoms; "lock thread access" is left among the optional changes.
"""

from __future__ import annotations

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
    store.report_progress(JOB, by=10)


def check(store: JobStore) -> None:
    progress = store.jobs[JOB].progress
    assert progress == 30, f"20 and 10 were done, and the progress is stuck at {progress}"


scenario = Scenario(
    "stuck-at-old-progress",
    setup=setup,
    main_task=main_task,
    workers=(worker,),
    check=check,
    expect={
        "unlocked": "fails",  # the thread writes while the task works between its read and its write
        "asyncio-lock": "fails",  # the task holds a lock that the thread does not take
        "asyncio-lock-complete": "fails",  # the thread takes the lock in a loop of its own
        "thread-lock": "safe",
        "per-job-lock": "safe",
        "loop-confined": "safe",
        "versioned": "safe",
        "sqlite": "fails",  # between SELECT and save there is room for a thread
        "sqlite-versioned": "safe",
    },
)
