"""What CPython itself does to an update without a lock: real threads, outside the controlled world.

With the GIL, CPython changes threads only after calls, at the start of functions and where loops jump back. Nothing of
that stands between the load and the store of ``c.v += 1``, so no such update is lost, however often threads change; it
takes a call in between. Without the GIL every update without a lock can be lost.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator

import pytest

GIL: bool = getattr(sys, "_is_gil_enabled", lambda: True)()
INCREMENTS = 300_000
ROUNDS = 60
"""Two threads may run one after the other on a busy machine; each round takes about 0.2 s, and mostly one will do."""


class Counter:
    def __init__(self) -> None:
        self.v = 0


def in_one_line(c: Counter) -> None:
    for _ in range(INCREMENTS):
        c.v += 1


def with_a_call_in_between(c: Counter) -> None:
    for _ in range(INCREMENTS):
        seen = c.v
        nothing()
        c.v = seen + 1


def nothing() -> None: ...


def lost(update: Callable[[Counter], None]) -> int:
    """How many updates of two threads are gone."""
    counter, both = Counter(), threading.Barrier(2)

    def work() -> None:
        both.wait()
        update(counter)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 2 * INCREMENTS - counter.v


@pytest.fixture(autouse=True)
def threads_change_as_often_as_they_can() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def test_an_increment_in_one_line_loses_updates_only_without_the_gil() -> None:
    if GIL:
        assert lost(in_one_line) == 0
    else:
        assert any(lost(in_one_line) for _ in range(ROUNDS))


def test_a_call_between_load_and_store_loses_updates_on_any_cpython() -> None:
    assert any(lost(with_a_call_in_between) for _ in range(ROUNDS))
