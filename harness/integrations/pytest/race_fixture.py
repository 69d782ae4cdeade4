"""The fixture ``race``: a function that explores a program, and fails the test with what it finds."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from harness.integrations.pytest.exploring import look_up, raise_race, replay_program
from harness.integrations.pytest.fixture_grounds import grounds_of_test
from harness.integrations.pytest.tally import note
from harness.model.errors import HarnessError
from harness.model.program import label_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.database import Checked
    from harness.integrations.pytest.run_plan import Plan

__all__ = ["make_race"]


def make_race(item: pytest.Function, plan: Plan) -> Callable[..., Checked | None]:
    """Make the fixture for one test.

    Args:
        item: The test.
        plan: Of the run.
    """
    calls = itertools.count(1)  # two programs of one test may have the same name

    def race(program: Callable[[], Any], **given: Any) -> Checked | None:
        """Explore ``program``; the arguments are those of the mark."""
        __tracebackhide__ = True
        try:
            if plan.token is not None:
                replay_program(item, program, plan, given)
                return None
            label = f"{item.nodeid} {label_of(program)} ({next(calls)})"
            checked = look_up(program, plan, label, grounds_of_test(item), plan.options(given))
        except HarnessError as exc:
            note(item, "refused", str(exc))
            pytest.fail(f"race: {exc}", pytrace=False)
        kept = " (kept)" if checked.proof is not None else ""
        note(item, checked.verdict + kept, notes=checked.notes)
        if checked.failure is not None:
            raise_race(item, checked.failure, checked.notes)
        return checked

    return race
