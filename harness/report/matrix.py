"""The matrix: every scenario against every store, and whether it came out as expected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from harness.bench.update_cost import UpdateCost
    from harness.model.record import ExplorationRecord

__all__ = ["Cell", "Matrix", "cells_of", "cost_rows", "judgement", "render_matrix"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One scenario against one store.

    Attributes:
        expected: ``"fails"``, ``"safe"``, or None where the scenario says nothing about the store.
        base: A store that it is a subclass of, and that is expected to fail; or ``""``.
    """

    scenario: str
    store: str
    expected: str | None
    result: ExplorationRecord
    base: str = ""

    @property
    def as_expected(self) -> bool:
        """A failure where one is expected, and none anywhere else; to be interrupted is no answer against it."""
        if self.expected == "fails":
            return not self.result.ok or self.result.stopped_by != ""
        return self.result.ok


@dataclass(frozen=True, slots=True)
class Matrix:
    """All cells of a run, in the order of scenarios and stores."""

    cells: Sequence[Cell]
    costs: Sequence[UpdateCost] = field(default=())
    schedules: int = 0
    seed: int = 0
    strategy: str = ""
    switching: str = "free-threaded"

    @property
    def as_expected(self) -> bool:
        return all(cell.as_expected for cell in self.cells)


def cells_of(cell: Cell) -> list[str]:
    """The texts of one row."""
    result = cell.result
    share = f"{result.failures / result.schedules:.1%}" if result.schedules else "-"
    if result.verdict == "proved":
        share = "never"
    first = (
        str(min(failure.schedule_number for failure in result.distinct_failures)) if result.distinct_failures else "-"
    )
    return [cell.scenario, cell.store, share, f"{result.lost_update_count:,}", first, _verdict(result), judgement(cell)]


def _verdict(result: ExplorationRecord) -> str:
    return _kind_of_verdict(result) + _confirmed(result)


def _confirmed(result: ExplorationRecord) -> str:
    """How many of the distinct failures happened on real threads too, if that was tried."""
    tried = [failure.confirmed for failure in result.distinct_failures if failure.confirmed is not None]
    if not tried:
        return ""
    return " ✓" if all(tried) else f" ✓ {sum(tried)}/{len(tried)}" if any(tried) else " ✗"


def _kind_of_verdict(result: ExplorationRecord) -> str:
    if result.verdict == "proved":
        return f"proved ({result.classes or result.schedules:,})"
    if not result.ok and all((each.needs or "").startswith("free-threaded") for each in result.distinct_failures):
        return "failed, without GIL"
    if result.ok and result.preemptions is not None:
        return f"none, preemptions ≤ {result.preemptions}"
    return result.verdict


def judgement(cell: Cell) -> str:
    """Whether a cell came out as expected, in words."""
    if cell.store == "-" or (cell.expected is None and cell.result.ok):
        return ""
    if cell.expected is None:
        return "a failure that nothing expects" + (f" ({cell.base} is to fail)" if cell.base else "")
    if cell.as_expected:
        return "as expected"
    return "UNEXPECTED: should be safe" if cell.expected == "safe" else "UNEXPECTED: should fail"


def cost_rows(matrix: Matrix) -> list[list[str]]:
    """Per store: an update with its lock, without it, and the difference, in ns."""
    return [
        [
            cost.store,
            f"{cost.locked:,.0f} ns",
            f"{cost.bare:,.0f} ns",
            f"{cost.locked - cost.bare:+,.0f} ns ({cost.ratio:.2f}x)",
        ]
        for cost in matrix.costs
    ]


def render_matrix(matrix: Matrix) -> list[RenderableType]:
    """The matrix and the costs, for a rich console."""
    table = Table(
        box=box.SIMPLE_HEAD, show_edge=False, header_style="bold", caption=_caption(matrix), caption_justify="left"
    )
    table.add_column("scenario and store", no_wrap=True)
    for name in ("fails", "lost", "first at"):
        table.add_column(name, justify="right")
    for name in ("verdict", ""):
        table.add_column(name, no_wrap=True)
    last = ""
    for cell in matrix.cells:
        scenario, store, *numbers, verdict, word = cells_of(cell)
        if scenario != last:
            table.add_row(Text(scenario, style="bold"))
        last = scenario
        table.add_row(
            Text(f"  {store}"),
            *map(Text, numbers),
            Text(verdict, style="red" if not cell.result.ok else "green"),
            Text(word, style="dim" if cell.as_expected else "bold red"),
        )
    if not matrix.costs:
        return [table]
    costs = Table(box=box.SIMPLE_HEAD, show_edge=False, header_style="bold")
    costs.add_column("one update, uncontended", no_wrap=True)
    for name in ("with its lock", "without", "the lock costs"):
        costs.add_column(name, justify="right")
    for row in cost_rows(matrix):
        costs.add_row(*map(Text, row))
    return [table, "", costs]


def _caption(matrix: Matrix) -> str:
    limit = f"at most {matrix.schedules:,} schedules for each pair"
    switching = ", switching gil" if matrix.switching == "gil" else ""
    tried = any(failure.confirmed is not None for cell in matrix.cells for failure in cell.result.distinct_failures)
    real = "; ✓ happened on real threads too, ✗ did not (race confirm TOKEN says why)" if tried else ""
    return (
        f"{limit}, strategy {matrix.strategy}, seed {matrix.seed}{switching}; "
        f"proved (n): all n behaviours were executed; not found: no proof{real}"
    )
