"""``pos``: what the paper says of its probabilities, measured; and that time is an event like others."""

from __future__ import annotations

from collections import Counter
from math import sqrt
from typing import Any

import pytest

import harness
from harness.model.kind import Kind
from harness.strategies.pos import PosStrategy
from harness.strategies.random import RandomStrategy
from tests.programs import Box, in_threads
from tests.strategies.actors import actor, scripts, walk

READ, WRITE, ACQUIRE = int(Kind.READ), int(Kind.WRITE), int(Kind.ACQUIRE)
EXECUTIONS = 4000


def orders(strategy: Any, *events: list[tuple[int, int, Any]]) -> Counter[tuple[int, ...]]:
    return Counter(tuple(walk(strategy, lambda: scripts(*events), number)) for number in range(EXECUTIONS))


def close(share: float, expected: float) -> bool:
    """Within four standard deviations."""
    return abs(share - expected) <= 4 * sqrt(expected * (1 - expected) / EXECUTIONS)


def private(actor: int, count: int) -> list[tuple[int, int, Any]]:
    """Events that race with nothing."""
    return [(WRITE, 100 + actor, f"private-{index}") for index in range(count)]


@pytest.mark.parametrize("waits", [1, 3, 8])
def test_a_step_that_must_wait_for_k_independent_ones_does_so_in_one_of_k_plus_2_executions(waits: int) -> None:
    racing = (WRITE, 1, "x")
    found = orders(PosStrategy(0), [racing], [*private(1, waits), racing])
    last = sum(count for order, count in found.items() if order[-1] == 0)
    assert close(last / EXECUTIONS, 1 / (waits + 2)), "its priority has to be the lowest of k + 2"


def test_a_random_walk_needs_exponentially_more_for_that() -> None:
    racing = (WRITE, 1, "x")
    found = orders(RandomStrategy(0), [racing], [*private(1, 8), racing])
    last = sum(count for order, count in found.items() if order[-1] == 0)
    assert close(last / EXECUTIONS, 1 / 2**9)


def test_after_a_race_the_priority_is_drawn_anew() -> None:
    found = orders(PosStrategy(0), [(READ, 1, "x")], [(WRITE, 1, "x")] * 4)
    for position in range(5):
        share = sum(count for order, count in found.items() if order[position] == 0) / EXECUTIONS
        assert close(share, 1 / 2 ** min(position + 1, 4)), "each write is a new race with the read"


def test_reads_of_one_place_do_not_race() -> None:
    found = orders(PosStrategy(0), [(READ, 1, "x")], [(READ, 1, "x")] * 4)
    last = sum(count for order, count in found.items() if order[-1] == 0)
    assert close(last / EXECUTIONS, 1 / 5)


@pytest.mark.parametrize("events", [2, 3])
def test_every_partial_order_has_at_least_the_chance_of_a_random_walk(events: int) -> None:
    racing = [(WRITE, 1, "x")] * events  # every order of racing events is a partial order of its own
    found = orders(PosStrategy(1), racing, racing)
    for order, count in found.items():
        bound = 1 / 2 ** len(order)
        assert count / EXECUTIONS >= bound - 4 * sqrt(bound * (1 - bound) / EXECUTIONS), order
    assert len(found) == {2: 6, 3: 20}[events]


def test_a_lock_that_somebody_took_is_a_race_for_those_who_wanted_it() -> None:
    strategy = PosStrategy(0)
    strategy.begin(0)
    both = [actor(0, pending=(ACQUIRE, 1, None)), actor(1, pending=(ACQUIRE, 1, None))]
    strategy.choose(both[0], both)
    assert not strategy._priorities


def test_a_deadline_passes_early_or_late_and_not_for_ever() -> None:
    early = 0
    for seed in range(100):
        strategy = PosStrategy(seed)
        strategy.begin(0)
        thread, timer = actor(1, pending=(WRITE, 1, "x")), actor(2, is_timer=True)
        chosen = [strategy.choose(thread, [thread, timer]) for _ in range(2000)]
        assert thread in chosen, "no strategy lets time pass for ever"
        early += chosen[0] is timer
    assert 30 < early < 70


def test_equal_seeds_make_equal_schedules() -> None:
    racing = [(WRITE, 1, "x")] * 3

    def schedules(seed: int) -> list[list[int]]:
        strategy = PosStrategy(seed)
        return [walk(strategy, lambda: scripts(racing, racing), number) for number in range(10)]

    assert schedules(1) == schedules(1) != schedules(2)


def test_finds_what_needs_one_thread_to_come_late_where_a_random_walk_does_not() -> None:
    def program() -> None:
        box = Box()

        def work() -> None:
            for number in range(12):
                setattr(box, f"private_{number}", 1)
            box.value = 1

        def look() -> None:
            box.seen = box.value

        in_threads(look, work)
        assert not box.seen

    failures = {
        name: harness.explore(program, strategy=name, schedules=200, stop_on_failure=False).failures
        for name in ("random", "pos")
    }
    assert failures["pos"] > 5 > failures["random"]


def test_a_token_of_it_is_replayed() -> None:
    def program() -> None:
        box = Box()

        def add() -> None:
            box.value += 1

        in_threads(add, add)
        assert box.value == 2

    failure = harness.explore(program, strategy="pos").failure
    assert failure is not None
    again = harness.replay(program, failure.token).failure
    assert again is not None and again.message == failure.message
