"""What each scenario expects of each store is what an exploration finds."""

from __future__ import annotations

import contextlib

import pytest

import harness
from harness import scenarios
from harness.stores import STORES, AsyncioLockStore, ThreadLockStore, load
from tests.scenarios.everything import explore_everything

ALL = [(scenario, store) for scenario in scenarios.all_scenarios() for store in scenario.expect]
SAFE = [(scenario, store) for scenario, store in ALL if scenario.expect[store] == "safe"]
FAILING = [(scenario, store) for scenario, store in ALL if scenario.expect[store] == "fails"]
FEW = [(scenario, store) for scenario, store in ALL if store in ("unlocked", "asyncio-lock", "thread-lock")]
RACES_OR_NOT = [(scenario, store) for scenario, store in FAILING if not store.startswith("sqlite")]


def each(pairs: list[tuple[harness.Scenario, str]]) -> pytest.MarkDecorator:
    ids = [f"{scenario.name}@{store}" for scenario, store in pairs]
    return pytest.mark.parametrize(("scenario", "store"), pairs, ids=ids)


ALWAYS = {
    "forgotten-await@asyncio-lock-not-awaited",
    "forgotten-await@thread-lock-not-awaited",
    "many-jobs-at-once@asyncio-lock-held-during-work",
    "many-jobs-at-once@thread-lock-held-during-work",
    "slow-work-inside-the-lock@asyncio-lock-held-during-work",
    "slow-work-inside-the-lock@per-job-lock-held-during-work",
    "slow-work-inside-the-lock@thread-lock-held-during-work",
}
"""Mistakes that are no races: every schedule shows them."""


@each(SAFE)
def test_what_is_expected_to_be_safe_is_proved_by_default(scenario: harness.Scenario, store: str) -> None:
    found = harness.explore(scenario.program(load(store)), schedules=1000, stop_on_failure=False)
    assert found.verdict == "proved"


@each(FAILING)
def test_what_is_expected_to_fail_fails_within_a_few_preemptions(scenario: harness.Scenario, store: str) -> None:
    found = harness.explore(scenario.program(load(store)), schedules=500)
    assert found.failure is not None
    assert found.failure.kind in ("assertion", "exception", "deadlock")
    assert found.failure.preemptions <= 3


@each(FEW)
def test_of_all_schedules_close_to_the_plain_one_some_fail_or_none(scenario: harness.Scenario, store: str) -> None:
    found = explore_everything(scenario.program(load(store)), bound=2)
    assert (found.failures > 0) == (scenario.expect[store] == "fails")


@each(RACES_OR_NOT)
def test_a_race_that_every_schedule_shows_is_none(scenario: harness.Scenario, store: str) -> None:
    program = scenario.program(load(store))
    found = harness.explore(program, strategy="random", schedules=50, stop_on_failure=False)
    assert (found.failures == found.schedules) == (program.label in ALWAYS)


@pytest.mark.parametrize("store", ["asyncio-lock", "thread-lock"])
@pytest.mark.parametrize("name", ["progress-jumps-backward", "completed-job-still-updating"])
def test_with_tasks_only_each_lock_is_safe_under_every_schedule_there_is(name: str, store: str) -> None:
    assert explore_everything(scenarios.load(name).program(STORES[store]), bound=1_000).failure is None


class WithoutThreadLock(ThreadLockStore):
    def __init__(self) -> None:
        super().__init__()
        self.lock = contextlib.nullcontext()


class WithoutAsyncioLock(AsyncioLockStore):
    def __init__(self) -> None:
        super().__init__()
        self.job_lock = contextlib.nullcontext()


@pytest.mark.parametrize("name", ["inconsistent-read", "lost-worker-error", "stuck-at-old-progress"])
def test_with_threads_it_is_the_lock_that_makes_the_store_safe(name: str) -> None:
    assert harness.explore(scenarios.load(name).program(WithoutThreadLock)).verdict == "failed"


@pytest.mark.parametrize("name", ["progress-jumps-backward", "completed-job-still-updating"])
def test_with_tasks_only_code_that_awaits_nothing_between_needs_no_lock(name: str) -> None:
    assert explore_everything(scenarios.load(name).program(WithoutAsyncioLock), bound=1_000).failure is None


@pytest.mark.parametrize("part", ["setup", "store"])
def test_a_scenario_that_cannot_begin_is_an_error_and_no_finding(part: str) -> None:
    def broken(store: object) -> None:
        raise ValueError("broken")

    class Broken(ThreadLockStore):
        def __init__(self) -> None:
            raise ValueError("broken")

    scenario = harness.Scenario("example", workers=(len,), check=len, setup=broken if part == "setup" else None)
    with pytest.raises(harness.ScenarioError, match="broken"):
        harness.explore(scenario.program(Broken if part == "store" else ThreadLockStore))
