"""How fast an execution runs against the clock: drawn once for each, by the strategies whose papers know no time.

A deadline may pass before any step, since any step may take long on a busy machine. If that had the same small chance
at every step, an execution in which time never passes early, or always does, would hardly ever be seen, and those are
what most bugs of timeouts and periodic tasks need. So an execution is fast, even or slow as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["draw_pace"]

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
