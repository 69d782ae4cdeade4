"""The order of a failure, followed by the same scenario with a lock: the second actor has to wait."""

from __future__ import annotations

import pytest

import harness
from harness.catalog import find, other_store, program_named
from harness.exploration.comparing import follow_order
from harness.exploration.showing import set_beside
from harness.model.result import Failure
from harness.scenario import Scenario


@pytest.mark.parametrize("name", ["stuck-at-old-progress", "inconsistent-read"])
def test_the_lock_makes_the_second_actor_wait(name: str) -> None:
    scenario = find(name)
    assert isinstance(scenario, Scenario)
    failure = harness.explore(program_named(f"{name}@unlocked")).failure
    other = other_store(scenario)
    assert failure is not None and other is not None
    beside = set_beside(failure, other)
    assert beside is not None and beside.store == "thread-lock"
    assert beside.walk.ending == ""
    waits = [wait for step in beside.walk.steps for wait in step.waits]
    assert {beside.walk.lanes[wait.lane] for wait in waits} == {"Worker"}
    assert {beside.walk.lanes[wait.holder] for wait in waits} == {"Main task"}


def test_a_program_followed_in_its_own_order_fails_as_it_did() -> None:
    program = program_named("stuck-at-old-progress@unlocked")
    failure = harness.explore(program).failure
    assert failure is not None
    again = follow_order(program, failure)
    assert again is not None and again.failure is not None
    assert again.failure.message == failure.message


def test_without_a_history_there_is_nothing_to_follow() -> None:
    from harness.model.finding import ASSERTION

    assert follow_order(lambda: None, Failure(ASSERTION, "wrong")) is None
