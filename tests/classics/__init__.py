"""Classic concurrency bugs, each a program of a few lines that some schedule breaks.

The families are those of SCTBench (Thomson, Donaldson, Betts: "Concurrency Testing Using Schedule Bounding", PPoPP
2014), written anew: for threads, for the tasks of one event loop, and for both together. How many schedules a strategy
needs to break them is what ``python -m tests.benchmarks.strategies`` measures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.classics import atomicity, mixed, order, tasks

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CLASSICS", "Classic"]


class Classic(NamedTuple):
    """A broken program, and the kind of its failure."""

    program: Callable[[], object]
    kind: str


CLASSICS = {
    program.__name__.replace("_", "-"): Classic(program, kind)
    for module in (atomicity, order, tasks, mixed)
    for program, kind in module.PROGRAMS.items()
}
"""By name. Every one is broken; none of them under the default order."""
