"""A way of a wake-up tree that turns out to be redundant keeps no other class away."""

from __future__ import annotations

import queue
import threading
from types import SimpleNamespace
from typing import Any

import pytest

import harness
from tests.strategies.dpor.test_search import in_parallel


def puts_into_a_queue(shared: Any, value: int) -> None:
    shared.queue.put(value)


def appends_under_a_lock(shared: Any, value: int) -> None:
    with shared.lock:
        shared.queue.queue.append(value)


@pytest.mark.parametrize("adds", [puts_into_a_queue, appends_under_a_lock])
def test_an_order_that_follows_from_two_races_is_not_missed(adds: Any) -> None:
    """The lock has no number yet where the first race is turned round, and so no known place among the operations."""

    def program() -> tuple[int, int]:
        shared = SimpleNamespace(x=0, queue=queue.Queue(), lock=threading.Lock())
        seen: list[int] = []

        def writes_twice() -> None:
            shared.x = 5
            shared.x = 7
            adds(shared, 2)

        in_parallel(lambda: seen.append(shared.x), lambda: adds(shared, 1), writes_twice)
        return seen[0], shared.queue.get_nowait()

    result = harness.explore(program, strategy="exhaustive")
    assert result.verdict == "proved"
    assert set(result.outcomes) == {(x, first) for x in (0, 5, 7) for first in (1, 2)}
