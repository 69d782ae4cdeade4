"""The job stores as rule-based machines, and what one job is when one actor uses it."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from harness.integrations.hypothesis import RaceMachine, rule
from harness.stores import load
from harness.stores.sqlite import SqliteStore


class Jobs:
    """The sequential model: status and progress of the job called "job"."""

    def __init__(self) -> None:
        self.jobs = {"job": ("processing", 0)}

    def report_progress(self, by: int) -> None:
        status, progress = self.jobs["job"]
        self.jobs["job"] = (status, min(100, progress + by))

    def get_job_status(self) -> dict[str, Any]:
        status, progress = self.jobs["job"]
        return {"status": status, "progress": progress}

    def report_error(self) -> None:
        _, progress = self.jobs["job"]
        self.jobs["job"] = ("failed", progress)

    def cleanup(self) -> None:
        if self.jobs.get("job", ("",))[0] in ("completed", "failed"):
            del self.jobs["job"]

    def count(self) -> int:
        return len(self.jobs)

    def advance(self, by: int) -> None:
        self.report_progress(by)

    def complete(self) -> None:
        self.jobs["job"]  # there must be one
        self.jobs["job"] = ("completed", 100)

    def complete_if_processing(self) -> bool:
        if self.jobs.get("job", ("",))[0] != "processing":
            return False
        self.complete()
        return True

    def heartbeat(self) -> bool:
        return "job" in self.jobs

    def list_jobs(self) -> dict[str, str]:
        return {job_id: status for job_id, (status, _) in self.jobs.items()}


class JobMachine(RaceMachine):
    """The half of the store for threads, and the half for tasks."""

    model = Jobs
    actors = 2
    operations = 2
    schedules = 40
    store: Any

    def __init__(self) -> None:
        self.store = load(self.store_name)()

    store_name = ""

    async def setup(self) -> None:
        if hasattr(self.store, "start"):
            await self.store.start()
        self.store.create("job")

    @rule(by=st.integers(1, 40))
    def report_progress(self, by: int) -> None:
        self.store.report_progress("job", by)

    @rule()
    def get_job_status(self) -> dict[str, Any]:
        return self.store.get_job_status("job")

    @rule()
    def report_error(self) -> None:
        self.store.report_error("job", "lost")

    @rule()
    def cleanup(self) -> None:
        self.store.cleanup()

    @rule()
    def count(self) -> int:
        return self.store.count()

    @rule(by=st.integers(1, 40))
    async def advance(self, by: int) -> None:
        await self.store.advance("job", by)

    @rule()
    async def complete(self) -> None:
        await self.store.update_job_status("job", status="completed", progress=100)

    @rule()
    async def complete_if_processing(self) -> bool:
        return await self.store.update_if_processing("job", status="completed", progress=100)

    @rule()
    async def heartbeat(self) -> bool:
        return await self.store.heartbeat("job")

    @rule()
    async def list_jobs(self) -> dict[str, str]:
        return await self.store.list_jobs()


def machine_of(name: str) -> type[JobMachine]:
    modules = dict.fromkeys(cls.__module__ for cls in load(name).__mro__ if cls is not object)
    made = {"store_name": name, "instrument": (*modules, "harness.stores.job"), "__module__": __name__}
    return type(f"{load(name).__name__}Machine", (JobMachine,), made)


class UnlockedMachine(JobMachine):
    """The one that fails: its plan is printed as code, so it has a name that can be imported."""

    store_name = "unlocked"
    instrument = ("harness.stores.unlocked", "harness.stores.job")


assert SqliteStore  # imported before an exploration could do it
