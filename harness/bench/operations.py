"""The uncontended operations: a lock alone, and an update with its lock beside the same update without."""

from __future__ import annotations

import inspect
from time import perf_counter
from typing import TYPE_CHECKING, Any

from harness.bench.blocks import Pair
from harness.bench.subjects import BARE, JOB, UNLOCKED, Subject, make_store
from harness.bench.without_locks import bare_twin
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["acquire_pair", "control_pair", "update_pair"]


async def control_pair() -> Pair:
    """The update without a lock against itself: whatever differs here is the machine."""
    return Pair(
        "update, no lock",
        "the same",
        await _updates(await make_store(UNLOCKED), BARE),
        await _updates(await make_store(UNLOCKED), BARE),
    )


async def acquire_pair(subject: Subject) -> Pair:
    """To take a free lock and give it back, against doing nothing."""
    return Pair(f"acquire {subject.name}", None, _acquisitions(subject.new()), None)


async def update_pair(subject: Subject) -> Pair:
    """An update under the subject's lock, against the same code without it.

    For a store this is its own source with the locks left out; for one whose locks cannot be found there, or that does
    without, the ``unlocked`` store. For a lock it is an update with the lock around it.
    """
    name = f"update {subject.name}"
    if not subject.is_store:
        bare = await make_store(UNLOCKED)
        return Pair(name, "no lock", _updates_under(subject.new(), bare), await _updates(bare, BARE))
    store = await make_store(subject)
    twin = bare_twin(type(store), JOB)
    if twin is None:
        return Pair(
            name,
            f"the store {BARE}",
            await _updates(store, subject.name),
            await _updates(await make_store(UNLOCKED), BARE),
        )
    other = await make_store(Subject(subject.name, twin, is_store=True))
    return Pair(name, "without its lock", await _updates(store, subject.name), await _updates(other, subject.name))


async def _updates(store: Any, name: str) -> Callable[[int], Awaitable[float]]:
    update = store.update_job_status
    try:
        first = update(JOB, progress=50)
        is_async = inspect.isawaitable(first)
        if is_async:
            await first
    except Exception as exc:
        raise UsageError(f"an update of {name} failed: {type(exc).__name__}: {exc}") from exc

    async def awaited(loops: int) -> float:
        started = perf_counter()
        for _ in range(loops):
            await update(JOB, progress=50)
        return perf_counter() - started

    async def called(loops: int) -> float:
        started = perf_counter()
        for _ in range(loops):
            update(JOB, progress=50)
        return perf_counter() - started

    return awaited if is_async else called


def _acquisitions(lock: Any) -> Callable[[int], Awaitable[float]]:
    async def awaited(loops: int) -> float:
        started = perf_counter()
        for _ in range(loops):
            async with lock:
                pass
        return perf_counter() - started

    async def called(loops: int) -> float:
        started = perf_counter()
        for _ in range(loops):
            with lock:
                pass
        return perf_counter() - started

    return awaited if hasattr(lock, "__aenter__") else called


def _updates_under(lock: Any, store: Any) -> Callable[[int], Awaitable[float]]:
    update = store.update_job_status

    async def awaited(loops: int) -> float:
        started = perf_counter()
        for _ in range(loops):
            async with lock:
                await update(JOB, progress=50)
        return perf_counter() - started

    async def called(loops: int) -> float:
        started = perf_counter()
        for _ in range(loops):
            with lock:
                await update(JOB, progress=50)
        return perf_counter() - started

    return awaited if hasattr(lock, "__aenter__") else called
