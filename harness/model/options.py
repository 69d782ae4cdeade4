"""What an exploration was asked for: one value that explore, its session, the result and each failure share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MAX_STEPS", "STALL", "Options", "Order", "Switching", "names_in"]

MAX_STEPS: Final = 20_000
"""Events after which an execution counts as a livelock, unless the caller says otherwise."""

STALL: Final = 4.0
"""Seconds for which a thread that could go on may have no turn before a schedule is said to need a stall.

Fewer than the five that tests like to wait for what must not hang: a guard that fires because the machine stood still
hides what it guards.
"""

Switching = Literal["free-threaded", "gil"]
Order = Literal["fifo", "any"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The arguments of :func:`harness.explore`, which explains them one by one.

    Args:
        program: The label of the program: ``scenario@store``, or ``module:name``.

    Raises:
        UsageError: A value makes no sense, alone or beside another one.

    Example:
        >>> Options(program="jobs:program", detect=("lost-update",)).max_steps
        20000
        >>> Options(schedules=0)
        Traceback (most recent call last):
        harness.UsageError: schedules must be at least 1, not 0
    """

    program: str = ""
    strategy: str = "auto"
    schedules: int = 1000
    seed: int = 0
    switching: Switching = "free-threaded"
    order: Order = "fifo"
    preemptions: int | None = None
    detect: tuple[str, ...] = ()
    instrument: tuple[str, ...] = ()
    max_steps: int = MAX_STEPS
    time_limit: float | None = None
    stop_on_failure: bool = True
    workers: int = 1

    def __post_init__(self) -> None:
        for name in ("schedules", "max_steps", "workers"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.time_limit is not None and self.time_limit < 0:
            raise UsageError(f"time_limit must not be negative: {self.time_limit}")
        if self.order not in ("fifo", "any"):
            raise UsageError(f"order must be 'fifo' or 'any', not {self.order!r}")
        if self.switching not in ("free-threaded", "gil"):
            raise UsageError(f"switching must be 'free-threaded' or 'gil', not {self.switching!r}")
        if self.preemptions is not None and self.strategy != "exhaustive":
            raise UsageError("preemptions= bounds the exhaustive search: it needs strategy='exhaustive'")
        if self.preemptions is not None and self.preemptions < 0:
            raise UsageError(f"preemptions must not be negative: {self.preemptions}")


def names_in(**argument: Iterable[str]) -> tuple[str, ...]:
    """The names that one argument holds.

    Raises:
        UsageError: It is one string, which would be taken for its letters.

    Example:
        >>> names_in(detect=["data-race"])
        ('data-race',)
    """
    ((name, given),) = argument.items()
    if isinstance(given, str):
        raise UsageError(f"{name} takes a tuple of names, not one name: {name}=({given!r},)")
    return tuple(given)
