"""Shrinking: values in, values out, and a written order of what is smaller. No engine takes part."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import harness
from harness.exploration.shrink import Attempt, shrink
from tests.programs import Box, in_threads

Schedule = list[tuple[int, int, int]]

deviations = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 40), st.integers(0, 3)), max_size=12, unique_by=lambda each: each[:2]
)


def measured(schedule: Schedule) -> Attempt:
    """What a schedule comes to, by a rule of arithmetic: each deviation is a preemption and costs its step."""
    return Attempt(len(schedule), list(schedule), sum(step for _, step, _ in schedule))


@given(deviations, st.integers(0, 12))
def test_what_comes_out_still_fails_and_is_no_larger(schedule: Schedule, needed: int) -> None:
    def attempt(candidate: Schedule) -> Attempt | None:
        return measured(candidate) if sum(actor for actor, _, _ in candidate) >= needed else None

    if attempt(schedule) is None:
        return
    best = shrink(measured(schedule), attempt)
    assert attempt(best.deviations) == best
    assert best.size <= measured(schedule).size


@given(deviations, st.data())
def test_what_is_not_needed_is_left_out(schedule: Schedule, data: st.DataObject) -> None:
    if not schedule:
        return
    needed = set(data.draw(st.lists(st.sampled_from(schedule), max_size=3)))

    def attempt(candidate: Schedule) -> Attempt | None:
        return measured(candidate) if needed <= set(candidate) else None

    assert set(shrink(measured(schedule), attempt).deviations) == needed


@given(deviations, st.integers(0, 30))
def test_makes_no_more_tries_than_it_is_allowed_and_none_twice(schedule: Schedule, tries: int) -> None:
    tried: list[tuple[tuple[int, int, int], ...]] = []

    def attempt(candidate: Schedule) -> Attempt | None:
        tried.append(tuple(candidate))
        return None

    first = measured(schedule)
    assert shrink(first, attempt, tries) is first
    assert len(tried) <= tries
    assert len(tried) == len(set(tried))


def test_fewer_preemptions_come_before_fewer_decisions_and_those_before_a_shorter_run() -> None:
    by_size = sorted([Attempt(1, [], 1), Attempt(0, [(0, 1, 1)], 9), Attempt(0, [], 50), Attempt(0, [], 49)], key=size)
    assert [each.size for each in by_size] == [(0, 0, 49), (0, 0, 50), (0, 1, 9), (1, 0, 1)]


def size(attempt: Attempt) -> tuple[int, int, int]:
    return attempt.size


def test_more_decisions_are_taken_for_fewer_preemptions_and_never_the_other_way() -> None:
    first = Attempt(2, [(0, 4, 1)], 10)
    better = Attempt(1, [(0, 1, 1), (1, 2, 0)], 90)
    assert shrink(first, lambda candidate: better if candidate == [] else None) == better
    worse = Attempt(3, [], 1)
    assert shrink(first, lambda candidate: worse) == first


def test_of_equal_schedules_the_shorter_execution_is_kept() -> None:
    first, shorter = Attempt(1, [(0, 9, 1)], 80), Attempt(1, [(0, 1, 1)], 30)
    assert shrink(first, lambda candidate: shorter if candidate == [(0, 1, 1)] else None) == shorter


def test_two_decisions_that_need_each_other_are_left_out_together() -> None:
    pair = {(1, 3, 0), (2, 3, 0)}

    def attempt(candidate: Schedule) -> Attempt | None:
        kept = pair & set(candidate)
        return measured(candidate) if (0, 5, 1) in candidate and len(kept) != 1 else None

    first = measured([(1, 3, 0), (0, 5, 1), (2, 3, 0)])
    assert (0, 5, 1) in shrink(first, attempt).deviations
    assert len(shrink(first, attempt).deviations) == 1


def test_a_schedule_of_several_decisions_gives_way_to_any_single_one_that_fails() -> None:
    def attempt(candidate: Schedule) -> Attempt | None:
        long = candidate == [(0, 9, 1), (1, 9, 2), (2, 9, 0)]
        return measured(candidate) if long or candidate == [(2, 7, 1)] else None

    assert shrink(measured([(0, 9, 1), (1, 9, 2), (2, 9, 0)]), attempt).deviations == [(2, 7, 1)]


def test_a_failure_that_needs_no_decision_at_all_is_shrunk_to_none() -> None:
    def program() -> None:
        box = Box()
        in_threads(lambda: setattr(box, "value", 1))
        assert box.value == 0

    failure = harness.explore(program, strategy="random").failure
    assert failure is not None
    assert failure.preemptions == 0


def some_are_left() -> None:
    box = Box()

    def add() -> None:
        box.value += 1

    in_threads(add, add, add)
    assert box.value != 1, "one is left"
    assert box.value == 3, "some are left"


@pytest.mark.parametrize("seed", range(4))
def test_one_preemption_is_found_whatever_the_failure_was_found_with(seed: int) -> None:
    found = harness.explore(some_are_left, strategy="random", schedules=300, stop_on_failure=False, seed=seed)
    assert [failure.preemptions for failure in found.distinct_failures] == [1, 1]


def test_shrinking_keeps_to_the_failure_that_was_found() -> None:
    found = harness.explore(some_are_left, strategy="random", schedules=300, stop_on_failure=False)
    by_message = {failure.message: failure for failure in found.distinct_failures}
    assert {message.partition(": ")[2] for message in by_message} == {"one is left", "some are left"}
    for failure in found.distinct_failures:
        again = harness.replay(some_are_left, failure.token).failure
        assert again is not None
        assert (again.kind, again.place, again.message) == (failure.kind, failure.place, failure.message)
