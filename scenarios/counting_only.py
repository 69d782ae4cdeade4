"""Only counting: ``len(jobs)`` needs no lock.

The main task logs how many jobs there are, while a worker thread runs the cleanup. ``len`` is one step in C: it gives a
number that was right at some moment, before the deletion or after it, and it never raises and never sees half a change.

So this scenario holds for every store, also for the one without a lock, and that is proved, not assumed. It is the
other side of ``iterating-while-cleaning-up``: one look is safe, a loop of looks is not. And no more is promised than
"at some moment": to count and then to act on the number is check-then-act again.

Origin: "no lock needed: just reading (no modification)", and its example, ``len(self.jobs)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.scenario import Scenario

if TYPE_CHECKING:
    from harness.stores.interface import JobStore

__all__ = ["scenario"]

OLD, NEW = "job-1", "job-2"


def setup(store: JobStore) -> None:
    store.create(OLD)
    store.create(NEW)
    store.report_error(OLD, "no space left on device")


async def main_task(store: JobStore) -> None:
    count = store.count()
    assert count in (1, 2), f"there were never {count} jobs"


def worker(store: JobStore) -> None:
    store.cleanup()


def check(store: JobStore) -> None:
    assert store.count() == 1


scenario = Scenario(
    "counting-only",
    setup=setup,
    main_task=main_task,
    workers=(worker,),
    check=check,
    expect={
        "unlocked": "safe",
        "asyncio-lock": "safe",
        "asyncio-lock-complete": "safe",  # no task waits for the lock, so it never notices the second loop
        "thread-lock": "safe",
        "per-job-lock": "safe",
        "loop-confined": "safe",
        "versioned": "safe",
        "sqlite": "safe",
        "sqlite-versioned": "safe",
    },
)
