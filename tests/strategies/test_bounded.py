"""Exhaustive search with a bound on preemptions."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import harness
from harness.model.errors import UsageError
from harness.strategies.bounded import BoundedStrategy
from tests.programs import Box, in_threads
from tests.strategies.actors import lengths


def every_order(counts: list[int]) -> dict[tuple[int, ...], int]:
    """All interleavings of actors with so many steps each, and how many preemptions each has; actor 0 begins."""
    found: dict[tuple[int, ...], int] = {}

    def extend(order: tuple[int, ...], left: tuple[int, ...], current: int, preemptions: int) -> None:
        if not any(left):
            found[order] = preemptions
            return
        for each, steps in enumerate(left):
            if steps:
                rest = (*left[:each], steps - 1, *left[each + 1 :])
                is_one = each != current and left[current] > 0
                extend((*order, each), rest, each, preemptions + is_one)

    extend((), tuple(counts), 0, 0)
    return found


def executed(bound: int, counts: list[int]) -> tuple[list[tuple[int, ...]], BoundedStrategy]:
    """The orders that the search executes, one after the other."""
    strategy = BoundedStrategy(bound)
    orders = []
    while strategy.begin(len(orders)):
        actors = lengths(*counts)
        current, order = actors[0], []
        while enabled := [each for each in actors if each.left]:
            current = strategy.choose(current, enabled)
            current.left -= 1
            order.append(current.id)
        strategy.end(SimpleNamespace(problem=None))  # type: ignore[arg-type]
        orders.append(tuple(order))
    return orders, strategy


@settings(deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(0, 4))
def test_executes_every_schedule_within_the_bound_and_no_other(counts: list[int], bound: int) -> None:
    orders, strategy = executed(bound, counts)
    known = every_order(counts)
    assert set(orders) == {order for order, preemptions in known.items() if preemptions <= bound}
    assert strategy.coverage().exhausted == (max(known.values()) <= bound)
    assert strategy.coverage().preemptions == min(bound, max(known.values()))


@settings(deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(0, 4))
def test_what_needs_fewer_preemptions_comes_first(counts: list[int], bound: int) -> None:
    orders, _ = executed(bound, counts)
    known = every_order(counts)
    first = [known[order] for order in dict.fromkeys(orders)]
    assert first == sorted(first)


def loses_one() -> None:
    box = Box()

    def add() -> None:
        box.value += 1

    in_threads(add, add)
    assert box.value == 2


def loses_with_two_preemptions() -> None:
    """Only when the writer comes between both reads, and the reader between both writes."""
    box = Box((0, 0))
    seen: list[Any] = []

    def write() -> None:
        box.value = 1
        box.value = 2

    def read() -> None:
        first = box.value
        second = box.value
        seen.append((first, second))

    in_threads(write, read)
    assert seen != [((0, 0), 1)]


def test_a_failure_beyond_the_bound_is_not_found_and_not_called_proved() -> None:
    result = harness.explore(loses_with_two_preemptions, strategy="exhaustive", preemptions=0)
    assert (result.verdict, result.exhausted, result.preemptions) == ("not found", False, 0)
    assert harness.explore(loses_with_two_preemptions, strategy="exhaustive", preemptions=2).verdict == "failed"


def test_a_bound_that_cuts_nothing_off_proves() -> None:
    def program() -> None:
        threading.Thread(target=int).start()

    result = harness.explore(program, strategy="exhaustive", preemptions=50)
    assert (result.verdict, result.exhausted) == ("proved", True)


def test_a_search_cut_short_covers_only_the_bounds_that_it_came_through() -> None:
    whole = harness.explore(loses_one, strategy="exhaustive", preemptions=1, stop_on_failure=False)
    assert whole.preemptions == 1
    part = harness.explore(
        loses_one, strategy="exhaustive", preemptions=1, stop_on_failure=False, schedules=whole.schedules - 1
    )
    assert part.preemptions == 0


@pytest.mark.parametrize("strategy", ["auto", "random", "pct"])
def test_a_bound_is_for_the_exhaustive_search(strategy: str) -> None:
    with pytest.raises(UsageError, match="strategy='exhaustive'"):
        harness.explore(loses_one, strategy=strategy, preemptions=1)


def test_a_bound_is_not_negative() -> None:
    with pytest.raises(UsageError, match="must not be negative"):
        harness.explore(loses_one, strategy="exhaustive", preemptions=-1)
