"""What every scenario that comes with the harness keeps to."""

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING

import pytest

from harness import scenarios
from harness.model.errors import UsageError
from harness.stores import MUTANTS, STORES, load

if TYPE_CHECKING:
    from harness.scenario import Scenario

ALL = scenarios.all_scenarios()
every_scenario = pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)


def may_stop_for_ever(scenario: Scenario, store: str) -> bool:
    """Stock CPython would wait with it."""
    of_two_loops = store == "asyncio-lock-complete" or scenario.name == "a-lock-shared-by-two-loops"
    return scenario.expect[store] == "fails" and (of_two_loops or "held-during-work" in store)


PAIRS = [(each, store) for each in ALL for store in each.expect if not may_stop_for_ever(each, store)]
each_pair = pytest.mark.parametrize(
    ("scenario", "store"), PAIRS, ids=[f"{scenario.name}@{store}" for scenario, store in PAIRS]
)

SYMPTOMS = {
    "completed-job-still-updating",
    "inconsistent-read",
    "lost-worker-error",
    "progress-jumps-backward",
    "stuck-at-old-progress",
}
NEEDS_NO_LOCK = {"counting-only", "get-only"}
NEEDS_MORE_THAN_A_LOCK = {"cancelled-between-two-writes", "forgotten-await", "one-missed-section"}
ABOUT_TIME = {"many-jobs-at-once", "slow-work-inside-the-lock"}
OF_MORE_THREADS = {
    "a-lock-shared-by-two-loops",
    "cleanup-deletes-a-job",
    "heartbeat-outlives-its-job",
    "iterating-while-cleaning-up",
    "two-fields-from-one-get",
}


def test_the_five_symptoms_are_there_and_what_else_there_is_to_learn() -> None:
    assert set(scenarios.names()) == (SYMPTOMS | NEEDS_NO_LOCK | NEEDS_MORE_THAN_A_LOCK | ABOUT_TIME | OF_MORE_THREADS)


@every_scenario
def test_its_name_is_its_modules_name(scenario: Scenario) -> None:
    module = importlib.import_module(f"harness.scenarios.{scenario.name.replace('-', '_')}")
    assert module.scenario is scenario
    assert scenarios.load(scenario.name) is scenario
    assert scenarios.load(f"{module.__name__}:scenario") is scenario


@every_scenario
def test_it_says_what_to_expect_of_every_store_that_it_makes_sense_for(scenario: Scenario) -> None:
    assert set(scenario.expect) <= {*STORES, *MUTANTS}
    missing = {
        "one-missed-section": {"sqlite", "sqlite-versioned"},  # what one gets from them is a copy
        "completed-job-still-updating": {"sqlite"},  # its check cannot tell
    }
    assert set(STORES) - set(scenario.expect) == missing.get(scenario.name, set())


@every_scenario
def test_some_store_fails_it_unless_it_is_about_what_needs_no_lock(scenario: Scenario) -> None:
    assert ("fails" not in scenario.expect.values()) == (scenario.name in NEEDS_NO_LOCK)
    if scenario.name in SYMPTOMS | OF_MORE_THREADS:
        assert scenario.expect["unlocked"] == "fails"


@every_scenario
def test_the_thread_lock_is_enough_wherever_everybody_takes_it(scenario: Scenario) -> None:
    assert (scenario.expect["thread-lock"] == "safe") == (scenario.name != "one-missed-section")


@every_scenario
def test_an_asyncio_lock_is_enough_exactly_where_no_thread_takes_part(scenario: Scenario) -> None:
    enough = not scenario.workers or scenario.name in NEEDS_NO_LOCK
    assert (scenario.expect["asyncio-lock"] == "safe") == enough
    assert (scenario.expect["asyncio-lock-complete"] == "safe") == enough, "to take it in threads too helps nowhere"


@every_scenario
def test_its_docstring_is_a_lesson_of_a_title_and_its_origin(scenario: Scenario) -> None:
    lines = scenario.lesson.splitlines()
    assert lines[0].endswith(".")
    assert not lines[1]
    assert any(line.startswith("Origin: ") for line in lines)
    assert 10 <= len(lines) <= 20


MEASURE_TIME = {"many-jobs-at-once", "slow-work-inside-the-lock"}
"""Scenarios with a limit in seconds, which a busy machine exceeds when they run outside of virtual time."""


@each_pair
@pytest.mark.filterwarnings("ignore:coroutine '.*' was never awaited:RuntimeWarning")
def test_run_plainly_it_ends_and_leaves_no_thread_behind(scenario: Scenario, store: str) -> None:
    threads = set(threading.enumerate())
    program = scenario.program(load(store))
    try:
        program()
    except (AssertionError, KeyError, RuntimeError):
        is_known = scenario.expect[store] == "fails" or scenario.name in MEASURE_TIME
        assert is_known, "a safe store failed on stock CPython"
    assert set(threading.enumerate()) == threads


@every_scenario
def test_its_program_announces_the_scenario_the_store_and_the_record(scenario: Scenario) -> None:
    program = scenario.program(STORES["unlocked"])
    module = f"harness.scenarios.{scenario.name.replace('-', '_')}"
    assert program.instrument == (module, "harness.stores.unlocked", "harness.stores.job")
    assert program.label == f"{scenario.name}@unlocked"


def test_a_wrong_name_is_answered_with_the_right_one() -> None:
    with pytest.raises(UsageError, match="did you mean 'lost-worker-error'"):
        scenarios.load("lost-worker-errors")


def test_what_is_no_scenario_is_refused() -> None:
    with pytest.raises(UsageError, match=r"is a function, not a harness\.Scenario"):
        scenarios.load("harness.scenarios:load")
