"""Times two things in turns: a block is A and B, each beside the empty loop, and the next block is B and A.

How often the loop runs is found out first, by doubling, so that one timing takes long enough for the clock. A timing that
took longer than its thread was running was interrupted; it stays in the sample, which its median can bear, and is
counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Final

from harness.overhead.comparison import Block

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["Pair", "alternate", "calibrate", "empty_loop"]

_INTERRUPTED: Final = 0.05
_MOST_LOOPS: Final = 2**24


@dataclass(frozen=True, slots=True)
class Pair:
    """Two loops to be compared.

    Attributes:
        name, against: What A and B are; B is None for the empty loop.
        a, b: Run so many loops, and return the seconds that they took.
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
    found = []
    other = pair.b or empty_loop
    for index in range(count):
        pause = await empty_loop(loops)
        if index % 2:
            b, b_disturbed = await _time(other, loops)
            a, a_disturbed = await _time(pair.a, loops)
        else:
            a, a_disturbed = await _time(pair.a, loops)
            b, b_disturbed = await _time(other, loops)
        bare = b - pause if pair.b is not None else 0.0
        found.append(Block((a - pause) / loops, bare / loops, a_disturbed or b_disturbed))
        on_block()
    return found


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
