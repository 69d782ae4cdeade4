"""Tests with arguments, and schedules that Hypothesis draws."""

from __future__ import annotations

import asyncio
import functools
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import harness
from harness.integrations.hypothesis import DrawnSchedule, explored, schedules

STEADY = settings(max_examples=30, derandomize=True, database=None, deadline=None)


def count_up(workers: int, by: int) -> None:
    counts = {"done": 0}

    def work() -> None:
        counts["done"] += by

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts["done"] == workers * by


@STEADY
@given(workers=st.integers(1, 4), by=st.integers(0, 9))
@explored(schedules=50)
def example_with_arguments(workers: int, by: int) -> None:
    count_up(workers, by)


def test_arguments_are_shrunk_and_the_report_is_that_of_the_smallest_example() -> None:
    with pytest.raises(harness.RaceFound) as found:
        example_with_arguments()
    report = str(found.value)
    assert "functools.partial(example_with_arguments.program, workers=2, by=1)" in report
    token = report.partition("harness.replay(program, '")[2].partition("'")[0]
    program = functools.partial(example_with_arguments.program, workers=2, by=1)
    assert harness.replay(program, token).failure is not None


@STEADY
@given(by=st.integers(0, 9))
@explored(schedules=50)
async def test_an_async_test_is_explored_as_it_stands(by: int) -> None:
    counts = {"done": 0}

    async def work() -> None:
        counts["done"] += by

    await asyncio.gather(work(), work())
    assert counts["done"] == 2 * by


def test_a_schedule_that_hypothesis_draws_is_found_and_shrunk_by_it() -> None:
    without_explanations = [each for each in STEADY.phases if each.name != "explain"]
    test = settings(STEADY, phases=without_explanations, max_examples=300)
    found: list[DrawnSchedule] = []

    @test
    @given(schedule=schedules(departures=4, horizon=20))
    def search(schedule: DrawnSchedule) -> None:
        result = harness.explore(functools.partial(count_up, 2, 1), strategy=schedule, schedules=1)
        if result.failure is not None:
            found.append(schedule)
            raise harness.RaceFound("found")

    with pytest.raises(harness.RaceFound):
        search()
    assert len(eval(repr(found[-1]))._turns) <= 2, found[-1]


def test_a_drawn_schedule_without_departures_is_the_default_order() -> None:
    program = functools.partial(count_up, 2, 1)
    assert harness.explore(program, strategy=DrawnSchedule(), schedules=5).schedules == 1


def test_the_tracer_of_another_tool_stays() -> None:
    def tracer(*_: object) -> None: ...

    seen = []

    @explored(schedules=1)
    def example() -> None:
        pass

    old = sys.gettrace()
    sys.settrace(tracer)
    try:
        example()
        seen.append(sys.gettrace())
    finally:
        sys.settrace(old)
    assert seen == [tracer]
