"""Where an execution stands in its life."""

from __future__ import annotations

from enum import Enum

__all__ = ["Phase"]


class Phase(Enum):
    """The three states of an execution; it never goes back to an earlier one but to ``IDLE``."""

    IDLE = 0  # it has not begun, or it is over: code that still runs is none of its business
    RUNNING = 1
    UNWINDING = 2  # it is over for the program, whose ``finally`` blocks run; nothing is scheduled or recorded
