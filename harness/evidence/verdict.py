"""Turns cases into a verdict.

A case is one reading of a claim, or one circumstance under which it is tried. If the claim holds in all cases, it
holds; if in none, it is refuted; if in some, it holds only under their circumstances. A claim about everything
("100 %", "all") is refuted by a single case. Verdicts are always computed and never written down, so that a changed
result changes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from harness.evidence.case import Case
    from harness.evidence.grounds import Evidence

__all__ = ["DEFAULT_LESSONS", "Answer", "Verdict", "judge", "not_testable"]


class Verdict(StrEnum):
    """Says what is known of a claim. ``UNDECIDED``: not measured in this run, or not conclusively."""

    HOLDS = "holds"
    HOLDS_ONLY_IF = "holds only if"
    REFUTED = "refuted"
    NOT_TESTABLE = "not testable"
    UNDECIDED = "undecided"


DEFAULT_LESSONS: Final[Mapping[Verdict, str]] = {
    Verdict.HOLDS: "It can be relied on as it stands.",
    Verdict.HOLDS_ONLY_IF: "Check the condition before you rely on it.",
    Verdict.REFUTED: "Do not rely on it.",
    Verdict.NOT_TESTABLE: "It is advice, not knowledge.",
    Verdict.UNDECIDED: "Nothing is known: measure it, on a quiet machine.",
}
"""The lesson for a verdict, where the claim has none of its own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Holds what came of trying a claim.

    Attributes:
        condition: With "holds only if", the circumstances; with "refuted", where the claim holds after all, or ``""``;
            with "not testable" and "undecided", the reason.
        lesson: One sentence worth remembering.
    """

    verdict: Verdict
    condition: str
    cases: tuple[Case, ...] = ()
    lesson: str = ""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The evidence of all cases, in their order."""
        return tuple(each for case in self.cases for each in case.evidence)


def judge(cases: Sequence[Case], *, everywhere: bool = False) -> Answer:
    """Compute the verdict of all cases together.

    Args:
        cases: At least one.
        everywhere: The claim speaks of everything, so that one case in which it fails refutes it.

    Raises:
        ValueError: There is no case.

    >>> from harness.evidence.case import Case
    >>> judge([Case("it rains", True, ()), Case("it snows", False, ())]).verdict.value
    'holds only if'
    >>> judge([Case("it rains", True, ()), Case("it snows", False, ())], everywhere=True).verdict.value
    'refuted'
    """
    if not cases:
        raise ValueError("a verdict needs at least one case")
    held = [case.words for case in cases if case.outcome]
    failed = [case.words for case in cases if case.outcome is False]
    unknown = [case for case in cases if case.outcome is None]
    where = "; or ".join(held)
    if failed and everywhere:
        return Answer(Verdict.REFUTED, where, tuple(cases))
    if held and failed:
        return Answer(Verdict.HOLDS_ONLY_IF, where, tuple(cases))
    if unknown:
        why = "; ".join(dict.fromkeys(each.text for case in unknown for each in case.evidence))
        return Answer(Verdict.UNDECIDED, why, tuple(cases))
    return Answer(Verdict.HOLDS if held else Verdict.REFUTED, "", tuple(cases))


def not_testable(why: str) -> Callable[[object], Answer]:
    """Return the trial of a claim that no run can decide."""
    return lambda lab: Answer(Verdict.NOT_TESTABLE, why)
