"""The store on a database, used the way an ORM is used: load the whole record, change it, save the whole record.

Each statement is atomic, durable and isolated, and none of it helps. Between load and save lies the same gap as between
read and write in a dict, and what is saved is every column, also those that another actor has written meanwhile. A save
whose row is gone makes a new one, as Django's does, so a deleted job comes back.

What the database does give: one ``SELECT`` is one moment. Two fields of one record always belong together.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
import threading
import weakref
from dataclasses import fields as columns_of
from datetime import datetime
from pathlib import Path
from typing import Any

from harness.stores.job import Job, Status

__all__ = ["COLUMNS", "PART", "SqliteStore", "job_of", "row_of", "set_fields"]

MESSAGE = 0.001  # seconds that a message to the frontend takes
PART = 0.002  # seconds that a part of the work takes

COLUMNS = [column.name for column in columns_of(Job)]
TIMES = ("created", "completed", "last_heartbeat")


class SqliteStore:
    """Keeps jobs in an SQLite file; loads and saves whole records."""

    def __init__(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="jobs-")
        self.mine = threading.local()
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self._execute("PRAGMA journal_mode = WAL")
        self._execute(f"CREATE TABLE jobs (id TEXT PRIMARY KEY, {', '.join(COLUMNS[1:])}, version DEFAULT 0)")

    def _execute(self, sql: str, *values: Any) -> tuple[list[dict[str, Any]], int]:
        """One statement, which is a transaction of its own: its rows, and how many rows it changed."""
        cursor = self._connection().execute(sql, values)
        return [dict(row) for row in cursor.fetchall()], cursor.rowcount

    def _connection(self) -> sqlite3.Connection:
        """The connection of this thread: two threads cannot share one."""
        if not hasattr(self.mine, "connection"):
            file = Path(self.folder, "jobs.db")
            self.mine.connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
            self.mine.connection.row_factory = sqlite3.Row
            self.mine.connection.execute("PRAGMA synchronous = OFF")  # the file is thrown away: no need to wait for it
            weakref.finalize(self, self.mine.connection.close)
        connection: sqlite3.Connection = self.mine.connection
        return connection

    def _load(self, job_id: str) -> Job:
        rows, _ = self._execute("SELECT * FROM jobs WHERE id = ?", job_id)
        if not rows:
            raise KeyError(job_id)
        return job_of(rows[0])

    def _save(self, job: Job) -> None:
        places = ", ".join("?" * len(COLUMNS))
        self._execute(f"REPLACE INTO jobs ({', '.join(COLUMNS)}) VALUES ({places})", *row_of(job))

    @property
    def jobs(self) -> dict[str, Job]:
        rows, _ = self._execute("SELECT * FROM jobs")
        return {row["id"]: job_of(row) for row in rows}

    def create(self, job_id: str, **fields: Any) -> None:
        self._save(Job(job_id, status="processing", created=datetime.now(), **fields))

    async def update_job_status(self, job_id: str, **fields: Any) -> None:
        job = self._load(job_id)
        set_fields(job, fields)
        self._save(job)

    async def update_if_processing(self, job_id: str, **fields: Any) -> bool:
        job = self.find(job_id)
        if job is None or job.status != "processing":  # the check ...
            return False
        await self._send(job_id, fields)
        set_fields(job, fields)
        self._save(job)  # ... and the act
        return True

    async def advance(self, job_id: str, by: int) -> None:
        job = self._load(job_id)  # read
        await asyncio.sleep(PART)
        job.progress = min(100, job.progress + by)
        self._save(job)  # write, and with it every other column

    async def finish(self, job_id: str, parts: int) -> None:
        for _ in range(parts):
            await asyncio.sleep(PART)
        await self.update_job_status(job_id, status="completed", progress=100)

    async def heartbeat(self, job_id: str) -> bool:
        job = self.find(job_id)
        if job is None:
            return False
        await self._send(job_id, {"alive": True})
        job.last_heartbeat = datetime.now()
        self._save(job)
        return True

    async def list_jobs(self) -> dict[str, Status]:
        rows, _ = self._execute("SELECT id, status FROM jobs")
        return {row["id"]: row["status"] for row in rows}

    async def _send(self, job_id: str, message: dict[str, Any]) -> None:
        await asyncio.sleep(MESSAGE)

    def get_job_status(self, job_id: str) -> dict[str, Any]:
        job = self._load(job_id)
        return {"status": job.status, "progress": job.progress}

    def report_progress(self, job_id: str, by: int) -> None:
        job = self._load(job_id)
        job.progress = min(100, job.progress + by)
        self._save(job)

    def report_error(self, job_id: str, error: str) -> None:
        job = self._load(job_id)
        set_fields(job, {"status": "failed", "error": error})
        self._save(job)

    def cleanup(self) -> None:
        self._execute("DELETE FROM jobs WHERE status IN ('completed', 'failed')")

    def count(self) -> int:
        rows, _ = self._execute("SELECT count(*) AS jobs FROM jobs")
        return int(rows[0]["jobs"])

    def find(self, job_id: str) -> Job | None:
        rows, _ = self._execute("SELECT * FROM jobs WHERE id = ?", job_id)
        return job_of(rows[0]) if rows else None


def set_fields(job: Job, fields: dict[str, Any]) -> None:
    """Change some fields of a record that no other actor has."""
    for key, value in fields.items():
        setattr(job, key, value)


def row_of(job: Job) -> list[Any]:
    """The values of a record, in the order of the columns."""
    values = [getattr(job, column) for column in COLUMNS]
    return [value.isoformat() if isinstance(value, datetime) else value for value in values]


def job_of(row: dict[str, Any]) -> Job:
    """A new record of what a row says."""
    values = {column: row[column] for column in COLUMNS}
    for column in TIMES:
        if values[column] is not None:
            values[column] = datetime.fromisoformat(values[column])
    return Job(**values)
