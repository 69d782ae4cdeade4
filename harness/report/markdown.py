"""The same timeline and matrix as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.model.border import printable
from harness.report.timeline import replay_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.model.record import FailureRecord
    from harness.model.timeline import Timeline
    from harness.report.matrix import Matrix

__all__ = ["failure_markdown", "matrix_markdown", "table_markdown", "timeline_markdown"]


def table_markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    r"""A table; a ``|`` in a cell is escaped, and so is what would be HTML.

    >>> print(table_markdown(["a", "b"], [["1", "x|y"]]))
    | a | b |
    | --- | --- |
    | 1 | x\|y |
    """
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(_plain(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def _plain(text: str) -> str:
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")


def failure_markdown(failure: FailureRecord) -> str:
    """Heading, timeline and replay command of a failure."""
    kind, what = failure.heading, failure.what
    parts = [f"### {kind}: {_plain(what)}", ""]
    message = failure.message.removeprefix(what).lstrip("\n")
    if message and message not in what:
        parts += [_plain(message), ""]
    timeline = timeline_markdown(failure.timeline)
    if timeline:
        parts += [timeline, ""]
    parts += [f"    {replay_command(failure)}", ""]
    return "\n".join(parts)


def timeline_markdown(timeline: Timeline) -> str:
    """The steps of a failure as a table of time against actors, or ``""`` if there are none to be shown."""
    rows = []
    for row, state in zip(timeline.rows, timeline.states(), strict=True):
        cells = [""] * len(timeline.lanes)
        place = f" `{timeline.place(row)}`" if row.line else ""
        cells[row.lane] = f"{row.text}{f' ({row.mark})' if row.mark else ''}{place}"
        rows.append([row.time, *cells, state + (" **← lost**" if row.lost else "")])
    return table_markdown(["Time", *timeline.lanes, timeline.state_title], rows) if rows else ""


def matrix_markdown(matrix: Matrix) -> str:
    """The matrix, then what an update costs, then each distinct failure."""
    from harness.report.matrix import cells_of, cost_rows

    header = ["scenario", "store", "fails", "lost updates", "first failure at schedule", "verdict", ""]
    parts = ["# Results", "", table_markdown(header, [cells_of(cell) for cell in matrix.cells]), ""]
    if matrix.costs:
        parts += [table_markdown(["store", "with its lock", "without", "the lock costs"], cost_rows(matrix)), ""]
    for cell in matrix.cells:
        parts += [failure_markdown(failure) for failure in cell.result.distinct_failures]
    return "\n".join(parts)
