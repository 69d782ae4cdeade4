"""The ``per-job-lock`` store with the slow work inside the lock."""

from __future__ import annotations

import asyncio

from harness.stores.per_job_lock import PART, PerJobLockStore

__all__ = ["PerJobLockHeldDuringWork"]


class PerJobLockHeldDuringWork(PerJobLockStore):
    """The slow work inside the lock: a task that wants this job now stops the whole loop; other jobs go on."""

    async def finish(self, job_id: str, parts: int) -> None:
        with self.locks[job_id]:
            for _ in range(parts):
                await asyncio.sleep(PART)
            self._set(job_id, {"status": "completed", "progress": 100})
