"""What the chapter "Understanding Locks" says of ``asyncio.Lock``: three tasks, and a counter of who is inside."""

from __future__ import annotations

import asyncio
from typing import Any

__all__ = [
    "Data",
    "a_thread_with_the_same_data",
    "given_back_after_an_error",
    "two_tasks_without_an_await",
    "two_tasks_without_lock",
    "with_the_lock",
]

PAUSE = 0.001  # seconds, of virtual time: a schedule may let any of them take longer


class Data:
    """Counts who is inside."""

    def __init__(self) -> None:
        self.inside = 0
        self.lock = asyncio.Lock()

    def enter(self) -> None:
        self.inside += 1
        assert self.inside == 1, f"{self.inside} are at the data at the same time"

    def leave(self) -> None:
        self.inside -= 1

    async def modify_data(self) -> None:
        self.enter()
        await asyncio.sleep(PAUSE)
        self.leave()

    def modify_data_at_once(self) -> None:
        self.enter()
        self.leave()


def with_the_lock() -> None:
    """Three tasks modify the data under one lock, and await something meanwhile."""
    data = Data()

    async def task() -> None:
        await asyncio.sleep(PAUSE)
        async with data.lock:
            await data.modify_data()

    asyncio.run(_together(task, task, task))


def two_tasks_without_lock() -> None:
    """Two tasks modify the data without a lock, and await something meanwhile."""
    data = Data()

    async def task() -> None:
        await asyncio.sleep(PAUSE)
        await data.modify_data()

    asyncio.run(_together(task, task))


def two_tasks_without_an_await() -> None:
    """Two tasks modify the data without a lock, in one go."""
    data = Data()

    async def task() -> None:
        await asyncio.sleep(PAUSE)
        data.modify_data_at_once()

    asyncio.run(_together(task, task))


def a_thread_with_the_same_data() -> None:
    """A task modifies the data under the lock, and a worker thread, which cannot take it, does the same."""
    data = Data()

    async def task() -> None:
        async with data.lock:
            data.modify_data_at_once()

    async def both() -> None:
        await asyncio.gather(asyncio.to_thread(data.modify_data_at_once), task())

    asyncio.run(both())


def given_back_after_an_error() -> None:
    """One task raises while it holds the lock, one is cancelled; a third one must still get it."""
    data = Data()
    got = []

    async def raises() -> None:
        async with data.lock:
            await asyncio.sleep(PAUSE)
            raise ValueError("this task fails")

    async def is_cancelled() -> None:
        await asyncio.sleep(PAUSE)
        async with data.lock:
            await asyncio.sleep(PAUSE)

    async def third() -> None:
        await asyncio.sleep(PAUSE)
        async with data.lock:
            got.append(True)

    async def all_three() -> None:
        cancelled = asyncio.create_task(is_cancelled(), name="is cancelled")
        others = [asyncio.create_task(raises(), name="raises"), asyncio.create_task(third(), name="third")]
        await asyncio.sleep(PAUSE)
        cancelled.cancel()
        await asyncio.gather(cancelled, *others, return_exceptions=True)

    asyncio.run(all_three())
    assert got, "the third task never got the lock"


async def _together(*tasks: Any) -> None:
    await asyncio.gather(*(asyncio.create_task(task(), name=f"Task {n}") for n, task in enumerate(tasks, start=1)))
