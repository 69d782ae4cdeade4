"""What an oracle is: it looks at the history of one execution and says what is wrong with it.

An oracle stands in a file of its own, is listed in ``ORACLES`` of :mod:`harness.oracles`, and has its test. Its name is
what ``detect=`` takes; nothing else in the harness has to know of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.model.event import History
    from harness.model.finding import FailureKind, Finding

__all__ = ["Oracle", "place_of_event"]


class Oracle(Protocol):
    """Finds one kind of failure in the history of an execution.

    An oracle has no state: the same history always gives the same findings, and the two of one failure made again have
    the same ``kind`` and ``place``. It is asked after each execution in which ``detect=`` names it, so it should cost
    little more than a walk over the events.
    """

    @property
    def kind(self) -> FailureKind:
        """What it finds: the name for ``detect=``, and the heading of the report."""

    @property
    def explains(self) -> FailureKind | None:
        """The failure of the engine's own that a finding is the cause of, and takes the place of; None if of none.

        Otherwise an execution that failed by itself is reported as that, and no oracle is asked.
        """

    @property
    def unconfirmable(self) -> str:
        """Why no run on real threads can show such a finding; ``""`` if one can."""

    def find(self, history: History) -> Iterator[Finding]:
        """The findings of one execution, the one to be reported first."""


def place_of_event(history: History, index: int) -> str:
    """``file:line`` of an event, or ``""``."""
    site = history.events[index][4]
    return f"{site.file}:{site.line}" if site is not None else ""
