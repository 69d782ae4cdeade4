"""Classic concurrency bugs, each a program of a few lines that some schedule breaks.

The families are those of SCTBench (Thomson, Donaldson, Betts: "Concurrency Testing Using Schedule Bounding", PPoPP
2014), written anew: for threads, for the tasks of one event loop, and for both together. How many schedules a strategy
needs to break them is what ``python -m tests.benchmarks.strategies`` measures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.classics import mixed, tasks, threads

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CLASSICS"]

CLASSICS: dict[str, Callable[[], object]] = {
    program.__name__.replace("_", "-"): program for module in (threads, tasks, mixed) for program in module.PROGRAMS
}
"""Name -> program. Every one is broken; none of them under the plain order."""
