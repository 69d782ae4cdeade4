"""What programs under test are made of, and what is asked about them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import harness

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Box", "failure_of", "in_threads", "outcomes"]


class Box:
    """An object with attributes: the state that a program shares."""

    value: Any

    def __init__(self, value: Any = 0) -> None:
        self.value = value


def in_threads(*functions: Callable[[], object]) -> None:
    """Run each function in a thread of its own, named after it, and wait for all of them."""
    threads = [threading.Thread(target=function, name=getattr(function, "__name__", "")) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def outcomes(program: Callable[[], Any], strategy: str = "random", schedules: int = 60) -> set[Any]:
    """The values that a program returns; it must not fail."""
    result = harness.explore(program, strategy=strategy, schedules=schedules)
    assert result.failure is None, str(result.failure)
    return set(result.outcomes)


def failure_of(program: Callable[[], Any], **options: Any) -> harness.Failure:
    """The failure of a program, which must have one."""
    failure = harness.explore(program, **options).failure
    assert failure is not None
    return failure
