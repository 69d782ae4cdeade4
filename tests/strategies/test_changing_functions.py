"""A function whose code or defaults a thread changes is state, in programs that do such a thing."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

import harness

if TYPE_CHECKING:
    from collections.abc import Callable


def other_default(function: Any) -> None:
    function.__defaults__ = (1,)


def other_code(function: Any) -> None:
    function.__code__ = (lambda x=0: x + 2).__code__


@pytest.mark.parametrize("change", [other_default, other_code])
def test_the_search_sees_a_call_before_and_after_the_change(change: Callable[[Any], None]) -> None:
    def program() -> list[int]:
        seen: list[int] = []
        function: Any = lambda x=0: x  # noqa: E731
        threads = [
            threading.Thread(target=lambda: change(function)),
            threading.Thread(target=lambda: seen.append(function())),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return seen

    assert len(harness.explore(program, strategy="exhaustive").outcomes) == 2
