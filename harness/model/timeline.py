"""The values that a timeline is drawn from: its rows, and the lanes that they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Row", "Timeline"]


@dataclass(frozen=True, slots=True)
class Row:
    """One step.

    Attributes:
        time: ``"T1"``, ``"T2"``, ...
        lane: Index into :attr:`Timeline.lanes`.
        text: ``"read  progress=10"``.
        line: Line in the source, or 0.
        file: Its file, or ``""``.
        source: The text of that access in the source.
        mark: What the row is in the failure: ``"stale"`` for the write that lost an update, ``"too late"`` for one that
            went to an object which had been replaced, ``"× 1,250"`` for the last row of a cycle, or ``""``.
        state: The shared state after the step.
        lost: The step after which an update is gone.
        access: What it does to the shared state: ``"read"``, ``"write"``, or ``""`` for what synchronises.
    """

    time: str
    lane: int
    text: str
    line: int
    file: str
    source: str
    mark: str
    state: str
    lost: bool = False
    access: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps of a failure that matter, in order.

    Attributes:
        lanes: Names of those who act, one column each.
        state_title: What the last column shows: ``"job after"``.
        rows: The steps.
        left_out: How many other steps the execution has.
    """

    lanes: tuple[str, ...]
    state_title: str
    rows: tuple[Row, ...]
    left_out: int

    def place(self, row: Row) -> str:
        """Where a row stands in the source: ``":41"``, or ``"jobs.py:41"`` if the rows are of several files."""
        if not row.line:
            return ""
        files = {each.file for each in self.rows if each.line}
        return f"{Path(row.file).name if len(files) > 1 else ''}:{row.line}"

    def states(self) -> list[str]:
        """The state column: what is after each row, left blank while it stays as it was."""
        before = ["", *(row.state for row in self.rows)]
        return [
            "" if row.state == state and not row.lost else row.state
            for row, state in zip(self.rows, before, strict=False)
        ]
