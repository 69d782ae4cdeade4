"""Each classic bug is there, is what it says it is, and hides from a quiet machine."""

from __future__ import annotations

import pytest

import harness
from harness.strategies.scripted import Scripted
from tests.classics import CLASSICS, Classic, atomicity, mixed, order, tasks

each = pytest.mark.parametrize("classic", CLASSICS.values(), ids=CLASSICS)


def test_threads_tasks_and_both_together_are_there() -> None:
    assert len(CLASSICS) >= 25
    assert all(len(module.PROGRAMS) >= 4 for module in (atomicity, order, tasks, mixed))
    assert all(classic.program.__doc__ for classic in CLASSICS.values())


@each
def test_nothing_fails_in_the_default_order(classic: Classic) -> None:
    assert harness.explore(classic.program, strategy=Scripted([])).ok


@each
def test_the_search_finds_it_and_it_is_of_the_kind_that_it_says(classic: Classic) -> None:
    failure = harness.explore(classic.program, strategy="exhaustive", schedules=100).failure
    assert failure is not None
    assert failure.kind == classic.kind
    assert failure.preemptions <= 6
    again = harness.replay(classic.program, failure.token).failure
    assert again is not None and again.message == failure.message
