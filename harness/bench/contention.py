"""What happens when several want the same lock: how much gets done, how long they wait, and who gets how much.

Everything is measured in short rounds, and rounds with and without the lock take turns. Quoted are the median of the
rounds for what gets done, all waits of all rounds together, and the fairness of the sum. Who is still waiting when the
time is up gets its turn, so the longest wait is complete. Who gets none any more is stuck, and that is a result too:
some locks wait for ever when they are used from where they must not be.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Final

from harness.bench.bootstrap import FEWEST, Interval, median_interval
from harness.bench.lock_fairness import jain_index
from harness.bench.waits import Waits, summarize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.bench.contenders import Contenders, Steps

__all__ = ["GRACE", "Contention", "Round", "contend", "sum_up"]

GRACE: Final = 1.0
"""Seconds after the end of a round in which every contender must have had a last turn."""


@dataclass(frozen=True, slots=True)
class Round:
    """One short time of contention.

    Attributes:
        seconds: From the first start to the last end.
        waits: Of each contender, in seconds.
        failures: What contenders raised, as text, and ``stuck``, each with how many contenders.
    """

    seconds: float
    waits: tuple[tuple[float, ...], ...]
    failures: tuple[tuple[str, int], ...] = ()

    @property
    def rate(self) -> float:
        """Updates in a second, of all contenders together."""
        return sum(map(len, self.waits)) / self.seconds


@dataclass(frozen=True, slots=True)
class Contention:
    """All rounds of one subject under one condition.

    Attributes:
        name: What was contended for.
        how: ``"awaiting"``, ``"computing"``, or ``"calls"`` where the waits are whole calls of a store.
        hold: Seconds that the lock was held for.
        rate: Updates in a second; None if too few rounds came to a good end.
        ratio: Of this rate to that of the same contenders without a lock; None where that is what this is.
        fairness: Jain's index of the updates that the contenders made: 1 is even, 1/n is all for one of n.
        failures: As in :class:`Round`.
    """

    name: str
    how: str
    contenders: Contenders
    hold: float
    rate: Interval | None
    ratio: Interval | None
    waits: Waits
    fairness: float
    failures: tuple[tuple[str, int], ...]

    @property
    def conclusive(self) -> bool:
        """Whether there is a difference to the contenders without a lock that is more than noise."""
        return self.rate is not None and (self.ratio is None or not self.ratio.includes(1))


def sum_up(
    name: str, how: str, contenders: Contenders, hold: float, rounds: Sequence[Round], without: Sequence[Round]
) -> Contention:
    """The figures of some rounds.

    Args:
        name: What was contended for.
        how: See :class:`Contention`.
        contenders: Who did.
        hold: For how many seconds it was held.
        rounds: At least one; for a rate, ``bootstrap.FEWEST``.
        without: The rounds without a lock, each beside one of these; empty if these are they.
    """
    failures: Counter[str] = Counter()
    for each in rounds:
        failures.update(dict(each.failures))
    enough = len(rounds) >= FEWEST and not failures
    ratios = [own.rate / other.rate for own, other in zip(rounds, without, strict=False) if other.rate]
    return Contention(
        name=name,
        how=how,
        contenders=contenders,
        hold=hold,
        rate=median_interval([each.rate for each in rounds]) if enough else None,
        ratio=median_interval(ratios) if enough and len(ratios) >= FEWEST else None,
        waits=summarize(wait for each in rounds for waits in each.waits for wait in waits),
        fairness=jain_index([sum(map(len, parts)) for parts in zip(*(each.waits for each in rounds), strict=True)]),
        failures=tuple(failures.most_common()),
    )


async def contend(steps: Steps, contenders: Contenders, hold: float, seconds: float) -> Round:
    """Run one round: every contender updates until the time is up, and once at least.

    Args:
        steps: How one update is made.
        contenders: Who makes them.
        hold: Seconds to hold the lock for, in each.
        seconds: How long.
    """
    waits: list[list[float]] = [[] for _ in range(contenders.tasks + contenders.threads)]
    failures: Counter[str] = Counter()
    started = end = 0.0

    def start() -> None:
        nonlocal started, end
        started = perf_counter()
        end = started + seconds

    ready = threading.Barrier(contenders.threads + 1, action=start)

    async def task(own: list[float]) -> None:
        assert steps.by_task is not None
        try:
            own.append(await steps.by_task(hold))
            while perf_counter() < end:
                await asyncio.sleep(0)
                own.append(await steps.by_task(hold))
        except Exception as exc:
            failures[f"{type(exc).__name__}: {exc}"] += 1

    def thread(own: list[float]) -> None:
        assert steps.by_thread is not None
        try:
            ready.wait()
            own.append(steps.by_thread(hold))
            while perf_counter() < end:
                own.append(steps.by_thread(hold))
        except Exception as exc:
            failures[f"{type(exc).__name__}: {exc}"] += 1

    threads = [threading.Thread(target=thread, args=(own,), daemon=True) for own in waits[contenders.tasks :]]
    for each in threads:
        each.start()
    ready.wait()
    tasks = [asyncio.ensure_future(task(own)) for own in waits[: contenders.tasks]]
    if tasks:
        await asyncio.wait(tasks, timeout=seconds + GRACE)
    while any(each.is_alive() for each in threads) and perf_counter() < end + GRACE:  # noqa: ASYNC110 - waits for time, not for an event
        await asyncio.sleep(0.001)
    finished = perf_counter()
    pending = [each for each in tasks if not each.done()]
    stuck = len(pending) + sum(each.is_alive() for each in threads)
    if stuck:
        failures["stuck"] += stuck
        for one in pending:
            one.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
    # A copy: what is stuck may come loose and add to its own list later.
    return Round(finished - started, tuple(tuple(own) for own in waits), tuple(failures.items()))
