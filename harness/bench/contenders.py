"""Those who want the same lock: tasks of one loop, threads, or both, each updating again and again.

How a lock is held while it is held makes all the difference, so it is said with each figure:

* **computing**: the holder keeps the processor. No task of the same loop can then meet a held lock at all:
  no task runs before the holder is done. This is how a ``threading.Lock`` should be held.
* **awaiting**: the holder lets the loop go on. This is the only way in which tasks contend for an ``asyncio.Lock``.
"""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from harness.bench.subjects import JOB, UNLOCKED, Subject, make_store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["CONTENDERS", "HOLDS", "Contenders", "Steps", "lock_steps", "store_steps"]

HOLDS: Final = (0.0, 10e-6, 1e-3)
"""Seconds that a lock is held for, beside the time of the update itself."""


@dataclass(frozen=True, slots=True)
class Contenders:
    """How many want the same lock.

    >>> print(Contenders(4, 2))
    4 tasks + 2 threads
    """

    tasks: int
    threads: int

    def __str__(self) -> str:
        parts = [f"{count} {what}" for count, what in ((self.tasks, "tasks"), (self.threads, "threads")) if count]
        return " + ".join(parts)


CONTENDERS: Final = (
    Contenders(2, 0), Contenders(4, 0), Contenders(16, 0), Contenders(0, 2), Contenders(0, 4), Contenders(4, 2),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Steps:
    """One update, as a task and as a thread makes it; both return the seconds that it had to wait.

    Attributes:
        by_task, by_thread: None where the lock is none for them.
    """

    by_task: Callable[[float], Awaitable[float]] | None
    by_thread: Callable[[float], float] | None

    def serve(self, contenders: Contenders) -> bool:
        """Whether all of these can take part."""
        return (self.by_task is not None or not contenders.tasks) and (
            self.by_thread is not None or not contenders.threads
        )


async def lock_steps(lock: Any, *, awaiting: bool, for_threads: bool = False) -> Steps:
    """An update under this lock, held for the time that the step is called with.

    Args:
        lock: None is no lock at all.
        awaiting: Whether tasks let the loop go on while they hold it.
        for_threads: Whether no lock at all, awaited in, stands beside a lock that threads can take as well.
    """
    update = _assign(await make_store(UNLOCKED))

    async def async_locked(hold: float) -> float:
        wanted = perf_counter()
        async with lock:
            got = perf_counter()
            update()
            if awaiting:
                await _await_until(got + hold)
            else:
                _compute_until(got + hold)
        return got - wanted

    async def sync_locked(hold: float) -> float:
        return locked(hold)

    def locked(hold: float) -> float:
        wanted = perf_counter()
        with lock:
            got = perf_counter()
            update()
            _compute_until(got + hold)
        return got - wanted

    async def async_free(hold: float) -> float:
        if not awaiting:
            return free(hold)
        update()
        await _await_until(perf_counter() + hold)
        return 0.0

    def free(hold: float) -> float:
        update()
        _compute_until(perf_counter() + hold)
        return 0.0

    if lock is None:
        return Steps(async_free, free if for_threads or not awaiting else None)
    is_sync = hasattr(lock, "__enter__")
    by_task = async_locked if hasattr(lock, "__aenter__") else sync_locked
    return Steps(by_task, locked if is_sync else None)


async def store_steps(subject: Subject) -> Steps:
    """An update by the methods of a store; its whole call counts as the wait, for only the store knows its lock."""
    store = await make_store(subject)
    update = store.update_job_status
    report: Callable[[str, int], Any] | None = getattr(store, "report_progress", None)

    async def by_task(hold: float) -> float:
        wanted = perf_counter()
        made = update(JOB, progress=50)
        if inspect.isawaitable(made):
            await made
        return perf_counter() - wanted

    if report is None:
        return Steps(by_task, None)

    def by_thread(hold: float) -> float:
        wanted = perf_counter()
        report(JOB, 0)
        return perf_counter() - wanted

    return Steps(by_task, by_thread)


def _assign(store: Any) -> Callable[[], None]:
    job = store.jobs[JOB]

    def assign() -> None:
        job.progress = min(100, job.progress + 1)

    return assign


async def _await_until(end: float) -> None:
    """Wait as precisely as a loop can: its own timers are no finer than a millisecond."""
    while perf_counter() < end:  # noqa: ASYNC110 - waits for time, not for an event
        await asyncio.sleep(0)


def _compute_until(end: float) -> None:
    while perf_counter() < end:
        pass
