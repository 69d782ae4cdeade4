"""What a scenario may ask of a store: tasks await their half, worker threads call theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.stores.record import Job

__all__ = ["JobStore"]


class JobStore(Protocol):
    """A job store, made with no arguments.

    Each method is one step of a service. A safe store lets no other step see or undo half of it; how long the part
    of the work or the message that goes with it takes must not matter.
    """

    @property
    def jobs(self) -> Mapping[str, Job]:
        """The records themselves, live, by id. For looking at them when everybody has finished."""

    def create(self, job_id: str, **fields: Any) -> None:
        """Add a job that is being processed; ``fields`` are its other first values."""

    # For tasks.

    async def update_job_status(self, job_id: str, **fields: Any) -> None:
        """Set several fields. Together: nobody sees the first one without the last."""

    async def update_if_processing(self, job_id: str, **fields: Any) -> bool:
        """Tell the frontend, then set the fields if the job is still being processed: check, then act.

        Returns:
            Whether they were set.
        """

    async def advance(self, job_id: str, by: int) -> None:
        """Do a part of the work and move the progress on: read, modify, write."""

    async def heartbeat(self, job_id: str) -> None:
        """Tell the frontend that the job is alive, and note the time in its record."""

    # For worker threads.

    def get_job_status(self, job_id: str) -> dict[str, Any]:
        """The status and the progress, as they were at one moment."""

    def report_progress(self, job_id: str, by: int) -> None:
        """Move the progress on: read, modify, write."""

    def report_error(self, job_id: str, error: str) -> None:
        """Mark the job as failed, with the reason."""
