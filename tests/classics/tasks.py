"""Classic bugs of tasks on one event loop: what varies is when time passes."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

__all__ = ["PROGRAMS"]


async def timeout_in_the_middle() -> None:
    """Atomicity violation: the timeout cancels a transfer between its two halves."""
    accounts = {"a": 100, "b": 0}

    async def transfer() -> None:
        await asyncio.sleep(0)
        accounts["a"] -= 60
        await asyncio.sleep(0)
        accounts["b"] += 60

    try:
        async with asyncio.timeout(1):
            await transfer()
    except TimeoutError:
        pass
    assert accounts["a"] + accounts["b"] == 100, accounts


async def stale_heartbeat() -> None:
    """Lost update: a heartbeat writes back what it read before it awaited."""
    job = SimpleNamespace(record={"progress": 0})

    async def main_task() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
            job.record = {"progress": job.record["progress"] + 10}

    async def heartbeat() -> None:
        await asyncio.sleep(1)
        snapshot = job.record
        await asyncio.sleep(0)
        job.record = snapshot

    await asyncio.gather(main_task(), heartbeat())
    assert job.record["progress"] == 30, job.record


async def connect_twice() -> None:
    """Lazy initialisation: the second caller comes while the first one awaits the connection."""
    pool = SimpleNamespace(connection=None, opened=0)

    async def get(delay: float) -> None:
        await asyncio.sleep(delay)
        if pool.connection is None:
            for _ in range(3):
                await asyncio.sleep(0)
            pool.opened += 1
            pool.connection = object()

    await asyncio.gather(get(0), get(1))
    assert pool.opened == 1, pool.opened


async def pulse() -> None:
    """Lost wake-up: the event is set and cleared before the waiter has come."""
    event = asyncio.Event()

    async def waiter() -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        await event.wait()

    async def announce() -> None:
        await asyncio.sleep(1)
        event.set()
        event.clear()

    await asyncio.gather(waiter(), announce())


PROGRAMS = {
    timeout_in_the_middle: "assertion",
    stale_heartbeat: "assertion",
    connect_twice: "assertion",
    pulse: "deadlock",
}
