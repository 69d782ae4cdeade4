"""The diagram: main task, heartbeat and worker thread at one job, drawn arrow for arrow.

A program fails where the steps that were made are the arrows, in their order, and the 20 is overwritten as it is drawn.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

__all__ = ["ARROWS", "Job", "Service", "heartbeat_saves_a_whole_record", "heartbeat_sets_its_own_field"]

ARROWS = (
    "Main Task: Write progress=10",
    "Heartbeat Task: Read progress",
    "Main Task: Write progress=20",
    "Heartbeat Task: Write heartbeat",
    "Worker Thread: Write error",
)
PAUSE = 0.001  # seconds, of virtual time: a schedule may let any of them take longer


class Job:
    """What is shared."""

    def __init__(self) -> None:
        self.progress = 0
        self.heartbeat = ""
        self.error = ""


class Service:
    """Keeps the job, and what was done to it, in order."""

    def __init__(self) -> None:
        self.jobs = {"job": Job()}
        self.steps: list[str] = []

    def _update_job_status(self, job_id: str, **kwargs: Any) -> None:
        job = self.jobs[job_id]
        for key, value in kwargs.items():
            setattr(job, key, value)

    async def main_task(self) -> None:
        for progress in (10, 20):
            self._update_job_status("job", progress=progress)
            self.steps.append(f"Main Task: Write progress={progress}")
            await asyncio.sleep(PAUSE)

    async def heartbeat(self, whole: bool) -> None:
        record = {"progress": self.jobs["job"].progress}
        self.steps.append("Heartbeat Task: Read progress")
        await asyncio.sleep(PAUSE)
        self._update_job_status("job", heartbeat="now", **(record if whole else {}))
        self.steps.append("Heartbeat Task: Write heartbeat")

    def worker(self) -> None:
        self._update_job_status("job", error="no space left on device")
        self.steps.append("Worker Thread: Write error")


def heartbeat_saves_a_whole_record() -> tuple[str, ...]:
    """The heartbeat writes back everything that it read."""
    return _played(whole=True)


def heartbeat_sets_its_own_field() -> tuple[str, ...]:
    """The heartbeat writes its time, and with it nothing else, as in the quick reference's code."""
    return _played(whole=False)


def _played(whole: bool) -> tuple[str, ...]:
    async def tasks(service: Service) -> None:
        await asyncio.gather(
            asyncio.create_task(service.main_task(), name="Main Task"),
            asyncio.create_task(service.heartbeat(whole), name="Heartbeat Task"),
        )

    service = Service()
    worker = threading.Thread(target=service.worker, name="Worker Thread")
    worker.start()
    asyncio.run(tasks(service))
    worker.join()
    drawn = tuple(service.steps) == ARROWS and service.jobs["job"].progress == 10
    assert not drawn, "all arrows of the diagram, in their order, and the 20 is overwritten"
    return tuple(service.steps)
