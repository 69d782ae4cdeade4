"""The whole benchmark: what is measured, in which order, and how long it may take."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from harness.bench.blocks import Pair, alternate, calibrate
from harness.bench.break_even import Curve, curve_of
from harness.bench.comparison import Comparison, compare, noise_floor
from harness.bench.contenders import CONTENDERS, HOLDS, Steps, lock_steps, store_steps
from harness.bench.contention import Contention, Round, contend, sum_up
from harness.bench.loop_lag import Lag, LagRound, measure_lag, sum_up_lag
from harness.bench.machine import Machine, calm
from harness.bench.operations import acquire_pair, control_pair, update_pair
from harness.bench.subjects import LOCKS, UNLOCKED, Subject, is_async, is_sync, stores_to_measure

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Sequence

__all__ = ["FULL", "OPERATIONS", "QUICK", "Bench", "Plan", "measure"]

OPERATIONS: Final = ("update", "acquire", "contended", "lag")
_PAIR_STEPS: Final = 12
"""A comparison takes about as long as so many rounds of contention: for the progress bar."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    Attributes:
        blocks: For each comparison.
        timing: Seconds that one timing takes at least.
        rounds: For each condition of contention.
        round_seconds: Of one of them.
        lag_rounds, lag_seconds: The same for the lag of the loop, which suffers most from a busy machine.
    """

    blocks: int
    timing: float
    rounds: int
    round_seconds: float
    lag_rounds: int
    lag_seconds: float


FULL: Final = Plan(blocks=101, timing=0.001, rounds=7, round_seconds=0.025, lag_rounds=21, lag_seconds=0.015)
QUICK: Final = Plan(blocks=31, timing=0.0005, rounds=6, round_seconds=0.006, lag_rounds=7, lag_seconds=0.01)


@dataclass(frozen=True, slots=True)
class Bench:
    """All that came out.

    Attributes:
        doubts: What is wrong with the machine as a whole.
        control: The same code compared with itself.
        comparisons: Uncontended operations.
        curves: Of the overhead, for each update with a lock.
    """

    plan: Plan
    machine: Machine
    doubts: tuple[str, ...]
    control: Comparison
    comparisons: tuple[Comparison, ...]
    contentions: tuple[Contention, ...]
    lags: tuple[Lag, ...]
    curves: tuple[Curve, ...]


def measure(
    subjects: Sequence[Subject] = (),
    plan: Plan = FULL,
    operations: Collection[str] = OPERATIONS,
    cpus: tuple[int, ...] = (),
    on_progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> Bench:
    """Run the benchmark.

    Args:
        subjects: Stores and locks; without any, every store that comes with the harness and Python's three locks.
        plan: How much is measured.
        operations: Of ``OPERATIONS``.
        cpus: Processors to pin to; without any, the isolated ones, if there are such.
        on_progress: Called with what is being measured, steps done and steps in all.

    Raises:
        UsageError: A subject cannot be measured.
    """
    chosen = list(subjects) or [*LOCKS, *stores_to_measure()]
    with calm(cpus) as machine:
        return asyncio.run(_Run(chosen, plan, frozenset(operations), machine, on_progress).run(own=bool(subjects)))


class _Run:
    """One benchmark on its way."""

    def __init__(
        self,
        subjects: list[Subject],
        plan: Plan,
        operations: frozenset[str],
        machine: Machine,
        on_progress: Callable[[str, int, int], None],
    ) -> None:
        self._plan, self._machine, self._operations = plan, machine, operations
        self._locks = [each for each in subjects if not each.is_store]
        self._stores = [each for each in subjects if each.is_store]
        self._on_progress = on_progress
        self._done = self._total = 0

    async def run(self, *, own: bool) -> Bench:
        """Measure everything; ``own`` locks are measured around an update, too."""
        makers: list[Callable[[], Awaitable[Pair]]] = []
        if "acquire" in self._operations:
            makers += [partial(acquire_pair, each) for each in self._locks]
        if "update" in self._operations:
            makers += [partial(update_pair, each) for each in [*self._stores, *(self._locks if own else ())]]
        self._total = (len(makers) + 1) * _PAIR_STEPS
        self._total += self._rounds_of_contention() if "contended" in self._operations else 0
        self._total += 2 * len(self._locks) * len(HOLDS) * self._plan.lag_rounds if "lag" in self._operations else 0
        control = await self._compare(await control_pair(), 0.0)
        floor = noise_floor(control)
        comparisons = [await self._compare(await make(), floor) for make in makers]
        contentions = await self._contend() if "contended" in self._operations else []
        lags = await self._lag() if "lag" in self._operations else []
        return Bench(
            plan=self._plan,
            machine=self._machine,
            doubts=tuple(self._machine.doubts(self._plan.timing)),
            control=control,
            comparisons=tuple(comparisons),
            contentions=tuple(contentions),
            lags=tuple(lags),
            curves=tuple(
                curve_of(each.name.removeprefix("update "), each.difference, each.b.value, each.conclusive)
                for each in comparisons
                if each.ratio is not None
            ),
        )

    def _step(self, what: str, steps: int = 1) -> None:
        self._done += steps
        self._on_progress(what, min(self._done, self._total), self._total)

    async def _compare(self, pair: Pair, floor: float) -> Comparison:
        self._step(pair.name, 0)
        loops = await calibrate(pair.a, self._plan.timing)
        blocks = await alternate(pair, self._plan.blocks, loops)
        self._step(pair.name, _PAIR_STEPS)
        return compare(pair.name, pair.against, blocks, loops, floor)

    def _rounds_of_contention(self) -> int:
        locks = len(self._lock_entries()) * len(HOLDS)
        stores = len(self._stores) + 1 if self._stores else 0
        return (locks + stores) * len(CONTENDERS) * self._plan.rounds

    def _lock_entries(self) -> list[_Entry]:
        """The locks, and first, for each way to hold one that there is among them, no lock."""
        locks = [_Entry(each.name, _how(each), each) for each in self._locks]
        both = any(is_async(each) and is_sync(each) for each in self._locks)
        hows = dict.fromkeys(entry.how for entry in locks)
        return [*(_Entry("no lock", how, None, for_threads=both) for how in hows), *locks]

    async def _contend(self) -> list[Contention]:
        """Locks at every hold time, then stores, whose own code says for how long they hold their lock."""
        found = []
        for hold in HOLDS if self._locks else ():
            found += await self._contend_at(self._lock_entries(), hold)
        if self._stores:
            entries = [_Entry("no lock", "calls", UNLOCKED)]
            entries += [_Entry(each.name, "calls", each) for each in self._stores]
            found += await self._contend_at(entries, 0.0)
        return found

    async def _contend_at(self, entries: list[_Entry], hold: float) -> list[Contention]:
        found = []
        for contenders in CONTENDERS:
            gc.collect(0)
            rounds: list[list[Round]] = [[] for _ in entries]
            for _ in range(self._plan.rounds):
                for entry, own in zip(entries, rounds, strict=True):
                    self._step(f"{entry.name}, {contenders}")
                    if own and own[-1].failures:
                        continue  # it would only fail again, and being stuck takes its time
                    steps = await entry.steps()
                    if steps.serve(contenders):
                        own.append(await contend(steps, contenders, hold, self._plan.round_seconds))
            bare = {entry.how: own for entry, own in zip(entries, rounds, strict=True) if entry.name == "no lock"}
            for entry, own in zip(entries, rounds, strict=True):
                if own:
                    beside = [] if entry.name == "no lock" else bare[entry.how]
                    found.append(sum_up(entry.name, entry.how, contenders, hold, own, beside))
        return found

    async def _lag(self) -> list[Lag]:
        found = []
        for hold in HOLDS:
            for each in self._locks:
                gc.collect(0)
                by_thread = not is_async(each)
                locked: list[LagRound] = []
                free: list[LagRound] = []
                for _ in range(self._plan.lag_rounds):
                    for lock, rounds in ((each.new(), locked), (None, free)):
                        self._step(f"loop lag, {each.name}")
                        rounds.append(await measure_lag(lock, hold, self._plan.lag_seconds, by_thread=by_thread))
                found.append(sum_up_lag(each.name, hold, locked, free))
        return found


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    how: str
    subject: Subject | None
    for_threads: bool = False

    async def steps(self) -> Steps:
        if self.subject is not None and self.subject.is_store:
            return await store_steps(self.subject)
        lock = self.subject.new() if self.subject is not None else None
        return await lock_steps(lock, awaiting=self.how == "awaiting", for_threads=self.for_threads)


def _how(lock: Subject) -> str:
    return "awaiting" if is_async(lock) else "computing"
