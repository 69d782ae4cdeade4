"""The public face of an exploration: what it takes and what it hands back."""

from __future__ import annotations

import dataclasses
import linecache
import logging
import threading
from collections import Counter
from typing import Any

import pytest

import harness
from tests.programs import Box, in_threads


def loses_one() -> int:
    box = Box()

    def first() -> None:
        box.value += 1

    def second() -> None:
        box.value += 1

    in_threads(first, second)
    assert box.value == 2, f"{box.value} is not 2"
    return box.value


def counts_to_one_or_two() -> int:
    box = Box()

    def add() -> None:
        box.value += 1

    in_threads(add, add)
    return box.value


def safe() -> str:
    box, lock = Box(), threading.Lock()

    def add() -> None:
        with lock:
            box.value += 1

    in_threads(add, add)
    assert box.value == 2
    return "safe"


def spins() -> None:
    while True:
        pass


def test_a_failure_says_what_where_when_and_how_to_see_it_again() -> None:
    result = harness.explore(loses_one, strategy="exhaustive")
    failure = result.failure
    assert failure is not None
    assert (result.verdict, result.ok, result.exhausted) == ("failed", False, False)
    assert (failure.kind, failure.message) == ("assertion", "AssertionError: 1 is not 2")
    file, _, line = failure.place.rpartition(":")
    assert file == __file__
    assert "assert box.value == 2" in linecache.getline(file, int(line))
    assert failure.schedule_number == result.schedules > 1
    assert failure.preemptions == 1
    assert failure.token.startswith(f"{__name__}:loses_one:2")
    assert failure.history is not None
    assert failure.lost_update is not None
    assert failure.lost_update.location == "box.value"
    assert {failure.lost_update.reader, failure.lost_update.writer} == {"first", "second"}
    assert "AssertionError: 1 is not 2" in failure.traceback
    assert "in loses_one" in failure.traceback


def test_str_of_a_failure_is_the_whole_report() -> None:
    failure = harness.explore(loses_one).failure
    text = str(failure)
    assert text.startswith("LOST UPDATE  box.value: ")
    assert "AssertionError: 1 is not 2" in text
    assert "← lost" in text
    assert f"replay: race replay {failure.token}" in text


def test_a_program_whose_schedules_all_hold_is_proved() -> None:
    result = harness.explore(safe, strategy="exhaustive")
    assert (result.verdict, result.ok, result.failure, result.exhausted) == ("proved", True, None, True)
    assert result.schedules == result.classes == 2
    assert result.outcomes == Counter({"safe": 2})
    assert result.lost_updates == ()
    assert (result.lost_update_count, result.failures, result.distinct_failures) == (0, 0, ())
    assert 0 < result.seconds < 60
    assert (result.strategy, result.seed) == ("exhaustive", 0)


def test_a_sample_that_finds_nothing_proves_nothing() -> None:
    result = harness.explore(safe, strategy="random", schedules=7, seed=3)
    assert (result.verdict, result.ok, result.exhausted) == ("not found", True, False)
    assert (result.schedules, result.classes, result.strategy, result.seed) == (7, 0, "random", 3)


def test_raise_if_failed_raises_the_report_as_an_assertion_error() -> None:
    harness.explore(safe).raise_if_failed()
    result = harness.explore(loses_one)
    with pytest.raises(harness.RaceFound) as caught:
        result.raise_if_failed()
    assert isinstance(caught.value, AssertionError)
    assert str(caught.value) == str(result.failure)


def test_outcomes_count_the_values_that_the_program_returned() -> None:
    result = harness.explore(counts_to_one_or_two, strategy="random", schedules=50)
    assert set(result.outcomes) == {1, 2}
    assert result.outcomes.total() == result.schedules == 50


def test_values_that_cannot_be_counted_are_counted_by_their_text() -> None:
    def program() -> list[int]:
        return [counts_to_one_or_two()]

    assert set(harness.explore(program, strategy="exhaustive").outcomes) == {"[1]", "[2]"}


def test_executions_that_fail_have_no_outcome() -> None:
    result = harness.explore(loses_one, strategy="random", schedules=60, stop_on_failure=False)
    assert 0 < result.failures < result.schedules == 60
    assert result.outcomes == Counter({2: 60 - result.failures})


def test_lost_updates_are_recorded_and_fail_only_on_demand() -> None:
    result = harness.explore(counts_to_one_or_two, strategy="exhaustive")
    assert result.verdict == "proved"
    assert result.lost_update_count >= len(result.lost_updates) == 1
    update = result.lost_updates[0]
    assert update.location == "box.value"
    assert (update.reader, update.writer) == ("add", "add")
    assert update.read_site is not None and update.stale_site is not None and update.lost_site is not None
    assert update.read_site.text == update.stale_site.text == "box.value"
    assert str(update) == "box.value: add's update was overwritten by add from a stale read"
    failure = harness.explore(counts_to_one_or_two, detect=("lost-update",)).failure
    assert failure is not None
    assert failure.kind == "lost-update"
    assert failure.lost_update is not None


def test_a_data_race_fails_on_demand_and_names_both_places() -> None:
    failure = harness.explore(counts_to_one_or_two, detect=("data-race",)).failure
    assert failure is not None
    assert failure.kind == "data-race"
    assert failure.message.startswith("box.value: add ")
    assert failure.message.endswith("nothing orders the two")
    assert failure.message.count("test_loop.py:") == 2


def test_what_a_program_says_it_detects_is_detected() -> None:
    class Program:
        detect = ("lost-update",)

        def __call__(self) -> None:
            counts_to_one_or_two()

    assert harness.explore(Program()).failure.kind == "lost-update"


def test_more_steps_than_max_steps_are_a_livelock() -> None:
    failure = harness.explore(spins, max_steps=500).failure
    assert failure is not None
    assert (failure.kind, failure.message) == ("livelock", "still running after 500 steps (max_steps)")


def test_no_execution_begins_after_the_time_limit() -> None:
    result = harness.explore(safe, strategy="random", schedules=10**9, time_limit=0.0)
    assert (result.schedules, result.verdict) == (1, "not found")


def test_exploring_goes_on_after_a_failure_if_asked_to_and_shrinks_each_kind_once() -> None:
    def program() -> None:
        box = Box()

        def add() -> None:
            box.value += 1
            if box.value == 1:
                raise ValueError("first")

        in_threads(add, add)

    result = harness.explore(loses_one, strategy="exhaustive", stop_on_failure=False)
    assert (result.exhausted, result.verdict) == (True, "failed")
    assert (result.failures, result.schedules) == (2, 4)
    assert len(result.distinct_failures) == 1
    assert result.distinct_failures[0] is result.failure
    kinds = harness.explore(program, strategy="exhaustive", stop_on_failure=False).distinct_failures
    assert [failure.message for failure in kinds] == ["ValueError: first"]


def test_progress_is_reported_after_each_execution() -> None:
    seen: list[int] = []
    harness.explore(safe, strategy="random", schedules=5, on_progress=lambda result: seen.append(result.schedules))
    assert seen == [1, 2, 3, 4, 5]


def test_equal_seeds_explore_equal_schedules_and_others_do_not() -> None:
    def found(seed: int) -> tuple[Any, ...]:
        result = harness.explore(counts_to_one_or_two, strategy="random", schedules=40, seed=seed)
        return result.outcomes, result.lost_update_count

    assert found(5) == found(5)
    assert len({str(found(seed)) for seed in range(5)}) > 1


class FirstThenLast:
    """Prefers the oldest thread, then, in a second execution, the youngest; the main thread goes before both."""

    name = "first-then-last"

    def __init__(self) -> None:
        self.calls: list[str] = []

    def begin(self, number: int) -> bool:
        self.calls.append(f"begin {number}")
        self._last = number == 1
        return number < 2

    def choose(self, current: Any, enabled: Any) -> Any:
        assert enabled
        assert [actor.id for actor in enabled] == sorted(actor.id for actor in enabled)
        return enabled[-1] if self._last and enabled[0].id else enabled[0]

    def pick(self, current: Any, count: int) -> int:
        return 0

    def end(self, run: Any) -> None:
        self.calls.append(f"end {run.outcome}")


def test_a_strategy_may_be_an_object_of_the_users_own() -> None:
    def program() -> str:
        letters = Box("")

        def a() -> None:
            letters.value += "a"

        def b() -> None:
            letters.value += "b"

        in_threads(a, b)
        return letters.value

    strategy = FirstThenLast()
    result = harness.explore(program, strategy=strategy)
    assert strategy.calls == ["begin 0", "end ab", "begin 1", "end ba", "begin 2"]
    assert (result.strategy, result.schedules, result.verdict) == ("first-then-last", 2, "not found")


def test_a_strategy_that_raises_is_not_taken_for_a_failing_program() -> None:
    class Broken(FirstThenLast):
        def choose(self, current: Any, enabled: Any) -> Any:
            raise ZeroDivisionError("in the strategy")

    with pytest.raises(ZeroDivisionError, match="in the strategy"):
        harness.explore(loses_one, strategy=Broken())
    assert harness.explore(safe, strategy="exhaustive").verdict == "proved"


class NoHash:
    def __hash__(self) -> int:
        raise ValueError("no hash")


class NoEq:
    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        raise ValueError("no eq")


class NoRepr:
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        raise ValueError("no repr")


@pytest.mark.parametrize("cls", [NoHash, NoEq, NoRepr])
def test_an_outcome_that_can_do_nothing_is_counted_all_the_same(cls: type[Any]) -> None:
    result = harness.explore(lambda: cls(), strategy="random", schedules=5)
    assert (result.verdict, result.outcomes.total()) == ("not found", 5)


def test_an_exception_may_have_a_text_of_its_own() -> None:
    class Broken(Exception):
        def __init__(self, code: int) -> None:
            self.code = code

        def __str__(self) -> str:
            return f"code {self.code}"

    def program() -> None:
        box = Box()

        def add() -> None:
            box.value += 1
            if box.value == 2:
                raise Broken(7)

        in_threads(add, add)

    failure = harness.explore(program).failure
    assert failure is not None
    assert failure.message == "Broken: code 7"


def test_an_exception_whose_text_cannot_be_had_is_named() -> None:
    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    def program() -> None:
        raise Broken

    failure = harness.explore(program).failure
    assert failure is not None
    assert failure.message == "Broken: <Broken: its __str__ raises RuntimeError>"


def test_shrinking_ends_with_the_time() -> None:
    def program() -> None:
        box = Box()

        def add() -> None:
            for _ in range(50):
                box.value += 1

        in_threads(add, add, add)
        assert box.value > 120

    quick = harness.explore(program, strategy="random", time_limit=0)
    slow = harness.explore(program, strategy="random", schedules=quick.schedules)
    assert quick.failure is not None and slow.failure is not None
    assert len(quick.failure.token) > len(slow.failure.token)
    assert harness.replay(program, quick.failure.token).failure is not None


def test_logs_are_shown_for_the_failure_alone(caplog: pytest.LogCaptureFixture) -> None:
    def program() -> None:
        box = Box()
        logging.getLogger("service").warning("begins")

        def add() -> None:
            box.value += 1

        in_threads(add, add)
        assert box.value == 2

    assert harness.explore(program, strategy="random").failure is not None
    assert caplog.messages == ["begins"]


def test_an_exploration_cannot_be_changed() -> None:
    result = harness.explore(safe)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.schedules = 0  # type: ignore[misc]
    assert result.options == harness.Options(program=f"{__name__}:safe")


def test_explorations_may_be_made_while_a_tuple_is_made_of_their_results() -> None:
    verdicts = tuple(harness.explore(lambda: None).verdict for _ in range(12))  # longer than CPython begins with
    assert set(verdicts) == {"proved"}
