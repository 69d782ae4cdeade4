"""The ``asyncio.Lock`` carried through to the end: the optional changes too, and the thread takes the same lock.

Reading the status, the deletion in cleanup and every access of a thread now stand under ``async with``. A thread has
no loop, so each of its calls runs one of its own for the time that it takes.

That is worse than no lock. An ``asyncio.Lock`` belongs to the loop in which a task first had to wait for it. While
no task waits, all goes well; when a thread meets a task, one of them gets ``RuntimeError: ... is bound to a different
event loop``, or it is woken in a loop that is not its own, which means never.
"""

from __future__ import annotations

import asyncio
from typing import Any

from harness.stores.asyncio_lock import AsyncioLockStore

__all__ = ["AsyncioLockCompleteStore"]


class AsyncioLockCompleteStore(AsyncioLockStore):
    """Keeps jobs in a dict; threads take the tasks' lock through a loop of their own."""

    def get_job_status(self, job_id: str) -> dict[str, Any]:
        async def locked() -> dict[str, Any]:
            async with self.job_lock:
                job = self.jobs[job_id]
                return {"status": job.status, "progress": job.progress}

        return asyncio.run(locked())

    def report_progress(self, job_id: str, by: int) -> None:
        async def locked() -> None:
            async with self.job_lock:
                job = self.jobs[job_id]
                job.progress = min(100, job.progress + by)

        asyncio.run(locked())

    def report_error(self, job_id: str, error: str) -> None:
        asyncio.run(self.update_job_status(job_id, status="failed", error=error))

    def cleanup(self) -> None:
        async def locked() -> None:
            async with self.job_lock:
                for job_id in list(self.jobs):
                    if self.jobs[job_id].status in ("completed", "failed"):
                        del self.jobs[job_id]

        asyncio.run(locked())
