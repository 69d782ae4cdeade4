"""What reads the virtual clock or waits for it: ``time``, ``datetime``, and the limits of ``threading`` and ``queue``.

Each read is a switch point, since what the clock shows depends on which deadlines have been reached.
"""

from __future__ import annotations

import datetime
import queue
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from harness.engine.clock import EPOCH, START
from harness.engine.phase import Phase
from harness.engine.protocol import door
from harness.model.kind import Kind
from harness.stdlib.patch import Exchange, guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.stdlib.patch import Patch

__all__ = ["EXCHANGES", "PATCHES", "date_exchanges", "readers", "sleeping"]

_CLOCK, _SLEEP, _STAMP = int(Kind.CLOCK), int(Kind.SLEEP), int(Kind.STAMP)


def readers(read: Callable[[], float], compute: Callable[[], float]) -> Iterator[Patch]:
    """What stands in for all functions that tell the time.

    Args:
        read: Tells a program the monotonic time, in seconds.
        compute: Tells it to ``threading`` and ``queue``, which compute a deadline from it.
    """
    yield guarded(time, "monotonic", read)
    yield guarded(time, "perf_counter", read)
    yield guarded(time, "time", lambda: EPOCH + read() - START)
    yield guarded(time, "monotonic_ns", lambda: round(read() * 1e9))
    yield guarded(time, "perf_counter_ns", lambda: round(read() * 1e9))
    yield guarded(time, "time_ns", lambda: int(EPOCH) * 10**9 + round((read() - START) * 1e9))
    yield guarded(threading, "_time", compute)
    yield guarded(queue, "time", compute)


def sleeping(sleep: Callable[[float], None]) -> Patch:
    """What stands in for ``time.sleep``."""
    return guarded(time, "sleep", sleep)


def date_exchanges(wall_time: Callable[[], float]) -> Iterator[Exchange]:
    """What stands in for the methods of ``datetime`` that tell the time: its classes are C, and take no others."""

    def maker(name: str) -> Callable[..., datetime.datetime]:
        def make(tz: Any = None) -> datetime.datetime:
            now = wall_time()
            if name == "utcnow":
                return datetime.datetime.fromtimestamp(now, datetime.UTC).replace(tzinfo=None)
            return datetime.datetime.fromtimestamp(now, tz)

        return make

    for name in ("now", "utcnow", "today"):
        yield Exchange((datetime.datetime, name), maker(name))
    yield Exchange((datetime.date, "today"), lambda: maker("now")().date())


def _read() -> float:
    execution = door.execution
    if execution.recording:
        execution.switch_point(_CLOCK, execution.clock)
    elif execution.phase is Phase.UNWINDING:
        execution.keep_unwinding()
    return execution.clock.read()


def _stamp() -> float:
    now = _read()
    door.execution.reclassify_last(_STAMP)
    return now


def _sleep(seconds: float) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    door.execution.wait_until(_SLEEP, door.execution.clock, _never, seconds)


def _never() -> bool:
    return False


PATCHES: Final = (sleeping(_sleep), *readers(_stamp, _read))
EXCHANGES: Final = tuple(date_exchanges(lambda: time.time()))  # the function of that name while an exploration is open
