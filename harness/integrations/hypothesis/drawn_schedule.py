"""Schedules as Hypothesis's data: where the default order is left, and for which actor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from harness.engine.default_order import default_choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine.actor import Actor
    from harness.engine.run import Run

__all__ = ["DrawnSchedule", "schedules"]


class DrawnSchedule:
    """A :class:`~harness.strategies.Strategy` of one execution.

    Args:
        turns: For each departure from the default order, how many decisions after the last one it comes, and how many
            actors further in their order the turn goes.
    """

    name = "drawn"

    def __init__(self, turns: Sequence[tuple[int, int]] = ()) -> None:
        self._turns = tuple(turns)
        self._next, self._wait = 0, -1

    def __repr__(self) -> str:
        return f"DrawnSchedule({list(self._turns)})"

    def begin(self, number: int) -> bool:
        self._next, self._wait = 0, self._turns[0][0] if self._turns else -1
        return number == 0

    def _departs(self) -> int:
        """How far this decision is from the default order; 0: not at all."""
        self._wait -= 1
        if self._wait != -1:
            return 0
        further = self._turns[self._next][1]
        self._next += 1
        self._wait = self._turns[self._next][0] if self._next < len(self._turns) else -1
        return further

    def choose(self, current: Actor, enabled: Sequence[Actor]) -> Actor:
        usual = default_choice(current, enabled)
        further = self._departs()
        return enabled[(enabled.index(usual) + further) % len(enabled)] if further else usual

    def pick(self, current: Actor, count: int) -> int:
        return self._departs() % count

    def end(self, run: Run) -> None:
        """Learn nothing: each schedule stands alone."""


def schedules(departures: int = 6, horizon: int = 60) -> st.SearchStrategy[DrawnSchedule]:
    """Draw schedules; smaller ones leave the default order less often, and earlier.

    Hypothesis then looks for the schedule itself, one execution an example, and keeps it in its database. It shrinks
    the schedule together with the other arguments. To search all schedules of each example, take
    :func:`~harness.integrations.hypothesis.explored`.

    Args:
        departures: Leave the default order at most so often.
        horizon: At most so many decisions from one departure to the next.

    Example:
        >>> import threading
        >>> from functools import partial
        >>> import harness
        >>> from hypothesis import given, strategies as st
        >>> def program(count):
        ...     threads = [threading.Thread(target=len, args=("",)) for _ in range(count)]
        ...     for thread in threads: thread.start()
        ...     for thread in threads: thread.join()
        >>> @given(count=st.integers(1, 2), schedule=schedules())
        ... def test(count, schedule):
        ...     harness.explore(partial(program, count), strategy=schedule, schedules=1).raise_if_failed()
    """
    turn = st.tuples(st.integers(0, horizon), st.integers(1, 3))
    return st.lists(turn, max_size=departures).map(DrawnSchedule)
