"""The ``asyncio-lock`` store with one item of the checklist left out: one class an item."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Any

from harness.stores.asyncio_lock import MESSAGE, PART, AsyncioLockStore

if TYPE_CHECKING:
    from harness.stores.job import Status

__all__ = ["AsyncioLockHeldDuringWork", "AsyncioLockNotAwaited", "AsyncioLockWithoutLock"]


class AsyncioLockHeldDuringWork(AsyncioLockStore):
    """The slow work inside the lock: all others wait until it is done."""

    async def finish(self, job_id: str, parts: int) -> None:
        async with self.job_lock:
            self._set(job_id, {"status": "completed"})
            for _ in range(parts):
                await asyncio.sleep(PART)
            self._set(job_id, {"progress": 100})


class AsyncioLockNotAwaited(AsyncioLockStore):
    """Item 3, ``await`` before every update: a coroutine is made, thrown away, and never runs."""

    async def finish(self, job_id: str, parts: int) -> None:
        for _ in range(parts):
            await asyncio.sleep(PART)
        self.update_job_status(job_id, status="completed", progress=100)  # type: ignore[unused-coroutine]


class AsyncioLockWithoutLock(AsyncioLockStore):
    """Items 1, 2 and 4 at once: no lock, and the rest of the fix as it is, the slow messages before each change."""

    async def update_job_status(self, job_id: str, **fields: Any) -> None:
        self._set(job_id, fields)

    async def update_if_processing(self, job_id: str, **fields: Any) -> bool:
        await asyncio.sleep(MESSAGE)
        if job_id not in self.jobs or self.jobs[job_id].status != "processing":
            return False
        self._set(job_id, fields)
        return True

    async def advance(self, job_id: str, by: int) -> None:
        await asyncio.sleep(PART)
        job = self.jobs[job_id]
        job.progress = min(100, job.progress + by)

    async def heartbeat(self, job_id: str) -> bool:
        await asyncio.sleep(MESSAGE)
        if job_id not in self.jobs:
            return False
        job = self.jobs[job_id]
        job.last_heartbeat = datetime.now()
        return True

    async def list_jobs(self) -> dict[str, Status]:
        return {job_id: job.status for job_id, job in self.jobs.items()}
