"""Functions are found wherever they hide, from the collector too."""

from __future__ import annotations

import functools
import gc
import sys
import threading
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

import pytest

import harness
from harness.instrument.functions import functions_of


class Counter:
    def __init__(self) -> None:
        self.value = 0

    def add(self) -> None:
        self.value += 1

    @property
    def double(self) -> int:
        return self.value * 2

    @staticmethod
    def of(value: int) -> Counter:
        counter = Counter()
        counter.value = value
        return counter

    class Inner:
        def method(self) -> None: ...


def closed(value: int) -> Callable[[], int]:
    def inside() -> int:
        return value

    return inside


def decorated_by(function: Callable[[], int]) -> Callable[[], int]:
    return functools.lru_cache(functools.wraps(function)(lambda: function()))


@decorated_by
def decorated() -> int:
    return 1


class Registry:
    def __init__(self) -> None:
        self.handlers: dict[str, Any] = {}


MODULE = sys.modules[__name__]
registry = Registry()
registry.handlers["partial"] = functools.partial(lambda value: value, 1)
registry.handlers["closure"] = [closed(1)]


def counted_by_threads() -> None:
    counter = Counter()
    threads = [threading.Thread(target=counter.add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.value == 2


def a_thread_that_has_been() -> None:
    thread = threading.Thread(target=closed(1))
    thread.start()
    thread.join()


@pytest.fixture
def frozen() -> Iterator[None]:
    gc.freeze()
    yield
    gc.unfreeze()


def here(*roots: object) -> list[FunctionType]:
    return functions_of({__file__}, roots)


def names(functions: list[FunctionType]) -> set[str]:
    return {each.__qualname__ for each in functions}


EVERYWHERE = {
    "Counter.__init__",
    "Counter.add",
    "Counter.double",
    "Counter.of",
    "Counter.Inner.method",
    "closed.<locals>.inside",
    "decorated",
    "<lambda>",
}


def test_functions_are_found_wherever_they_hide() -> None:
    a_thread_that_has_been()
    assert names(here(MODULE)) >= EVERYWHERE


def test_a_frozen_collector_hides_no_function_that_the_module_holds(frozen: None) -> None:
    assert names(here(MODULE)) >= EVERYWHERE


def test_a_frozen_collector_hides_no_nested_program() -> None:
    def program() -> None:
        counted_by_threads()

    gc.freeze()
    try:
        assert program in here(program)
    finally:
        gc.unfreeze()


def test_no_function_is_found_twice(frozen: None) -> None:
    found = here(MODULE)
    assert len(found) == len({id(each) for each in found})


def test_nothing_is_proved_of_functions_that_the_collector_hides(frozen: None) -> None:
    result = harness.explore(counted_by_threads)
    assert result.verdict == "failed"
    assert result.failure is not None and result.failure.lost_update is not None


def test_nothing_is_proved_after_a_thread_has_been() -> None:
    a_thread_that_has_been()
    assert harness.explore(counted_by_threads).verdict == "failed"


def test_hidden_functions_have_their_own_code_again_afterwards(frozen: None) -> None:
    before = Counter.add.__code__, counted_by_threads.__code__
    harness.explore(counted_by_threads)
    assert (Counter.add.__code__, counted_by_threads.__code__) == before
    assert Counter.add.__code__ is before[0]
