"""What a scenario may ask of a store: tasks await their half, worker threads call theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.stores.job import Job, Status

__all__ = ["JobStore"]


class JobStore(Protocol):
    """A job store, made with no arguments.

    Each method is one step of a service. A safe store lets no other step see or undo half of it; how long the part
    of the work or the message that goes with it takes must not matter. A job that does not exist is a ``KeyError``,
    where nothing else is said.

    A store that lives in an event loop has ``async def start(self)`` as well: it is called in the loop before anything
    uses the store, and that loop then runs until the last worker thread has ended.
    """

    @property
    def jobs(self) -> Mapping[str, Job]:
        """The records themselves, live, by id. For looking at them when all actors have finished."""

    def create(self, job_id: str, **fields: Any) -> None:
        """Add a job that is being processed; ``fields`` are its other first values."""

    # For tasks.

    async def update_job_status(self, job_id: str, **fields: Any) -> None:
        """Set several fields together: no reader sees the first one without the last."""

    async def update_if_processing(self, job_id: str, **fields: Any) -> bool:
        """Tell the frontend, then set the fields if the job is still there and being processed: check, then act.

        Returns:
            Whether they were set.
        """

    async def advance(self, job_id: str, by: int) -> None:
        """Do a part of the work and move the progress on: read, modify, write."""

    async def finish(self, job_id: str, parts: int) -> None:
        """Do the rest of the work, so many parts of it, and complete the job: status and progress together."""

    async def heartbeat(self, job_id: str) -> bool:
        """Tell the frontend that the job is alive, and note the time in its record.

        Returns:
            Whether there is such a job; if not, there is no need to call again.
        """

    async def list_jobs(self) -> dict[str, Status]:
        """The status of every job: goes through all of them."""

    # For worker threads.

    def get_job_status(self, job_id: str) -> dict[str, Any]:
        """The status and the progress, as they were at one moment."""

    def report_progress(self, job_id: str, by: int) -> None:
        """Move the progress on: read, modify, write."""

    def report_error(self, job_id: str, error: str) -> None:
        """Mark the job as failed, with the reason."""

    def cleanup(self) -> None:
        """Forget the jobs that are completed or failed: check, then act on each."""

    # For tasks and threads.

    def count(self) -> int:
        """How many jobs there are."""

    def find(self, job_id: str) -> Job | None:
        """The job, or None if there is no such job."""
