"""Explorations shared among processes."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import threading
from functools import partial
from typing import Any

import pytest

import harness
from harness.model.errors import HarnessError, UsageError
from tests.programs import Box, in_threads

pytestmark = pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="this platform cannot fork"
)


def loses_one() -> None:
    box = Box()

    def add() -> None:
        box.value += 1

    in_threads(add, add)
    assert box.value == 2


def large() -> int:
    box, lock = Box(), threading.Lock()

    def add() -> None:
        for _ in range(20):
            with lock:
                box.value += 1

    in_threads(add, add, add)
    return int(box.value)


def explored(program: Any, workers: int, **options: Any) -> harness.Exploration:
    return harness.explore(program, strategy="random", workers=workers, **options)


def test_the_failure_is_the_same_every_time_and_as_complete_as_ever() -> None:
    first, second = (explored(loses_one, 3).failure for _ in range(2))
    assert first is not None
    assert first == second
    assert str(first) == str(second)
    assert first.history is not None
    assert first.needs == "free-threaded CPython"
    again = harness.replay(loses_one, first.token).failure
    assert again is not None and again.message == first.message


def test_the_executions_are_shared_and_added_up() -> None:
    result = explored(large, 3, schedules=50)
    assert (result.verdict, result.schedules, result.outcomes) == ("not found", 50, {60: 50})


def test_every_process_has_schedules_of_its_own() -> None:
    """With equal seeds, two processes would find exactly twice what one of them finds."""

    def program() -> str:
        order: list[str] = []
        in_threads(*[lambda name=name: [order.append(name) for _ in range(4)] for name in "abcd"])
        return "".join(order)

    one = explored(program, 1, schedules=40).outcomes
    two = explored(program, 2, schedules=80).outcomes
    assert set(one) < set(two)


def test_failures_are_counted_in_all_processes() -> None:
    alone = explored(loses_one, 1, schedules=100, stop_on_failure=False)
    shared = explored(loses_one, 2, schedules=200, stop_on_failure=False)
    assert shared.schedules == 200
    assert shared.failures > alone.failures
    assert len(shared.distinct_failures) == len(alone.distinct_failures) == 1


def test_what_one_process_proves_is_proved() -> None:
    result = harness.explore(lambda: in_threads(int, int), workers=2)
    assert (result.verdict, result.exhausted) == ("proved", True)


def test_outcomes_that_cannot_be_sent_are_described() -> None:
    (outcome,) = explored(lambda: Local, 2, schedules=4).outcomes
    assert outcome is Local
    (outcome,) = explored(unsendable, 2, schedules=4).outcomes
    assert outcome == "<unsendable>"


class Local:
    """Found by its name in another process."""


class _Unsendable:
    def __reduce__(self) -> Any:
        raise TypeError("it stays here")

    def __repr__(self) -> str:
        return "<unsendable>"


def unsendable() -> Any:
    return _Unsendable()


def test_an_error_in_a_process_is_raised_here() -> None:
    def program() -> None:
        os.getpid()
        import socket

        socket.create_connection(("localhost", 1))

    with pytest.raises(harness.UncontrolledError, match="socket"):
        explored(program, 2)


def test_a_process_that_is_killed_is_named() -> None:
    die = partial(getattr(ctypes.CDLL(None), "_exit"), 3)  # noqa: B009  os._exit is refused
    with pytest.raises(HarnessError, match="ended without a word"):
        explored(lambda: die(), 2)


@pytest.mark.parametrize("strategy", ["exhaustive", object()])
def test_only_named_samplers_are_shared(strategy: Any) -> None:
    with pytest.raises(UsageError):
        harness.explore(loses_one, strategy=strategy, workers=2)


def test_there_is_at_least_one_process() -> None:
    with pytest.raises(UsageError, match="workers must be at least 1"):
        explored(loses_one, 0)


def test_progress_adds_up_to_all_executions() -> None:
    seen: list[int] = []
    explored(large, 2, schedules=30, on_progress=lambda result: seen.append(result.schedules))
    assert seen == sorted(seen)
    assert seen[-1] == 30


def test_only_the_first_process_searches_and_its_proof_is_enough() -> None:
    def program() -> int:
        box, lock = Box(), threading.Lock()

        def add() -> None:
            with lock:
                box.value += 1

        in_threads(add, add)
        return int(box.value)

    result = harness.explore(program, workers=3, schedules=300)
    assert (result.verdict, result.classes) == ("proved", 2)


def test_auto_finds_the_same_failure_every_time() -> None:
    first, second = (harness.explore(loses_one, workers=3).failure for _ in range(2))
    assert first is not None and first == second
