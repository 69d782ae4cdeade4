"""The heartbeat outlives its job: ``KeyError``, or a job that is back from the dead.

A worker thread gives the job up and the cleanup forgets it, while the heartbeat goes on beating. It must notice that
there is no such job any more, and stop. "Is it still there?" and "note the time" are check and act: with a thread
around, they belong under a lock that the thread takes too.

A heartbeat that keeps the record over an ``await`` and then saves it whole is the worst of them. It gets no error. It
writes the deleted job anew, as it was, being processed, and from then on keeps it alive.

Origin: "if job_id not in self.jobs: break" in the fourth item of the checklist, under a lock that no thread takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.scenario import Scenario

if TYPE_CHECKING:
    from harness.stores.interface import JobStore

__all__ = ["scenario"]

JOB = "job-1"


def setup(store: JobStore) -> None:
    store.create(JOB, progress=50)


async def heartbeat(store: JobStore) -> None:
    await store.heartbeat(JOB)  # one beat, while its job is given up, is enough


def worker(store: JobStore) -> None:
    store.report_error(JOB, "no space left on device")
    store.cleanup()


def check(store: JobStore) -> None:
    assert JOB not in store.jobs, f"the job was cleaned up, and its heartbeat keeps it alive: {store.jobs[JOB].status}"


scenario = Scenario(
    "heartbeat-outlives-its-job",
    setup=setup,
    heartbeat=heartbeat,
    workers=(worker,),
    check=check,
    expect={
        "unlocked": "fails",
        "asyncio-lock": "fails",  # the thread deletes between check and act, under the tasks' lock
        "asyncio-lock-complete": "fails",  # the thread takes the lock in a loop of its own
        "thread-lock": "safe",
        "per-job-lock": "safe",
        "loop-confined": "safe",
        "versioned": "safe",
        "sqlite": "fails",  # saves the record that it loaded: the row is back
        "sqlite-versioned": "safe",
    },
)
