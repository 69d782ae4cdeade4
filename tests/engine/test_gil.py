"""``switching="gil"``: the turn goes to another thread only where CPython with the GIL could give it away."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import harness
from harness.exploration.session import Session
from harness.model.errors import UsageError
from harness.strategies.pct import PctStrategy
from harness.strategies.random import RandomStrategy
from harness.strategies.scripted import Scripted
from tests.programs import Box, in_threads, outcomes
from tests.strategies.dpor.test_search import THREAD_STEPS, threads_program


def listed(program: Any, switching: Any) -> harness.Exploration:
    return harness.explore(program, strategy="exhaustive", switching=switching, stop_on_failure=False, schedules=3000)


threads = st.lists(st.lists(st.sampled_from(THREAD_STEPS), min_size=1, max_size=3), min_size=2, max_size=2)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(threads)
def test_what_happens_with_the_gil_happens_without_it(steps: list[list[str]]) -> None:
    program = threads_program(steps)
    without = listed(program, "free-threaded")
    if without.exhausted:
        assert set(listed(program, "gil").outcomes) <= set(without.outcomes)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(threads)
def test_the_search_misses_nothing_that_sampling_shows(steps: list[list[str]]) -> None:
    program = threads_program(steps)
    proof = listed(program, "gil")
    for sampler in (RandomStrategy(1), PctStrategy(1)):
        sampled = harness.explore(program, strategy=sampler, switching="gil", schedules=60)
        if proof.exhausted:
            assert set(sampled.outcomes) <= set(proof.outcomes)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(threads, st.integers(0, 1000))
def test_a_schedule_made_with_the_gil_needs_no_other_interpreter(steps: list[list[str]], seed: int) -> None:
    """The two halves of the rule, forbidding and judging, agree."""
    program, strategy = threads_program(steps), RandomStrategy(seed)
    with Session(program, switching="gil") as session:
        strategy.begin(0)
        made = session.run(strategy)
        strategy.end(made)
        token = str(session.token(made))
    execution = harness.replay(program, token)
    assert [event[:2] for event in execution.history.events] == [event[:2] for event in made.history.events]
    with Session(program, switching="watched") as session:
        assert session.run(Scripted(made.deviations, strict=True)).unlocked == []


def test_an_increment_is_one_step() -> None:
    def program() -> Any:
        box = Box()

        def add() -> None:
            box.value += 1

        in_threads(add, add)
        return box.value

    result = listed(program, "gil")
    assert (set(result.outcomes), result.exhausted) == ({2}, True)
    assert set(listed(program, "free-threaded").outcomes) == {1, 2}


def test_a_thread_that_waits_gives_the_turn_away_everywhere() -> None:
    def program() -> Any:
        box, ready = Box(), threading.Event()

        def wait() -> None:
            seen = box.value
            ready.wait()
            box.value = seen + 1

        def add() -> None:
            box.value += 1
            ready.set()

        in_threads(wait, add)
        return box.value

    assert set(listed(program, "gil").outcomes) == {1, 2}


def test_two_statements_without_a_call_are_one_step_and_with_one_they_are_two() -> None:
    def program(between: Any) -> Any:
        box = Box((0, 0))
        seen = []

        def write() -> None:
            box.value = 1
            between()
            box.value = 2

        def read() -> None:
            seen.append(box.value)

        in_threads(write, read)
        return seen[0]

    def without_a_call() -> Any:
        box = Box(0)
        seen = []

        def write() -> None:
            box.value = 1
            box.value = 2

        def read() -> None:
            seen.append(box.value)

        in_threads(write, read)
        return seen[0]

    assert 1 in listed(lambda: program(int), "gil").outcomes
    assert set(listed(without_a_call, "gil").outcomes) == {0, 2}


def test_a_lock_taken_and_given_back_by_the_program_is_c_code() -> None:
    """``with lock:`` is entered without a check: what stands before it and its first operation are one step."""

    def program() -> Any:
        box, lock = Box(0), threading.Lock()
        seen = []

        def write() -> None:
            with lock:
                box.value = 1
                box.value = 2

        def read() -> None:
            seen.append(box.value)

        in_threads(write, read)
        return seen[0]

    assert set(listed(program, "gil").outcomes) == {0, 2}
    assert outcomes(program, "exhaustive", 1000) == {0, 1, 2}


def test_the_other_names_are_refused() -> None:
    with pytest.raises(UsageError, match="'free-threaded' or 'gil'"):
        harness.explore(lambda: None, switching="no-gil")  # type: ignore[arg-type]
