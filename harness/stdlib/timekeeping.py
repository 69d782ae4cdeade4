"""What reads the virtual clock or waits for it: ``time``, ``datetime``, and the limits of ``threading`` and ``queue``.

Each of these looks is a scheduling point, since what the clock shows depends on which deadlines have been reached.
"""

from __future__ import annotations

import datetime
import queue
import threading
import time
from typing import TYPE_CHECKING, Any

from harness.engine.clock import EPOCH
from harness.model.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.engine.world import World

__all__ = ["dates", "functions"]

_CLOCK, _SLEEP = int(Kind.CLOCK), int(Kind.SLEEP)


def functions(world: World) -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    """``(module, name, what stands in for it)``."""
    clock = world.clock

    def look() -> float:
        if not world.dying:
            world.switch_point(_CLOCK, clock)
        elif world.running:
            world.keep_unwinding()
        return clock.now(world)

    def sleep(seconds: float) -> None:
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        world.wait_until(_SLEEP, clock, _never, seconds)

    yield time, "sleep", sleep
    yield time, "monotonic", look
    yield time, "perf_counter", look
    yield time, "time", lambda: EPOCH + look() - 1000.0
    yield time, "monotonic_ns", lambda: round(look() * 1e9)
    yield time, "perf_counter_ns", lambda: round(look() * 1e9)
    yield time, "time_ns", lambda: int(EPOCH) * 10**9 + round((look() - 1000.0) * 1e9)
    yield threading, "_time", look
    yield queue, "time", look


def dates() -> Iterator[tuple[tuple[type, str], Callable[..., Any]]]:
    """``((class, name), what stands in for it)``: the classes are C, and cannot be given other methods."""
    for name in ("now", "utcnow", "today"):
        yield (datetime.datetime, name), _date_maker(name)
    yield (datetime.date, "today"), lambda: _date_maker("now")().date()


def _date_maker(name: str) -> Callable[..., Any]:
    def make(tz: Any = None) -> datetime.datetime:
        now = time.time()
        if name == "utcnow":
            return datetime.datetime.fromtimestamp(now, datetime.UTC).replace(tzinfo=None)
        return datetime.datetime.fromtimestamp(now, tz)

    return make


def _never() -> bool:
    return False
