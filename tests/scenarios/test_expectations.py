"""What each scenario expects of each store is what an exploration finds."""

from __future__ import annotations

import contextlib

import pytest

import harness
import scenarios
from harness.stores import STORES, AsyncioLockStore, ThreadLockStore
from tests.scenarios.everything import explore_everything

PAIRS = [(scenario, store) for scenario in scenarios.all_scenarios() for store in STORES]
each_pair = pytest.mark.parametrize(
    ("scenario", "store"), PAIRS, ids=[f"{scenario.name}@{store}" for scenario, store in PAIRS]
)


@each_pair
def test_a_failure_is_found_where_it_is_expected_and_only_there(scenario: harness.Scenario, store: str) -> None:
    found = harness.explore(scenario.program(STORES[store]), schedules=500)
    if scenario.expect[store] == "safe":
        assert found.failure is None
    else:
        assert found.failure is not None
        assert found.failure.kind == "assertion"
        assert found.failure.preemptions <= 2


@each_pair
def test_of_all_schedules_close_to_the_plain_one_some_fail_or_none(scenario: harness.Scenario, store: str) -> None:
    found = explore_everything(scenario.program(STORES[store]), bound=2)
    assert (found.failures > 0) == (scenario.expect[store] == "fails")
    assert found.failures < found.schedules, "a race that every schedule shows is none"


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
