"""What every scenario that comes with the harness keeps to."""

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING

import pytest

import scenarios
from harness.errors import UsageError
from harness.stores import STORES

if TYPE_CHECKING:
    from harness.scenario import Scenario

ALL = scenarios.all_scenarios()
every_scenario = pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.name)
every_store = pytest.mark.parametrize("store", STORES)


def test_the_five_symptoms_are_there() -> None:
    assert scenarios.names() == [
        "completed-job-still-updating",
        "inconsistent-read",
        "lost-worker-error",
        "progress-jumps-backward",
        "stuck-at-old-progress",
    ]


@every_scenario
def test_its_name_is_its_modules_name(scenario: Scenario) -> None:
    module = importlib.import_module(f"scenarios.{scenario.name.replace('-', '_')}")
    assert module.scenario is scenario
    assert scenarios.load(scenario.name) is scenario
    assert scenarios.load(f"{module.__name__}:scenario") is scenario


@every_scenario
def test_it_says_what_to_expect_of_every_store(scenario: Scenario) -> None:
    assert set(scenario.expect) == set(STORES)
    assert scenario.expect["unlocked"] == "fails"
    assert scenario.expect["thread-lock"] == "safe"


@every_scenario
def test_an_asyncio_lock_is_enough_exactly_where_no_thread_takes_part(scenario: Scenario) -> None:
    assert (scenario.expect["asyncio-lock"] == "safe") == (not scenario.workers)


@every_scenario
def test_its_docstring_is_a_lesson_of_a_title_and_its_origin(scenario: Scenario) -> None:
    lines = scenario.lesson.splitlines()
    assert lines[0].endswith(".")
    assert not lines[1]
    assert any(line.startswith("Origin: ") for line in lines)
    assert 10 <= len(lines) <= 20


@every_scenario
@every_store
def test_run_plainly_it_ends_and_leaves_no_thread_behind(scenario: Scenario, store: str) -> None:
    threads = set(threading.enumerate())
    program = scenario.program(STORES[store])
    try:
        program()
    except AssertionError:
        assert scenario.expect[store] == "fails", "a safe store failed on stock CPython"
    assert set(threading.enumerate()) == threads


@every_scenario
def test_its_program_announces_the_scenario_the_store_and_the_record(scenario: Scenario) -> None:
    program = scenario.program(STORES["unlocked"])
    module = f"scenarios.{scenario.name.replace('-', '_')}"
    assert program.instrument == (module, "harness.stores.unlocked", "harness.stores.record")
    assert program.label == f"{scenario.name}@unlocked"


def test_a_wrong_name_is_answered_with_the_right_one() -> None:
    with pytest.raises(UsageError, match="did you mean 'lost-worker-error'"):
        scenarios.load("lost-worker-errors")


def test_what_is_no_scenario_is_refused() -> None:
    with pytest.raises(UsageError, match=r"is a function, not a harness\.Scenario"):
        scenarios.load("scenarios:load")
