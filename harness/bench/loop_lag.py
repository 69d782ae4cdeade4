"""Measures how late an event loop becomes because of a lock that another thread or task holds.

A callback should run every 100 µs; how much later it runs is the lag. Another actor holds the lock half of the time,
and a task of the loop wants it again and again. With a ``threading.Lock`` the holder is a thread, and the task that
waits for it stops its whole loop. With an ``asyncio.Lock`` the holder is another task, and only the one that waits
stands still.
Beside each runs the same without any lock, for loops are late without one too.

Between two callbacks the loop is idle, as one is that waits for its sockets: a loop that never let go of the GIL would
keep the holder from holding anything. The holder sleeps while it holds the lock, so that it does not hold the GIL as
well: a thread that computes delays a loop by up to the switch interval of 5 ms, lock or no lock. And a sleep takes
longer than asked for, so what is quoted is how long the lock really was held.
"""

from __future__ import annotations

import asyncio
import math
import statistics
import threading
import time
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from harness.bench.bootstrap import Interval, median_interval
from harness.bench.waits import Waits, summarize

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PERIOD", "Lag", "LagRound", "lags_of", "measure_lag", "sum_up_lag"]

PERIOD: Final = 100e-6
"""Seconds between two moments at which the callback is due."""

_PAUSE: Final = 10e-6


@dataclass(frozen=True, slots=True)
class LagRound:
    """One short time of ticking.

    Attributes:
        lags: How late the callback was at each moment at which it was due, in seconds.
        held: How long the lock was held, each time, in seconds.
    """

    lags: tuple[float, ...]
    held: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Lag:
    """What a held lock does to a loop; all in seconds.

    Attributes:
        name: The lock.
        hold: How long it was to be held for.
        held: How long it was, as a median.
        lags: The distribution of the lag.
        added: What the lock adds to the 90th percentile of the lag, against the same without a lock. With the lock held
            half of the time, this is four fifths of the hold; the 99th belongs to the rest of the machine.
    """

    name: str
    hold: float
    held: float
    lags: Waits
    added: Interval

    @property
    def conclusive(self) -> bool:
        return not self.added.includes(0)


def lags_of(ticks: Sequence[float], period: float = PERIOD) -> list[float]:
    """How late a callback was at each moment at which it was due: one that is missed counts for as long as it lasts.

    Args:
        ticks: When it ran, ascending, in seconds.
        period: It is due at the first tick, and then every so many seconds.

    >>> lags_of([0, 1, 2, 5.5, 6], period=1)
    [0, 0, 0, 2.5, 1.5, 0.5, 0]
    """
    found: list[float] = []
    due = 0
    for tick in ticks:
        while ticks[0] + due * period <= tick:
            found.append(tick - (ticks[0] + due * period))
            due += 1
    return found


def sum_up_lag(name: str, hold: float, rounds: Sequence[LagRound], without: Sequence[LagRound]) -> Lag:
    """The figures of some rounds, at least ``bootstrap.FEWEST``, and of as many without a lock beside them."""
    held = [seconds for each in rounds for seconds in each.held]
    return Lag(
        name=name,
        hold=hold,
        held=statistics.median(held) if held else 0.0,
        lags=summarize(lag for each in rounds for lag in each.lags),
        added=median_interval([_late(own) - _late(other) for own, other in zip(rounds, without, strict=True)]),
    )


async def measure_lag(lock: Any, hold: float, seconds: float, *, by_thread: bool) -> LagRound:
    """One round.

    Args:
        lock: None for none; else what the task takes, with ``async with`` if it can be.
        hold: Seconds for which it is held.
        seconds: How long the round takes.
        by_thread: Whether the holder is a thread.
    """
    ticks: list[float] = []
    held: list[float] = []
    end = perf_counter() + seconds
    loop = asyncio.get_running_loop()

    def tick() -> None:
        now = perf_counter()
        ticks.append(now)
        if now < end:
            time.sleep(_PAUSE)  # idle, without the GIL; the loop's own timers are no finer than a millisecond
            loop.call_soon(tick)

    def thread() -> None:
        while perf_counter() < end:
            if lock is None:
                held.append(_sleep(hold))
            else:
                with lock:
                    held.append(_sleep(hold))
            _sleep(max(hold, _PAUSE))

    async def task(own: list[float]) -> None:
        while perf_counter() < end:
            if lock is None:
                own.append(await _await_for(hold))
            else:
                async with lock:
                    own.append(await _await_for(hold))
            await _await_for(hold)
            await asyncio.sleep(0)

    async def want() -> None:
        is_async = hasattr(lock, "__aenter__")
        while perf_counter() < end:
            if is_async:
                async with lock:
                    pass
            elif lock is not None:
                with lock:
                    pass
            await asyncio.sleep(0)

    holder = threading.Thread(target=thread, daemon=True) if by_thread else None
    if holder is not None:
        holder.start()
    loop.call_soon(tick)
    await asyncio.gather(want(), *(() if by_thread else (task(held),)))
    if holder is not None:
        holder.join()
    return LagRound(tuple(lags_of(ticks)), tuple(held))


def _late(each: LagRound) -> float:
    return sorted(each.lags)[math.ceil(0.9 * len(each.lags)) - 1]


def _sleep(seconds: float) -> float:
    started = perf_counter()
    if seconds:
        time.sleep(seconds)
    return perf_counter() - started


async def _await_for(seconds: float) -> float:
    started = perf_counter()
    while perf_counter() < started + seconds:  # noqa: ASYNC110 - waits for time, not for an event
        await asyncio.sleep(0)
    return perf_counter() - started
