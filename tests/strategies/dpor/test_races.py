"""Races of an execution: looking only at what is new finds what looking at everything finds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import harness
from harness.strategies.dpor import races
from harness.strategies.dpor.dependence import conflict
from harness.strategies.dpor.races import Race, RaceFinder
from harness.strategies.dpor.search import ExhaustiveStrategy
from tests.programs import Box, in_threads
from tests.strategies.dpor.test_search import THREAD_STEPS, tasks_program, threads_program


def described(race: Race) -> Any:
    return race.node, race.reversal.steps()


class Checked(RaceFinder):
    """Finds the races in both ways, and compares."""

    def __init__(self) -> None:
        super().__init__()
        self.kept_events = 0

    def find(self, run: Any, starts: Any, chosen: Any, kept: int, waiting: Any = ()) -> list[Race]:
        found = super().find(run, starts, chosen, kept, waiting)
        whole = RaceFinder().find(run, starts, chosen, 0, waiting)
        assert list(map(described, found)) == list(map(described, whole[len(whole) - len(found) :]))
        old = whole[: len(whole) - len(found)]
        assert all(starts[race.node] < kept for race in old)
        self.kept_events += kept
        return found


def searched(program: Any) -> Checked:
    strategy = ExhaustiveStrategy()
    checked = strategy._races = Checked()
    harness.explore(program, strategy=strategy, schedules=300, stop_on_failure=False)
    return checked


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.sampled_from(THREAD_STEPS), min_size=1, max_size=3), min_size=2, max_size=3))
def test_of_threads(steps: list[list[str]]) -> None:
    searched(threads_program(steps))


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    st.lists(st.lists(st.sampled_from(["read", "write", "stale add", "sleep", "timeout"]), max_size=2), max_size=2),
    st.lists(st.sampled_from(["read", "add", "locked add"]), max_size=2),
)
def test_of_tasks_beside_a_thread(steps: list[list[str]], thread: list[str]) -> None:
    searched(tasks_program(steps, thread))


def three_threads() -> int:
    box = Box()

    def add() -> None:
        box.value += 1

    in_threads(add, add, add)
    return int(box.value)


def test_the_beginning_of_an_execution_is_known_from_the_one_before() -> None:
    assert searched(three_threads).kept_events > 0


@pytest.mark.parametrize("explain", ["fail", "return"])
def test_executions_that_are_made_to_shrink_a_failure_do_not_disturb_the_search(explain: str) -> None:
    """Between two executions of the search, a failure is shrunk with the same world."""

    def program() -> int:
        value = three_threads()
        assert explain == "return" or value == 3, value
        return value

    result = harness.explore(program, strategy="exhaustive", stop_on_failure=False)
    assert (result.classes, result.exhausted) == (36, True)
    if explain == "fail":
        assert result.failures == 36 - result.outcomes[3]


def test_what_the_clocks_have_ordered_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparisons of one execution grow with its events, not with their square."""

    def program_of(accesses: int) -> Any:
        def program() -> None:
            box = Box()

            def work() -> None:
                for _ in range(accesses):
                    box.value += 1

            in_threads(work, work)

        return program

    def compared(accesses: int) -> int:
        count = 0

        def counting(one: Any, other: Any) -> bool:
            nonlocal count
            count += 1
            return conflict(one, other)

        monkeypatch.setattr(races, "conflict", counting)
        harness.explore(program_of(accesses), strategy="exhaustive", schedules=1)
        return count

    assert compared(800) <= 8 * compared(100) + 100
