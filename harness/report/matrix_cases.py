"""The cells of a matrix as cases, for the formats that other tools read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.gate.judge import judge
from harness.model.checked_case import Case

if TYPE_CHECKING:
    from harness.gate.judge import Required
    from harness.report.matrix import Matrix

__all__ = ["cases_of"]


def cases_of(matrix: Matrix, require: Required | None = None) -> tuple[Case, ...]:
    """Make a case of each cell.

    Args:
        matrix: Of a run.
        require: The least verdict of what is not expected to fail.
    """
    cases = []
    for cell in matrix.cells:
        own = cell.store == "-"
        label = cell.scenario if own else f"{cell.scenario}@{cell.store}"
        expected = cell.expected or "safe"  # no cell may fail of which nothing says so
        problems, doubt = judge(label, expected, cell.result, None, {}, require)
        cases.append(Case(label, "program" if own else "scenario", cell.result, problems, doubt))
    return tuple(cases)
