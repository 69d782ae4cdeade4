"""Progress jumps backward: the heartbeat writes a whole stale record back.

The main task reads progress 10 and works on. The heartbeat reads the same record, tells the frontend that the job is
alive, and then saves what it has sent: the time of the heartbeat, and with it every other field as it was before. If
the main task has written 20 in the meantime, the job is back at 10, though no one asked for that.

Both are tasks of one event loop, which takes turns only at an ``await``. One lies between the heartbeat's read and its
write, and how long it takes decides: here the work takes longer than the message, so all goes well until, on a busy
machine, the message goes out late. A lock around read and write helps; so does to write the one field that is yours.

Origin: the table T1 to T5, and "heartbeat overwrites newer progress" among the symptoms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.scenario import Scenario

if TYPE_CHECKING:
    from harness.stores.interface import JobStore

__all__ = ["scenario"]

JOB = "job-1"


def setup(store: JobStore) -> None:
    store.create(JOB, progress=10)


async def main_task(store: JobStore) -> None:
    await store.advance(JOB, by=10)


async def heartbeat(store: JobStore) -> None:
    await store.heartbeat(JOB)


def check(store: JobStore) -> None:
    progress = store.jobs[JOB].progress
    assert progress == 20, f"the main task wrote 20, and the progress is back at {progress}"


scenario = Scenario(
    "progress-jumps-backward",
    setup=setup,
    main_task=main_task,
    heartbeat=heartbeat,
    check=check,
    expect={
        "unlocked": "fails",  # saves the record it read before its await
        "asyncio-lock": "safe",  # tasks only, and no await between read and write
        "asyncio-lock-complete": "safe",
        "thread-lock": "safe",
        "per-job-lock": "safe",
        "loop-confined": "safe",
        "versioned": "safe",
        "sqlite": "fails",  # loads before the await, and saves every column after it
        "sqlite-versioned": "safe",
    },
)
