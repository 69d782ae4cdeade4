"""Prints a matrix and its failures: what ``race run`` has just found, or what ``race report`` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from harness.cli.output import print_wide
from harness.model.border import printable
from harness.report.matrix import render_matrix
from harness.report.timeline import render

if TYPE_CHECKING:
    from rich.console import Console

    from harness.report.matrix import Cell, Matrix

__all__ = ["print_matrix"]


def print_matrix(console: Console, matrix: Matrix, one_a_scenario: bool) -> None:
    """Print the matrix, what it leaves open, and a timeline for each failure.

    Args:
        console: Where to.
        matrix: What was found.
        one_a_scenario: Of each scenario, draw its first failure and each surprise only.
    """
    print_wide(console, render_matrix(matrix))
    for cell in matrix.cells:
        if cell.result.more:
            console.print(Text(f"{_title(cell)}: {cell.result.more} (--time-limit)"), soft_wrap=True)
        if cell.result.scope.opaque:
            console.print(Text(printable(f"{_title(cell)}: {cell.result.scope}")), soft_wrap=True)
    known: set[str] = set()
    left_out = 0
    for cell in matrix.cells:
        failures = shown = cell.result.distinct_failures
        if one_a_scenario and cell.as_expected:
            shown = () if cell.scenario in known else failures[:1]
        left_out += len(failures) - len(shown)
        for failure in shown:
            known.add(cell.scenario)
            console.print()
            console.rule(Text(_title(cell)), align="left", style="dim")
            console.print(render(failure), crop=False)
    if left_out:
        console.print(
            f"\n{left_out} more failures, all of them expected: race run SCENARIO shows its own, results.md all"
        )


def _title(cell: Cell) -> str:
    return printable(cell.scenario if cell.store == "-" else f"{cell.scenario} @ {cell.store}")
