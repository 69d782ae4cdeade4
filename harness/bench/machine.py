"""The machine while the clock runs: kept as quiet as a process can, and what is known to be wrong with it said.

Processors are handled as ``pyperf`` does: a benchmark is pinned to the processors that the kernel keeps free of
everything else (``isolcpus``), if there are any, or to those that are asked for. Otherwise the scheduler decides:
pinned to one of two shared processors, a process could not get out of its neighbours' way.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TICKS", "Machine", "calm", "describe", "parse_cpus"]

TICKS: Final = 1000
"""So many ticks of the clock a timing takes at least; then its resolution is a thousandth of what is measured."""
_ISOLATED: Final = Path("/sys/devices/system/cpu/isolated")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a benchmark ran.

    Attributes:
        pinned: The processors that it was pinned to; empty if it was not.
        cpus: How many it could have used.
        load: How many processes wanted one at the start, as a mean of the last minute; None if the system cannot tell.
        gil: Whether one thread runs Python at a time.
        resolution: Of the clock, in seconds.
    """

    pinned: tuple[int, ...]
    cpus: int
    load: float | None
    gil: bool
    resolution: float

    def doubts(self, timing: float) -> list[str]:
        """What is wrong with this machine for timings of so many seconds.

        >>> Machine((), 2, 3.5, True, 1e-9).doubts(0.005)
        ['3.5 processes share 2 processors']
        >>> Machine((), 2, 0.1, True, 0.001).doubts(0.005)
        ["the clock's resolution of 1000 µs is coarse for timings of 5 ms"]
        """
        found = []
        if self.load is not None and self.load > self.cpus:
            found.append(f"{self.load:.1f} processes share {self.cpus} processors")
        if self.resolution * TICKS > timing:
            found.append(
                f"the clock's resolution of {self.resolution * 1e6:.0f} µs is coarse for timings of {timing * 1e3:g} ms"
            )
        return found


@contextmanager
def calm(cpus: tuple[int, ...] = ()) -> Iterator[Machine]:
    """Keep the garbage collector off and the process on its processors, and put both back afterwards.

    Args:
        cpus: Processors to pin to; without any, the isolated ones of this machine, if it has such.

    Raises:
        UsageError: The system cannot pin a process, or has no such processors.
    """
    wanted = cpus or _isolated()
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    if wanted:
        _pin(set(wanted), asked=bool(cpus))
    was_on = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        yield describe(wanted)
    finally:
        if was_on:
            gc.enable()
        if wanted and before is not None:
            _pin(before, asked=False)


def describe(pinned: tuple[int, ...] = ()) -> Machine:
    """The machine as it is now."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        load = os.getloadavg()[0]
    except (AttributeError, OSError):
        load = None
    gil = getattr(sys, "_is_gil_enabled", lambda: True)()
    return Machine(pinned, count, load, gil, time.get_clock_info("perf_counter").resolution)


def parse_cpus(text: str) -> tuple[int, ...]:
    """Processors as the kernel writes them.

    >>> parse_cpus("0,2-4")
    (0, 2, 3, 4)

    Raises:
        UsageError: It is no such list.
    """
    found: set[int] = set()
    try:
        for part in filter(None, (part.strip() for part in text.split(","))):
            first, dash, last = part.partition("-")
            found.update(range(int(first), int(last if dash else first) + 1))
    except ValueError:
        raise UsageError(f"{text!r} is no list of processors: expected numbers and ranges, such as 0,2-3") from None
    return tuple(sorted(found))


def _isolated() -> tuple[int, ...]:
    try:
        return parse_cpus(_ISOLATED.read_text())
    except (OSError, UsageError):  # another system, or none isolated, which some kernels write as (null)
        return ()


def _pin(cpus: set[int], *, asked: bool) -> None:
    if not hasattr(os, "sched_setaffinity"):
        if asked:
            raise UsageError("this system cannot pin a process to processors; leave out --affinity")
        return
    try:
        os.sched_setaffinity(0, cpus)
    except OSError as exc:
        if asked:
            listed = ",".join(map(str, sorted(cpus)))
            usable = ",".join(map(str, sorted(os.sched_getaffinity(0))))
            raise UsageError(f"cannot pin to processors {listed}: {exc.strerror}; usable here: {usable}") from None
