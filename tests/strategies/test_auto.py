"""``auto``: the default order first, then search and sample in turns, then a proof of what is small."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import harness
from harness.model.event import History
from harness.strategies.auto import AutoStrategy
from harness.strategies.scripted import Scripted
from tests.programs import Box, failure_of, in_threads
from tests.strategies.actors import lengths, walk, watched


def adding(threads: int, times: int, lock: Any = None) -> Any:
    def program() -> int:
        box, guard = Box(), threading.Lock()

        def add() -> None:
            for _ in range(times):
                if lock:
                    with guard:
                        box.value += 1
                else:
                    box.value += 1

        in_threads(*[add] * threads)
        return box.value

    return program


def test_the_default_order_comes_first() -> None:
    assert walk(watched(AutoStrategy(0)), lambda: lengths(2, 2, 2)) == [0, 0, 1, 1, 2, 2]


def test_what_fails_on_a_quiet_machine_fails_in_the_first_execution() -> None:
    def program() -> None:
        box = Box()
        in_threads(lambda: setattr(box, "value", 1))
        assert box.value == 0

    failure = failure_of(program)
    assert (failure.schedule_number, failure.preemptions) == (1, 0)
    assert failure.token == failure_of(program, strategy=Scripted([])).token


def test_a_small_program_is_proved_at_once() -> None:
    result = harness.explore(adding(2, 1, lock=True))
    assert (result.verdict, result.exhausted, result.classes) == ("proved", True, 2)
    assert result.schedules < 10


def test_the_executions_in_between_take_nothing_away_from_a_proof() -> None:
    program = adding(3, 1)
    alone = harness.explore(program, strategy="exhaustive")
    result = harness.explore(program)
    assert alone.verdict == result.verdict == "proved"
    assert result.classes == alone.classes > 30
    assert set(result.outcomes) == set(alone.outcomes) == {1, 2, 3}


def test_the_search_has_nearly_all_executions_of_a_default_run_if_it_needs_them() -> None:
    strategy = AutoStrategy(0)
    harness.explore(adding(4, 2, lock=True), strategy=strategy)
    assert strategy._samples == 100
    assert strategy._searched == 900


def test_a_large_program_is_sampled_to_the_end_and_not_proved() -> None:
    result = harness.explore(adding(3, 20, lock=True), schedules=300)
    assert (result.verdict, result.exhausted, result.schedules) == ("not found", False, 300)


def test_a_search_that_was_cut_short_gives_way_to_samples() -> None:
    strategy = AutoStrategy(0)
    result = harness.explore(adding(4, 2, lock=True), strategy=strategy, schedules=2200)
    assert result.schedules == 2200
    assert strategy._samples >= 190
    assert strategy._searched == 2000
    assert not result.exhausted


def test_too_few_schedules_for_the_search_are_no_proof() -> None:
    result = harness.explore(adding(2, 1, lock=True), schedules=8)
    assert (result.verdict, result.classes) == ("not found", 2), "that there is no third one is not known yet"


def test_after_a_failure_it_goes_on_sampling() -> None:
    def program() -> None:
        assert adding(2, 1)() == 2

    result = harness.explore(program, schedules=200, stop_on_failure=False)
    assert (result.schedules, result.exhausted, result.verdict) == (200, False, "failed")


def test_once_the_search_is_over_all_strategies_take_samples_in_turns() -> None:
    strategy = watched(AutoStrategy(0))
    walk(strategy, lambda: lengths(2, 2))
    strategy.begin(1)
    strategy.end(SimpleNamespace(decisions=4, problem="found", history=History()))  # type: ignore[arg-type]
    used = []
    for number in range(2, 8):
        strategy.begin(number)
        used.append(strategy._active.name)
    assert used == ["pos", "surw", "pct", "surw", "random", "surw"]


def test_equal_seeds_explore_equal_schedules() -> None:
    found = [harness.explore(adding(3, 2), schedules=60, seed=seed) for seed in (1, 1, 2)]
    assert found[0].outcomes == found[1].outcomes
    assert found[0].lost_update_count == found[1].lost_update_count != found[2].lost_update_count


def test_without_a_search_it_samples_and_proves_nothing() -> None:
    found = harness.explore(adding(2, 1, lock=True), strategy=AutoStrategy(0, searches=False), schedules=30)
    assert (found.verdict, found.schedules, found.classes) == ("not found", 30, 0)
