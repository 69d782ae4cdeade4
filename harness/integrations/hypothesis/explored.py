"""Tests with arguments: ``@given`` outside, exploring inside."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from harness.exploration.loop import explore
from harness.integrations.hypothesis.unexplained import unexplained
from harness.model.errors import RaceFound
from harness.model.program import label_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["explored"]


def explored(**options: Any) -> Callable[[Callable[..., Any]], Callable[..., None]]:
    """Make a test that explores its body, sync or async, each time it is called; ``@given`` calls it.

    An example takes as long as its exploration: give Hypothesis ``@settings(deadline=None)``.

    Args:
        options: Those of :func:`harness.explore`. Hypothesis makes a hundred examples, so a hundred schedules an
            example are the default here.

    Raises:
        RaceFound: Some schedule of the example fails. Hypothesis then shrinks the arguments, and what is shown is the
            shortest schedule of the smallest example.

    Example:
        >>> import threading
        >>> from hypothesis import given, settings, strategies as st
        >>> @settings(deadline=None)
        ... @given(count=st.integers(1, 3))
        ... @explored(schedules=20)
        ... def test_all_are_counted(count):
        ...     done = []
        ...     threads = [threading.Thread(target=done.append, args=(1,)) for _ in range(count)]
        ...     for thread in threads: thread.start()
        ...     for thread in threads: thread.join()
        ...     assert len(done) == count
    """

    def decorate(test: Callable[..., Any]) -> Callable[..., None]:
        @functools.wraps(test)
        def explore_example(*args: Any, **kwargs: Any) -> None:
            __tracebackhide__ = True
            program = functools.partial(test, *args, **kwargs)
            program.label = f"{label_of(test)}.<example>.program"  # type: ignore[attr-defined]
            with unexplained():
                failure = explore(program, **{"schedules": 100, **options}).failure
            if failure is not None:
                given = ", ".join([test.__name__ + ".program", *map(repr, args), *_named(kwargs)])
                raise RaceFound(f"{failure}\nwhere program = functools.partial({given})")

        explore_example.program = test  # type: ignore[attr-defined]
        return explore_example

    return decorate


def _named(arguments: dict[str, Any]) -> list[str]:
    return [f"{name}={value!r}" for name, value in arguments.items()]
