"""Defines a case: one circumstance under which a claim was tried, and whether the claim holds there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.evidence.grounds import Evidence

__all__ = ["Case", "all_of"]


@dataclass(frozen=True, slots=True)
class Case:
    """Holds the result of trying a claim under one circumstance.

    Attributes:
        words: The circumstance, to be read after "holds only if".
        outcome: Whether the claim holds there; None if that could not be decided.
        evidence: What the outcome rests on.
    """

    words: str
    outcome: bool | None
    evidence: tuple[Evidence, ...]


def all_of(words: str, *cases: Case) -> Case:
    """Combine several cases into one, which holds if all of them do.

    >>> all_of("both", Case("it rains", True, ()), Case("it snows", None, ())).outcome is None
    True
    """
    outcomes = [case.outcome for case in cases]
    outcome = False if False in outcomes else None if None in outcomes else True
    return Case(words, outcome, tuple(each for case in cases for each in case.evidence))
