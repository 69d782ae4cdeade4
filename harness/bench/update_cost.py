"""What one update costs with a store's lock and without: the quick look beside a matrix. ``race bench`` looks closer.

Compared are ``update_job_status`` of a store and of the same store with its lock left out of the source
(``without_locks.py``). The two alternate within one run, so that what disturbs the machine disturbs both; the loop's
own cost is subtracted; the garbage collector is off; quoted is the median of many short samples, and the spread
beside it.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from harness.bench.without_locks import bare_twin
from harness.stores import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["UpdateCost", "measure_update_costs"]

_SAMPLE_SECONDS: Final = 0.002
_SAMPLES: Final = 41
_JOB: Final = "job-1"


@dataclass(frozen=True, slots=True)
class UpdateCost:
    """A store with its lock and without, in nanoseconds an update.

    Attributes:
        locked, bare: Medians.
        spread: Distance of the quartiles of the difference.
    """

    store: str
    locked: float
    bare: float
    spread: float

    @property
    def ratio(self) -> float:
        """How many times the cost of an update without the lock one with it has."""
        return self.locked / self.bare

    @property
    def unstable(self) -> bool:
        """The samples scatter more than a third of what is measured: the machine was too busy to tell."""
        return self.spread > max(self.locked, self.bare) / 3


def measure_update_costs(stores: Sequence[type[Any]]) -> list[UpdateCost]:
    """Measure every store of these whose update takes a lock, in the order given."""
    twins = [(store, bare_twin(store, _JOB)) for store in stores]
    return [_measure(store, twin) for store, twin in twins if twin is not None]


def _measure(store: type[Any], twin: type[Any]) -> UpdateCost:
    was_on = gc.isenabled()
    gc.disable()
    try:
        return asyncio.run(_alternate(store, twin))
    finally:
        if was_on:
            gc.enable()


async def _alternate(store: type[Any], twin: type[Any]) -> UpdateCost:
    locked, bare = store(), twin()
    for each in (locked, bare):
        each.create(_JOB)
    loops = 64
    while await _time(locked, loops) < _SAMPLE_SECONDS:
        loops *= 2
    with_lock, without = [], []
    for _ in range(_SAMPLES):
        empty = _empty(loops)
        with_lock.append((await _time(locked, loops) - empty) / loops * 1e9)
        without.append((await _time(bare, loops) - empty) / loops * 1e9)
    differences = statistics.quantiles([a - b for a, b in zip(with_lock, without, strict=True)], n=4)
    return UpdateCost(
        store=name_of(store),
        locked=statistics.median(with_lock),
        bare=statistics.median(without),
        spread=differences[2] - differences[0],
    )


async def _time(store: Any, loops: int) -> float:
    update = store.update_job_status
    started = perf_counter()
    for _ in range(loops):
        await update(_JOB, progress=50)
    return perf_counter() - started


def _empty(loops: int) -> float:
    started = perf_counter()
    for _ in range(loops):
        pass
    return perf_counter() - started
