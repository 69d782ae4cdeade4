"""The code blocks of "Where Locks Are Needed", word for word, by two tasks of one loop and by two threads.

None takes a lock. What fails needs one.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Job",
    "Service",
    "add_by_tasks",
    "add_by_threads",
    "check_then_act_by_tasks",
    "check_then_act_by_threads",
    "set_to_50_by_tasks",
    "set_to_50_by_threads",
]


class Job:
    """What is shared."""

    def __init__(self) -> None:
        self.progress = 0


class Service:
    """Keeps the job, and what was done to it, in order."""

    def __init__(self) -> None:
        self.jobs = {"job": Job()}

    def set_to_50(self) -> None:
        job_id = "job"
        job = self.jobs[job_id]  # Read
        job.progress = 50  # Modify

    def add_25(self) -> None:
        job_id = "job"
        job = self.jobs[job_id]  # Read
        job.progress = job.progress + 25  # Modify what was read

    def check_then_act(self) -> None:
        job_id = "job"
        if job_id in self.jobs:  # Check
            del self.jobs[job_id]  # Act


def set_to_50_by_tasks() -> None:
    """The block "Read-Modify-Write" as it is printed."""
    service = Service()
    _by_tasks(service.set_to_50)
    assert service.jobs["job"].progress == 50


def set_to_50_by_threads() -> None:
    """The same, in two threads."""
    service = Service()
    _by_threads(service.set_to_50)
    assert service.jobs["job"].progress == 50


def add_by_tasks() -> None:
    """A read-modify-write in earnest: what is written depends on what was read."""
    service = Service()
    _by_tasks(service.add_25)
    assert service.jobs["job"].progress == 50, f"25 and 25 make {service.jobs['job'].progress}"


def add_by_threads() -> None:
    """The same, in two threads."""
    service = Service()
    _by_threads(service.add_25)
    assert service.jobs["job"].progress == 50, f"25 and 25 make {service.jobs['job'].progress}"


def check_then_act_by_tasks() -> None:
    """The block "Check-Then-Act" as it is printed."""
    service = Service()
    _by_tasks(service.check_then_act)
    assert not service.jobs


def check_then_act_by_threads() -> None:
    """The same, in two threads."""
    service = Service()
    _by_threads(service.check_then_act)
    assert not service.jobs


def _by_tasks(work: Callable[[], None]) -> None:
    async def task() -> None:
        await asyncio.sleep(0.001)
        work()

    async def both() -> None:
        await asyncio.gather(asyncio.create_task(task(), name="Task 1"), asyncio.create_task(task(), name="Task 2"))

    asyncio.run(both())


def _by_threads(work: Callable[[], None]) -> None:
    seen: list[Exception] = []

    def run() -> None:
        try:
            work()
        except Exception as error:
            seen.append(error)

    threads = [threading.Thread(target=run, name=f"Thread {number}") for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if seen:
        raise seen[0]
