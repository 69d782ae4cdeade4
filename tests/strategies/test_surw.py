"""``surw``: the interleavings of what is of interest are equally frequent, and nobody starves for it."""

from __future__ import annotations

import asyncio
import threading
from math import comb
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import pytest

import harness
from harness.model.event import WHOLE
from harness.model.kind import Kind
from harness.strategies.event_profile import ALL, KEY, Interest
from harness.strategies.surw import SurwStrategy
from tests.programs import Box, in_threads
from tests.strategies.actors import actor, scripts, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

WRITE = int(Kind.WRITE)


def is_uniform(counts: Iterable[int], cells: int) -> bool:
    """Chi-square against equal frequencies, at one in 10,000 (quantile by Wilson and Hilferty's approximation)."""
    counts = list(counts)
    expected = sum(counts) / cells
    statistic = sum((count - expected) ** 2 / expected for count in [*counts, *[0] * (cells - len(counts))])
    freedom = cells - 1
    scale = 2 / (9 * freedom)
    return statistic < freedom * (1 - scale + NormalDist().inv_cdf(0.9999) * scale**0.5) ** 3


def test_the_test_of_uniformity_tells_equal_from_unequal_frequencies() -> None:
    assert is_uniform([100, 104, 97, 99], 4)
    assert not is_uniform([100, 160, 40, 100], 4)
    assert not is_uniform([100, 100, 100], 4), "one interleaving was never seen"


APPENDED = Interest(KEY, WHOLE)
"""What ``list.append`` does: it changes which elements there are."""


def turns(*times: int, noise: int = 0) -> Callable[[], str]:
    """Threads that append their names to one list so many times each, the first one with other work before each."""

    def program() -> str:
        box, order = Box(), list[str]()

        def appends(name: str, count: int, noise: int) -> Callable[[], None]:
            def work() -> None:
                for _ in range(count):
                    for _ in range(noise):
                        box.value = name
                    order.append(name)

            return work

        in_threads(*[appends("abc"[index], count, 0 if index else noise) for index, count in enumerate(times)])
        return "".join(order)

    return program


def frequencies(program: Callable[[], str], strategy: Any, executions: int = 2000) -> list[int]:
    return list(harness.explore(program, strategy=strategy, schedules=executions).outcomes.values())


@pytest.mark.parametrize("noise", [0, 7])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_two_threads_with_k_events_each_make_all_interleavings_equally_often(count: int, noise: int) -> None:
    program, cells = turns(count, count, noise=noise), comb(2 * count, count)
    assert is_uniform(frequencies(program, SurwStrategy(0, APPENDED)), cells)
    assert not is_uniform(frequencies(program, "random"), cells), "which no random walk does"


@pytest.mark.parametrize("times", [(1, 5), (5, 1), (2, 4)])
def test_so_do_threads_of_different_lengths(times: tuple[int, int]) -> None:
    assert is_uniform(frequencies(turns(*times), SurwStrategy(1, APPENDED)), comb(sum(times), times[0]))


def test_and_three_threads() -> None:
    assert is_uniform(frequencies(turns(2, 2, 1), SurwStrategy(2, APPENDED), 3000), comb(5, 2) * comb(3, 2))


def test_and_threads_that_are_started_by_threads() -> None:
    def program() -> str:
        order: list[str] = []

        def parent() -> None:
            in_threads(lambda: order.append("b"), lambda: order.append("c"))

        in_threads(parent, lambda: [order.append("a") for _ in range(2)])
        return "".join(order)

    assert is_uniform(frequencies(program, SurwStrategy(3, APPENDED)), comb(4, 2) * 2)


def test_what_is_of_interest_is_drawn_from_what_several_actors_use_and_some_change() -> None:
    strategy = SurwStrategy(0)
    harness.explore(turns(2, 2, noise=2), strategy=strategy, schedules=5)
    assert strategy._profile.interests == [Interest(ALL), APPENDED], "box.value is the first thread's alone"
    assert strategy._profile.counts(APPENDED) == {0: 4, 1: 2, 2: 2}, "the main thread's are those it has to start"


def test_without_a_profile_and_with_one_thread_it_makes_any_order() -> None:
    assert walk(SurwStrategy(0), lambda: scripts([(WRITE, 1, "x")] * 3)) == [0, 0, 0]
    found = {
        tuple(walk(SurwStrategy(seed), lambda: scripts([(WRITE, 1, "x")], [(WRITE, 1, "x")]))) for seed in range(9)
    }
    assert found == {(0, 1), (1, 0)}


def test_who_waits_for_somebody_held_back_gives_its_turn_up() -> None:
    """The intended thread waits for a lock whose holder is held back."""

    def program() -> str:
        lock, order = threading.Lock(), list[str]()

        def work() -> None:
            with lock:
                order.append("in")
                order.append("out")

        in_threads(work, work, work)
        return "".join(order)

    result = harness.explore(program, strategy=SurwStrategy(0, APPENDED), schedules=300)
    assert set(result.outcomes) == {"inout" * 3}


def test_a_loop_that_waits_for_a_thread_held_back_does_not_wait_for_ever() -> None:
    """The loop polls by timers that are nobody's event of interest; the thread's only one ends it."""

    async def program() -> None:
        done, polls = Box(False), 0

        def worker() -> None:
            for _ in range(3):
                done.value = False
            done.value = True

        thread = threading.Thread(target=worker)
        thread.start()
        while not done.value:
            polls += 1
            await asyncio.sleep(1)
        thread.join()

    for strategy in (SurwStrategy(0), SurwStrategy(0, Interest(KEY, "value")), "pos", "pct", "auto"):
        result = harness.explore(program, strategy=strategy, schedules=300, max_steps=5000, stop_on_failure=False)
        assert not result.failures, result.failure


def test_an_intention_that_is_not_met_is_given_up() -> None:
    strategy = SurwStrategy(0, Interest(KEY, "x"))
    strategy._profile.interests.append(Interest(KEY, "x"))
    strategy._longest = 10
    strategy.begin(0)
    strategy._intended = 0  # it never comes to its event
    busy, held = actor(0, pending=(WRITE, 1, "y")), actor(1, pending=(WRITE, 1, "x"))
    chosen = [strategy.choose(busy, [busy, held]).id for _ in range(12)]
    assert chosen[:10] == [0] * 10
    assert 1 in chosen


def test_equal_seeds_make_equal_schedules() -> None:
    def outcomes(seed: int) -> Any:
        return harness.explore(turns(3, 3), strategy=SurwStrategy(seed), schedules=40).outcomes

    assert outcomes(1) == outcomes(1) != outcomes(2)


def test_a_token_of_it_is_replayed() -> None:
    def program() -> None:
        box = Box()

        def add() -> None:
            box.value += 1

        in_threads(add, add, add)
        assert box.value == 3

    failure = harness.explore(program, strategy="surw", seed=5).failure
    assert failure is not None
    again = harness.replay(program, failure.token).failure
    assert again is not None and again.message == failure.message
