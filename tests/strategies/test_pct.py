"""``pct``: the guarantee of the paper, measured, and the change points that it rests on."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import sqrt
from types import SimpleNamespace
from typing import Any

import pytest

import harness
from harness.strategies.pct import PctStrategy
from tests.programs import Box, in_threads
from tests.strategies.actors import actor, lengths, walk

DEPTHS = (2, 3, 1)
"""Of executions 0, 1, 2, 3, ...: they go round."""


def preemptions(order: list[int], counts: tuple[int, ...]) -> list[int]:
    """For each time the turn was taken from an actor that had steps left: how many it had made."""
    made, found = [0] * len(counts), []
    for mine, following in pairwise([*order, order[-1]]):
        made[mine] += 1
        if following != mine and made[mine] < counts[mine]:
            found.append(made[mine])
    return found


@pytest.mark.parametrize("counts", [(2, 2), (3, 1, 2), (5, 5), (20, 20, 20)])
@pytest.mark.parametrize("seed", range(3))
def test_an_execution_of_depth_d_has_at_most_d_minus_1_preemptions(counts: tuple[int, ...], seed: int) -> None:
    strategy = PctStrategy(seed)
    for number in range(90):
        order = walk(strategy, lambda: lengths(*counts), number)
        assert len(preemptions(order, counts)) <= DEPTHS[number % 3] - 1


@pytest.mark.parametrize("counts", [(2, 2), (2, 3), (4, 4, 4)])
def test_change_points_fall_on_every_step_even_of_the_shortest_programs(counts: tuple[int, ...]) -> None:
    strategy = PctStrategy(1)
    places: Counter[int] = Counter()
    for number in range(900):
        order = walk(strategy, lambda: lengths(*counts), number)
        if DEPTHS[number % 3] == 2:
            places.update(preemptions(order, counts))
    assert set(places) == set(range(1, max(counts))), "after each step that is not the last"


def test_without_change_points_each_actor_runs_to_its_end_in_every_order() -> None:
    strategy = PctStrategy(0)
    orders = set()
    for number in range(2, 302, 3):
        orders.add(tuple(dict.fromkeys(order := walk(strategy, lambda: lengths(3, 3, 3), number))))
        assert preemptions(order, (3, 3, 3)) == []
    assert len(orders) == 6


def test_the_length_is_taken_from_the_longest_execution() -> None:
    strategy = PctStrategy(0)
    for decisions in (5, 40, 7):
        strategy.begin(0)
        strategy.end(SimpleNamespace(decisions=decisions))
    strategy.begin(1)
    assert strategy._steps == 40
    assert all(1 <= step <= 40 for step, _ in strategy._changes)


def test_of_two_change_points_either_may_lead_to_the_lower_priority() -> None:
    strategy = PctStrategy(0, depth=3)
    walk(strategy, lambda: lengths(10, 10))
    lower: Counter[int] = Counter()
    for number in range(1, 101):
        strategy.begin(number)
        (_, later), (_, earlier) = strategy._changes
        assert {earlier, later} == {-1, -2}, "both are below all that is drawn"
        lower[int(min(earlier, later) == earlier)] += 1
    assert min(lower.values()) > 30


def test_no_deadline_passes_for_ever_while_a_thread_can_go_on() -> None:
    thread, timer = actor(1), actor(2, is_timer=True)
    for seed in range(50):
        strategy = PctStrategy(seed, depth=3)
        strategy._steps = 20
        strategy.begin(0)
        chosen = [strategy.choose(thread, [thread, timer]) for _ in range(100)]
        assert chosen.count(thread) > 50


def test_equal_seeds_make_equal_schedules() -> None:
    def schedules(seed: int) -> list[list[int]]:
        strategy = PctStrategy(seed)
        return [walk(strategy, lambda: lengths(4, 4), number) for number in range(10)]

    assert schedules(1) == schedules(1) != schedules(2)


def test_time_passes_once_and_then_the_threads_have_their_turn() -> None:
    strategy = PctStrategy(0)
    strategy.begin(2)
    thread, timer = actor(1), actor(2, is_timer=True)
    chosen = [strategy.choose(thread, [thread, timer]) for _ in range(20)]
    assert chosen.count(timer) <= 1


def rate(program: Any, depth: int, seeds: range, executions: int = 300) -> tuple[float, int, int]:
    """Share of the executions of one depth that fail, how many they are, and the decisions of the longest."""
    failed = made = longest = 0
    for seed in seeds:
        strategy = Counted(seed, depth)
        harness.explore(program, strategy=strategy, schedules=executions, stop_on_failure=False)
        failed, made = failed + strategy.failed, made + strategy.made
        longest = max(longest, strategy._steps)
    return failed / made, made, longest


class Counted(PctStrategy):
    """Counts the failures, from when on the length is known."""

    failed = made = 0

    def end(self, run: Any) -> None:
        if self._steps:
            self.made += 1
            self.failed += run.problem is not None
        super().end(run)


def order_bug() -> None:
    """Depth 1: it is enough that the second thread comes first."""
    box = Box(None)

    def make() -> None:
        box.value = 1

    def use() -> None:
        assert box.value is not None

    in_threads(make, use)


def atomicity_bug() -> None:
    """Depth 2: one thread has to be stopped at one place."""
    box = Box()

    def add() -> None:
        box.value += 1

    in_threads(add, add)
    assert box.value == 2


def two_places_bug() -> None:
    """Depth 3: two threads have to be stopped, one after the other."""
    box = Box()

    def first() -> None:
        box.a = 1
        box.seen = box.value
        box.b = 1

    def second() -> None:
        box.value = 1
        box.value = 2

    in_threads(first, second)
    assert box.seen != 1


@pytest.mark.parametrize(
    ("program", "depth", "threads"),
    [(order_bug, 1, 3), (atomicity_bug, 2, 3), (two_places_bug, 3, 3)],
)
def test_finds_a_bug_of_depth_d_at_least_as_often_as_the_paper_promises(program: Any, depth: int, threads: int) -> None:
    found, made, steps = rate(program, depth, range(3))
    promised = 1 / (threads * steps ** (depth - 1))
    chance = 3 * sqrt(promised * (1 - promised) / made)  # of the depth-1 bug the promise is the exact probability
    assert found >= promised - chance, (
        f"{found:.3f} of the executions, where 1/({threads} * {steps}^{depth - 1}) is promised"
    )
    if depth > 1:
        assert rate(program, 1, range(1))[0] == 0, "the bug needs a change point"
