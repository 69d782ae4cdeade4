"""The table T1 to T5, "What Happens Without Lock", played by four casts.

A program fails where the steps that were made are those of the table, in its order and with its values. Otherwise it
returns the steps that were made instead.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

__all__ = [
    "TABLE",
    "Job",
    "Service",
    "as_printed",
    "as_printed_in_a_thread",
    "one_field_with_an_await",
    "whole_stale_record",
]

TABLE = (
    "Main Thread: Read: progress=10",
    "Heartbeat Task: Read: progress=10",
    "Main Thread: Write: progress=20",
    "Heartbeat Task: Write: heartbeat=now",
    "Final: progress=10",
)
PAUSE = 0.001  # seconds, of virtual time: a schedule may let any of them take longer
NOW = "now"


class Job:
    """What is shared."""

    def __init__(self) -> None:
        self.progress = 10
        self.heartbeat = ""


class Service:
    """Keeps the job, and what was done to it, in order."""

    def __init__(self) -> None:
        self.jobs = {"job": Job()}
        self.steps: list[str] = []

    def _update_job_status(self, job_id: str, **kwargs: Any) -> None:
        job = self.jobs[job_id]
        for key, value in kwargs.items():
            setattr(job, key, value)

    def read_as(self, who: str) -> int:
        progress = self.jobs["job"].progress
        self.steps.append(f"{who}: Read: progress={progress}")
        return progress

    def write_progress(self, progress: int) -> None:
        self._update_job_status("job", progress=progress)
        self.steps.append(f"Main Thread: Write: progress={progress}")

    def write_heartbeat(self, **record: Any) -> None:
        self._update_job_status("job", **record)
        self.steps.append("Heartbeat Task: Write: heartbeat=now")

    def steps_unless_the_tables(self) -> tuple[str, ...]:
        found = (*self.steps, f"Final: progress={self.jobs['job'].progress}")
        assert found != TABLE, "T1 to T5 happened as in the table"
        return found


def as_printed() -> tuple[str, ...]:
    """Two tasks of one loop; between a read and its write there is no ``await``, as in the quick reference's code."""
    service = Service()

    async def main_task() -> None:
        await asyncio.sleep(PAUSE)
        service.write_progress(service.read_as("Main Thread") + 10)

    async def heartbeat() -> None:
        await asyncio.sleep(PAUSE)
        service.read_as("Heartbeat Task")
        service.write_heartbeat(heartbeat=NOW)

    asyncio.run(_both(main_task(), heartbeat()))
    return service.steps_unless_the_tables()


def one_field_with_an_await() -> tuple[str, ...]:
    """The same, and each awaits something between its read and its write; the heartbeat writes its own field."""
    service = Service()

    async def main_task() -> None:
        progress = service.read_as("Main Thread")
        await asyncio.sleep(PAUSE)
        service.write_progress(progress + 10)

    async def heartbeat() -> None:
        service.read_as("Heartbeat Task")
        await asyncio.sleep(PAUSE)
        service.write_heartbeat(heartbeat=NOW)

    asyncio.run(_both(main_task(), heartbeat()))
    return service.steps_unless_the_tables()


def as_printed_in_a_thread() -> tuple[str, ...]:
    """The "Main Thread" of the table is a thread beside the loop of the heartbeat."""
    service = Service()

    def main_thread() -> None:
        service.write_progress(service.read_as("Main Thread") + 10)

    async def heartbeat() -> None:
        service.read_as("Heartbeat Task")
        service.write_heartbeat(heartbeat=NOW)

    thread = threading.Thread(target=main_thread, name="Main Thread")
    thread.start()
    asyncio.run(heartbeat())
    thread.join()
    return service.steps_unless_the_tables()


def whole_stale_record() -> tuple[str, ...]:
    """Two tasks; the heartbeat awaits something and then saves the whole record that it read before."""
    service = Service()

    async def main_task() -> None:
        progress = service.read_as("Main Thread")
        await asyncio.sleep(PAUSE)
        service.write_progress(progress + 10)

    async def heartbeat() -> None:
        record = {"progress": service.read_as("Heartbeat Task")}
        await asyncio.sleep(PAUSE)
        service.write_heartbeat(**record, heartbeat=NOW)

    asyncio.run(_both(main_task(), heartbeat()))
    return service.steps_unless_the_tables()


async def _both(main_task: Any, heartbeat: Any) -> None:
    await asyncio.gather(
        asyncio.create_task(main_task, name="Main Thread"), asyncio.create_task(heartbeat, name="Heartbeat Task")
    )
