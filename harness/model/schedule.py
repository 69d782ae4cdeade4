"""A schedule: the places at which an execution left the default order, all that the execution depends on."""

from __future__ import annotations

__all__ = ["Deviation", "Schedule"]

Deviation = tuple[int, int, int]
"""``(actor, decision, chosen)``: at decision number ``decision`` of ``actor`` the turn went to ``chosen``, against the
default order. A ``chosen`` below zero is the position of a ready callback that was taken before its turn
(``order="any"``)."""

Schedule = tuple[Deviation, ...]
"""The deviations of one execution, in the order in which they were made."""
