"""The world held against the interpreter it imitates: real threads, the stock event loop."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import harness
from harness.exploration.session import Session
from harness.strategies.pct import PctStrategy
from harness.strategies.random import RandomStrategy
from harness.strategies.scripted import Scripted
from tests.differential.confluent import TASK_STEPS, THREAD_STEPS, program_of
from tests.strategies.dpor.test_search import tasks_program, threads_program

RUNS = 30
"""Runs on real threads for each racy program."""


@pytest.fixture(autouse=True, scope="module")
def threads_change_as_often_as_they_can() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def in_the_world(program: Callable[[], Any], samples: int) -> list[Any]:
    """Outcomes in the default order and under some schedules; nothing may go wrong."""
    found = []
    with Session(program) as session:
        for strategy in (Scripted([]), *[RandomStrategy(seed) for seed in range(samples)], PctStrategy(0)):
            strategy.begin(0)
            run = session.run(strategy)
            strategy.end(run)
            assert run.problem is None, run.problem
            found.append(run.outcome)
    return found


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.lists(st.sampled_from(THREAD_STEPS), min_size=1, max_size=3), max_size=2),
    st.lists(st.lists(st.sampled_from(TASK_STEPS), min_size=1, max_size=3), min_size=1, max_size=3),
)
def test_what_does_not_depend_on_the_schedule_is_the_same_here_and_there(threads: Any, tasks: Any) -> None:
    program = program_of(threads, tasks)
    there = program()
    assert in_the_world(program, 4) == [there] * 6


@pytest.mark.parametrize("step", THREAD_STEPS, ids=lambda step: step.__name__)
def test_each_step_of_a_thread_alone(step: Any) -> None:
    program = program_of([[step], [step]], [])
    assert in_the_world(program, 10) == [program()] * 12


@pytest.mark.parametrize("step", TASK_STEPS, ids=lambda step: step.__name__)
def test_each_step_of_a_task_alone(step: Any) -> None:
    program = program_of([], [[step], [step]])
    assert in_the_world(program, 10) == [program()] * 12


def assert_the_search_lists_what_happens(program: Callable[[], Any], limit: int) -> None:
    listed = harness.explore(program, strategy="exhaustive", stop_on_failure=False, schedules=limit)
    seen = {program() for _ in range(RUNS)}
    if listed.exhausted:
        assert seen <= set(listed.outcomes)


# No "timed wait": real time is not the world's, and nothing says how long a step takes.
RACY = ["read", "write", "add", "locked add", "try", "set", "is set", "clear", "put", "get"]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.sampled_from(RACY), min_size=1, max_size=3), min_size=2, max_size=3))
def test_whatever_real_threads_do_is_among_what_the_search_lists(steps: list[list[str]]) -> None:
    assert_the_search_lists_what_happens(threads_program(steps), 1000)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(
    st.lists(
        st.lists(st.sampled_from(["read", "write", "stale add", "locked stale add", "sleep"]), min_size=1, max_size=2),
        min_size=1,
        max_size=2,
    ),
    st.lists(st.sampled_from(["read", "add", "locked add"]), max_size=2),
)
def test_whatever_a_real_loop_beside_a_thread_does_is_among_what_the_search_lists(
    steps: list[list[str]], thread: list[str]
) -> None:
    assert_the_search_lists_what_happens(tasks_program(steps, thread), 500)
