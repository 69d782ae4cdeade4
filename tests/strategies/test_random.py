"""``random``: everybody who can go on has the same chance, and time passes more rarely."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.strategies.random import RandomStrategy
from tests.strategies.actors import actor, lengths, walk


@given(st.integers(0, 2**32), st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_equal_seeds_make_equal_schedules(seed: int, counts: list[int]) -> None:
    first, second = RandomStrategy(seed), RandomStrategy(seed)
    for number in range(3):
        assert walk(first, lambda: lengths(*counts), number) == walk(second, lambda: lengths(*counts), number)


def test_seeds_make_different_schedules() -> None:
    assert len({tuple(walk(RandomStrategy(seed), lambda: lengths(5, 5, 5))) for seed in range(20)}) == 20


def test_everybody_has_the_same_chance() -> None:
    strategy, actors = RandomStrategy(1), [actor(number) for number in range(4)]
    chosen = Counter(strategy.choose(actors[0], actors).id for _ in range(4000))
    assert set(chosen) == {0, 1, 2, 3}
    assert all(900 < count < 1100 for count in chosen.values())  # 1000 expected, standard deviation 27


def test_time_passes_an_eighth_as_often_as_a_thread_goes_on() -> None:
    strategy, actors = RandomStrategy(2), [actor(0), actor(1, is_timer=True)]
    passed = sum(strategy.choose(actors[0], actors).is_timer for _ in range(8000))
    assert passed == pytest.approx(500, abs=80)  # 8000 / 2 / 8


def test_time_passes_if_nobody_else_can_go_on() -> None:
    strategy, timers = RandomStrategy(3), [actor(1, timed=True), actor(2, is_timer=True)]
    assert {strategy.choose(timers[0], timers).id for _ in range(50)} == {1, 2}


def test_every_ready_callback_is_picked() -> None:
    strategy = RandomStrategy(4)
    assert {strategy.pick(actor(0), 3) for _ in range(50)} == {0, 1, 2}


def test_it_never_has_enough() -> None:
    assert all(RandomStrategy(0).begin(number) for number in (0, 1, 10**9))
