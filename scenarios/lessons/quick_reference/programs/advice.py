"""What "Quick Help" and the last checklist advise, as programs: who is blocked, and what a log shows."""

from __future__ import annotations

import asyncio
import threading
from itertools import pairwise
from typing import Any

__all__ = [
    "Job",
    "Service",
    "a_log_that_only_grows",
    "bystander_of_a_threading_lock",
    "bystander_of_an_asyncio_lock",
    "one_request_alone",
    "waits_for_an_asyncio_lock",
]

WORK = 0.010  # seconds of a part of the work, in virtual time


class Service:
    """Runs a slow operation under a lock. It ends when another task has gone on: never, if the lock prevents that."""

    def __init__(self, lock: Any) -> None:
        self.job_lock = lock
        self.went_on = asyncio.Event()

    async def slow_operation(self) -> None:
        await self.went_on.wait()

    async def slow(self) -> None:
        if isinstance(self.job_lock, asyncio.Lock):
            async with self.job_lock:
                await self.slow_operation()
        else:
            with self.job_lock:
                await self.slow_operation()

    async def wants_the_lock(self) -> None:
        if isinstance(self.job_lock, asyncio.Lock):
            async with self.job_lock:
                self.went_on.set()
        else:
            with self.job_lock:
                self.went_on.set()

    async def bystander(self) -> None:
        await asyncio.sleep(WORK)
        self.went_on.set()


async def _together(service: Service, *others: Any) -> None:
    slow = asyncio.create_task(service.slow(), name="slow")
    await asyncio.sleep(0)
    await asyncio.gather(slow, *(asyncio.create_task(other(), name=other.__name__) for other in others))


def waits_for_an_asyncio_lock() -> None:
    """One who wants the lock is kept from going on until the slow operation is over."""
    service = Service(asyncio.Lock())
    asyncio.run(_together(service, service.wants_the_lock))


def bystander_of_an_asyncio_lock() -> None:
    """Of two others, one wants the lock and one does not: that one goes on."""
    service = Service(asyncio.Lock())
    asyncio.run(_together(service, service.wants_the_lock, service.bystander))


def bystander_of_a_threading_lock() -> None:
    """The same, with a lock whose waiting stops the whole loop."""
    service = Service(threading.Lock())
    asyncio.run(_together(service, service.wants_the_lock, service.bystander))


class Job:
    """What is shared."""

    def __init__(self) -> None:
        self.progress = 0


def one_request_alone() -> None:
    """The updates without any lock, tested with a single request, and nothing beside it."""
    job = Job()

    async def request() -> None:
        for _ in range(3):
            progress = job.progress
            await asyncio.sleep(WORK)
            job.progress = progress + 10

    asyncio.run(request())
    assert job.progress == 30, f"30 were done, and the progress is {job.progress}"


def a_log_that_only_grows() -> None:
    """Two threads add to the progress and log it. Fails where an update is lost and the log looks consistent."""
    job = Job()
    log: list[int] = []

    def worker(by: int) -> None:
        progress = job.progress + _worked(by)
        job.progress = progress
        log.append(progress)

    threads = [threading.Thread(target=worker, args=(by,), name=f"worker of {by}") for by in (10, 15)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if job.progress != 25:
        consistent = all(earlier < later for earlier, later in pairwise(log))
        assert not consistent, f"the log reads {log}, 10 and 15 were done, and the progress is {job.progress}"


def _worked(by: int) -> int:
    return by
