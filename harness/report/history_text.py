"""The history of runs as tables, for a console."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from harness.model.border import printable
from harness.report.units import duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.run_history import CostLine, HistoryLine

__all__ = ["costs_table", "history_table"]


def history_table(lines: Sequence[HistoryLine]) -> Table:
    """Each exploration, the oldest first, under the label that it belongs to."""
    table = _table("program", "when", "commit", "verdict", "behaviours", "schedules", "took")
    for label in dict.fromkeys(line.label for line in lines):
        name = label
        for line in lines:
            if line.label != label:
                continue
            colour = "red" if line.verdict == "failed" else "green"
            table.add_row(
                Text(printable(name)), _when(line.time), _commit(line.revision), Text(line.verdict, style=colour),
                f"{line.classes:,}" if line.verdict == "proved" else "-", f"{line.schedules:,}", duration(line.seconds),
            )  # fmt: skip
            name = ""
    return table


def costs_table(lines: Sequence[CostLine]) -> Table:
    """What the lock of each store cost."""
    table = _table("store", "when", "commit", "with its lock", "without", "the lock costs")
    for line in sorted(lines, key=lambda each: each.store):
        difference = duration((line.locked - line.bare) * 1e-9)
        table.add_row(
            Text(printable(line.store)), _when(line.time), _commit(line.revision), duration(line.locked * 1e-9),
            duration(line.bare * 1e-9), difference,
        )  # fmt: skip
    return table


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, no_wrap=True)
    return table


def _when(time: float) -> str:
    return datetime.datetime.fromtimestamp(time).isoformat(" ", "minutes")


def _commit(revision: str) -> str:
    """The commit as git shortens it; a plus says that files differed from it."""
    return (revision[:10] + "+" * revision.endswith("+")) or "-"
