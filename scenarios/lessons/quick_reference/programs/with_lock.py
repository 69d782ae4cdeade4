"""The table T1 to T8, "What Happens With Lock", played by two casts; and what it promises at its end.

A program fails where the steps that were made are those of the table. "Waiting" is one step, which begins in T2.
"""

from __future__ import annotations

import asyncio
from typing import Any

__all__ = ["TABLE", "Job", "Service", "final_progress", "nothing_awaited_inside", "work_inside"]

TABLE = (
    "Main Thread: Lock acquired",
    "Main Thread: Read: progress=10",
    "Heartbeat Task: Waiting...",
    "Main Thread: Write: progress=20",
    "Main Thread: Lock released",
    "Heartbeat Task: Lock acquired",
    "Heartbeat Task: Read: progress=20",
    "Heartbeat Task: Write: heartbeat=now",
    "Heartbeat Task: Lock released",
    "Final: progress=20",
)
PAUSE = 0.001  # seconds, of virtual time: a schedule may let any of them take longer


class Job:
    """What is shared."""

    def __init__(self) -> None:
        self.progress = 10
        self.heartbeat = ""


class Service:
    """Keeps the job, and what was done to it, in order."""

    def __init__(self) -> None:
        self.job = Job()
        self.job_lock = asyncio.Lock()
        self.steps: list[str] = []

    async def main_task(self, work: bool) -> None:
        await asyncio.sleep(PAUSE)
        async with self.job_lock:
            self.steps.append("Main Thread: Lock acquired")
            progress = self.job.progress
            self.steps.append(f"Main Thread: Read: progress={progress}")
            if work:
                await asyncio.sleep(PAUSE)
            self.job.progress = progress + 10
            self.steps.append(f"Main Thread: Write: progress={progress + 10}")
        self.steps.append("Main Thread: Lock released")

    async def heartbeat(self, work: bool) -> None:
        await asyncio.sleep(PAUSE)
        if self.job_lock.locked():
            self.steps.append("Heartbeat Task: Waiting...")
        async with self.job_lock:
            self.steps.append("Heartbeat Task: Lock acquired")
            progress = self.job.progress
            self.steps.append(f"Heartbeat Task: Read: progress={progress}")
            if work:
                await asyncio.sleep(PAUSE)
                self.job.progress = progress  # the whole record, which cannot be stale here
            self.job.heartbeat = "now"
            self.steps.append("Heartbeat Task: Write: heartbeat=now")
        self.steps.append("Heartbeat Task: Lock released")


def nothing_awaited_inside() -> tuple[str, ...]:
    """Nothing is awaited while the lock is held, as in the quick reference's update."""
    return _steps_unless_the_tables(_played(work=False))


def work_inside() -> tuple[str, ...]:
    """Both await something while they hold the lock."""
    return _steps_unless_the_tables(_played(work=True))


def final_progress() -> None:
    """Whatever the order: the progress is 20 at the end, even if the heartbeat saves the whole record."""
    service = _played(work=True)
    assert service.job.progress == 20, f"the final progress is {service.job.progress}"


def _played(work: bool) -> Service:
    async def both(service: Service) -> None:
        tasks: list[Any] = [
            asyncio.create_task(service.main_task(work), name="Main Thread"),
            asyncio.create_task(service.heartbeat(work), name="Heartbeat Task"),
        ]
        await asyncio.gather(*tasks)

    service = Service()
    asyncio.run(both(service))
    return service


def _steps_unless_the_tables(service: Service) -> tuple[str, ...]:
    found = (*service.steps, f"Final: progress={service.job.progress}")
    assert found != TABLE, "T1 to T8 happened as in the table"
    return found
