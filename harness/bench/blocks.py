"""Times two things in turns: a block is A and B, one right after the other, and the next block is B and A.

How often the loop runs is found out first, by doubling, so that one timing takes long enough for the clock and not so
long that another process surely gets the processor meanwhile. A block in which one did (it took longer than its
thread was running) is timed again. That says nothing about A or B, so it favours neither; and where the machine leaves
no quiet moment, the interrupted blocks are used, and counted.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Final

from harness.bench.comparison import Block

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["Pair", "alternate", "calibrate", "empty_loop"]

_INTERRUPTED: Final = 0.05
_TRIES: Final = 3
_MOST_LOOPS: Final = 2**24


@dataclass(frozen=True, slots=True)
class Pair:
    """Two loops to be compared.

    Attributes:
        name, against: What A and B are.
        a, b: Run so many loops, and return the seconds that they took; b is None for the empty loop.
    """

    name: str
    against: str | None
    a: Callable[[int], Awaitable[float]]
    b: Callable[[int], Awaitable[float]] | None


async def calibrate(timed: Callable[[int], Awaitable[float]], seconds: float) -> int:
    """How many loops take at least so long: a power of two. What is called is warm afterwards."""
    loops = 1
    while await timed(loops) < seconds and loops < _MOST_LOOPS:
        loops *= 2
    return loops


async def alternate(pair: Pair, count: int, loops: int, on_block: Callable[[], None] = lambda: None) -> list[Block]:
    """So many blocks of the pair, A first in every second one, with ``loops`` operations in each timing."""
    calm: list[tuple[float, float, bool]] = []
    disturbed: list[tuple[float, float, bool]] = []
    pauses = []
    while len(calm) < count and len(calm) + len(disturbed) < count * _TRIES:
        pauses.append(await empty_loop(loops))
        b, interrupted = 0.0, False
        b_first = len(calm) % 2 == 1
        if b_first and pair.b is not None:
            b, interrupted = await _time(pair.b, loops)
        a, interrupted_too = await _time(pair.a, loops)
        interrupted |= interrupted_too
        if not b_first and pair.b is not None:
            b, interrupted_too = await _time(pair.b, loops)
            interrupted |= interrupted_too
        (disturbed if interrupted else calm).append((a, b, interrupted))
        on_block()
    pause = statistics.median(pauses)
    less = pause if pair.b is not None else 0.0
    return [
        Block((a - pause) / loops, (b - less) / loops, interrupted) for a, b, interrupted in [*calm, *disturbed][:count]
    ]


async def empty_loop(loops: int) -> float:
    """The loop itself: the seconds of it are subtracted from whatever stands in it."""
    started = perf_counter()
    for _ in range(loops):
        pass
    return perf_counter() - started


async def _time(timed: Callable[[int], Awaitable[float]], loops: int) -> tuple[float, bool]:
    wall, own = perf_counter(), thread_time()
    seconds = await timed(loops)
    own, wall = thread_time() - own, perf_counter() - wall
    return seconds, wall - own > wall * _INTERRUPTED
