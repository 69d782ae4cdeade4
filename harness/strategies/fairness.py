"""What keeps random priorities fair: to time, which their papers do not know, and to whoever drew a low one.

A deadline may pass before any step, since any step may take long on a busy machine. If that had the same small chance
at every step, an execution in which time never passes early, or always does, would hardly ever be seen, and those are
what most bugs of timeouts and periodic tasks need. So an execution is fast, even or slow as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["FRESH", "draw_pace"]

FRESH: Final = 500
"""Decisions after which all priorities are drawn anew. One that is very low would otherwise keep a thread from its next
step for as long as others make steps, and who waits for it in a loop makes them for ever: a livelock that is none."""

_PACES: Final = (0.125, 1.0, 8.0)


def draw_pace(draw: Callable[[], float]) -> float:
    """The weight of a deadline's passing, where a thread's step has 1.

    Args:
        draw: A random number in [0, 1).

    Example:
        >>> [draw_pace(lambda: number) for number in (0.0, 0.5, 0.9)]
        [0.125, 1.0, 8.0]
    """
    return _PACES[int(draw() * len(_PACES))]
