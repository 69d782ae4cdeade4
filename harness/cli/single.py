"""One failure of one token as a matrix with a single cell, which every report can draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.model.result import Execution
    from harness.report.matrix import Matrix

__all__ = ["single_failure"]


def single_failure(program: Callable[[], Any], execution: Execution, token: str) -> Matrix:
    """Return the matrix.

    Args:
        program: That the token names.
        execution: Its replay.
        token: Names the scenario and the store, if there is one.

    Raises:
        UsageError: The execution does not fail any more.
    """
    from harness.catalog import find, other_store
    from harness.exploration.showing import record_for_page
    from harness.model.errors import UsageError
    from harness.model.options import Options
    from harness.model.result import Exploration
    from harness.model.token import Token
    from harness.report.matrix import Cell, Matrix
    from harness.scenario import Scenario

    if execution.failure is None:
        raise UsageError(f"{token} passes now: there is no failure to be shown")
    recorded = Token.parse(token)
    name, _, store = recorded.label.partition("@")
    found = find(name) if store else None
    other = other_store(found) if isinstance(found, Scenario) else None
    if other is not None and other.store == store:
        other = None
    options = Options(program=recorded.label, detect=recorded.detect, instrument=recorded.instrument)
    result = Exploration(options=options, schedules=1, failures=1, distinct_failures=(execution.failure,))
    record = record_for_page(program, result, other)
    return Matrix((Cell(name, store or "-", None, record),))
