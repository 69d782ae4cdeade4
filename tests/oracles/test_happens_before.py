"""Vector clocks are a partial order, and it is the one that reachability in the graph of synchronisation gives."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from harness.oracles.happens_before import vector_clocks
from tests.timeline.made import ACTORS, events, happens_before, history, made


def ordered(clocks: list[tuple[int, ...]], actor_of: list[int], one: int, other: int) -> bool:
    """What the docstring promises to be happens-before, of two different events."""
    actor = actor_of[one]
    return clocks[one][actor] <= clocks[other][actor]


@settings(max_examples=300, deadline=None)
@given(events)
def test_happens_before_is_reachability(found: list[Any]) -> None:
    past = history(found)
    clocks, before = vector_clocks(past), happens_before(past)
    actor_of = [event[0] for event in past.events]
    for later in range(len(past)):
        for earlier in range(later):
            assert ordered(clocks, actor_of, earlier, later) == (earlier in before[later])
            assert not ordered(clocks, actor_of, later, earlier), "nothing happens before what came first"


@settings(max_examples=200, deadline=None)
@given(events)
def test_clocks_are_a_strict_partial_order(found: list[Any]) -> None:
    past = history(found)
    clocks = vector_clocks(past)
    assert len(set(clocks)) == len(clocks)

    def before(one: int, other: int) -> bool:
        return one != other and all(a <= b for a, b in zip(clocks[one], clocks[other], strict=True))

    numbers = range(len(clocks))
    for one in numbers:
        for other in numbers:
            assert not (before(one, other) and before(other, one))
            if before(one, other):
                assert all(before(one, third) for third in numbers if before(other, third))


@given(events)
def test_a_clock_counts_the_events_of_its_own_actor(found: list[Any]) -> None:
    past = history(found)
    counts = [0] * ACTORS
    for event, clock in zip(past.events, vector_clocks(past), strict=True):
        counts[event[0]] += 1
        assert clock[event[0]] == counts[event[0]]
        assert all(known <= count for known, count in zip(clock, counts, strict=True))


def test_a_release_makes_known_what_came_before_it_and_not_what_comes_after() -> None:
    clocks = vector_clocks(made("0 writes x, 0 releases l, 0 writes y, 1 acquires l, 1 reads x"))
    assert clocks[-1] == (2, 2, 0)


def test_an_empty_history_has_no_clocks() -> None:
    assert vector_clocks(history([])) == []
