"""The job record: what a store keeps about one job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

__all__ = ["Job", "Status"]

Status = Literal["queued", "processing", "completed", "failed"]


@dataclass
class Job:
    """One job. Mutable and shared: all that got it from a store see what the others do to it."""

    id: str
    status: Status = "queued"
    progress: int = 0  # percent
    error: str | None = None
    created: datetime | None = None
    completed: datetime | None = None
    last_heartbeat: datetime | None = None
