"""The store on a database, with a version in each row: who saves an old version is told so, and begins again.

``UPDATE ... WHERE id = ? AND version = ?`` compares and swaps in one statement, which is one transaction. It changes
one row, or none if another actor has saved or deleted the job since it was loaded; then the whole load-change-save
starts over with what is there now. No actor ever waits for a lock.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Any

from harness.stores.sqlite import COLUMNS, PART, SqliteStore, job_of, row_of, set_fields

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.stores.job import Job

__all__ = ["SqliteVersionedStore"]


class SqliteVersionedStore(SqliteStore):
    """Keeps jobs in an SQLite file; saves a record only if it is still the version it loaded."""

    def _change(self, job_id: str, change: Callable[[Job], bool]) -> bool:
        """Load, change, save, until nothing came in between; False once ``change`` says that it has nothing to do.

        Raises:
            KeyError: There is no such job.
        """
        while True:
            rows, _ = self._execute("SELECT * FROM jobs WHERE id = ?", job_id)
            if not rows:
                raise KeyError(job_id)
            job, version = job_of(rows[0]), rows[0]["version"]
            if not change(job):
                return False
            values = ", ".join(f"{column} = ?" for column in COLUMNS)
            _, changed = self._execute(
                f"UPDATE jobs SET {values}, version = version + 1 WHERE id = ? AND version = ?",
                *row_of(job),
                job_id,
                version,
            )
            if changed:
                return True

    def _set(self, job_id: str, fields: dict[str, Any]) -> None:
        def change(job: Job) -> bool:
            set_fields(job, fields)
            return True

        self._change(job_id, change)

    async def update_job_status(self, job_id: str, **fields: Any) -> None:
        self._set(job_id, fields)

    async def update_if_processing(self, job_id: str, **fields: Any) -> bool:
        def change(job: Job) -> bool:
            if job.status != "processing":
                return False
            set_fields(job, fields)
            return True

        await self._send(job_id, fields)
        try:
            return self._change(job_id, change)
        except KeyError:
            return False

    async def advance(self, job_id: str, by: int) -> None:
        await asyncio.sleep(PART)
        self.report_progress(job_id, by)

    async def heartbeat(self, job_id: str) -> bool:
        await self._send(job_id, {"alive": True})
        try:
            self._set(job_id, {"last_heartbeat": datetime.now()})
        except KeyError:
            return False
        return True

    def report_progress(self, job_id: str, by: int) -> None:
        def change(job: Job) -> bool:
            job.progress = min(100, job.progress + by)
            return True

        self._change(job_id, change)

    def report_error(self, job_id: str, error: str) -> None:
        self._set(job_id, {"status": "failed", "error": error})
