"""A claim of the quick reference, and the answer that running it gives.

An answer is computed from cases. A case is one way to read the claim, or one circumstance under which it is tried, and
whether the claim holds there is what its evidence says: all true, the claim holds; none, it is refuted; some, it holds
only if one of those is given. A claim about everything ("100 %", "all") is refuted by one case. Nobody writes a verdict
down, so a changed result changes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from harness.claims.evidence import Evidence
    from harness.claims.laboratory import Laboratory

__all__ = ["Answer", "Case", "Claim", "Verdict", "all_of", "judge", "not_testable"]


class Verdict(StrEnum):
    """What can be said of a claim. ``UNDECIDED`` is none: not measured in this run, or not conclusively."""

    HOLDS = "holds"
    HOLDS_ONLY_IF = "holds only if"
    REFUTED = "refuted"
    NOT_TESTABLE = "not testable"
    UNDECIDED = "undecided"


FALLBACK: Final[Mapping[Verdict, str]] = {
    Verdict.HOLDS: "It can be taken over as it stands.",
    Verdict.HOLDS_ONLY_IF: "Look at the condition before you rely on it.",
    Verdict.REFUTED: "Do not rely on it.",
    Verdict.NOT_TESTABLE: "It is advice, not knowledge.",
    Verdict.UNDECIDED: "Nothing is known: measure it, on a quiet machine.",
}
"""The lesson where a claim has none of its own for the verdict that came out."""


@dataclass(frozen=True, slots=True)
class Case:
    """One circumstance under which a claim was tried.

    Attributes:
        words: The circumstance, to be read after "holds only if".
        outcome: Whether the claim holds there; None if that could not be told.
        evidence: What says so.
    """

    words: str
    outcome: bool | None
    evidence: tuple[Evidence, ...]


def all_of(words: str, *cases: Case) -> Case:
    """One case of several: it holds if all of them do."""
    outcomes = [case.outcome for case in cases]
    outcome = False if False in outcomes else None if None in outcomes else True
    return Case(words, outcome, tuple(each for case in cases for each in case.evidence))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out.

    Attributes:
        condition: With "holds only if" what must be given; with "refuted" where it holds after all, or ``""``; with
            "not testable" and "undecided" why.
        lesson: One sentence to be remembered.
    """

    verdict: Verdict
    condition: str
    cases: tuple[Case, ...] = ()
    lesson: str = ""

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All of it, case after case."""
        return tuple(each for case in self.cases for each in case.evidence)


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of the quick reference that can be true or false.

    Attributes:
        id: As on the command line: ``"thread-safe"``.
        line: Where its words begin in the text, from 1.
        words: They themselves, as they stand there; several lines are several lines.
        reading: What they are taken to say, so that it can be tried.
        ask: Tries it.
        lessons: By verdict, since what is to be learned depends on it.
        since, until: The first and the last line that it speaks of, if those are not the ones of its words.
    """

    id: str
    line: int
    words: str
    reading: str
    ask: Callable[[Laboratory], Answer]
    lessons: Mapping[Verdict, str] = field(default_factory=dict)
    since: int | None = None
    until: int | None = None

    @property
    def lines(self) -> range:
        """The lines of the text that this claim speaks of."""
        return range(self.since or self.line, (self.until or self.line + self.words.count("\n")) + 1)

    def examine(self, lab: Laboratory) -> Answer:
        """Try the claim.

        Args:
            lab: What runs programs and measures.
        """
        found = self.ask(lab)
        return replace(found, lesson=self.lessons.get(found.verdict, FALLBACK[found.verdict]))


def judge(cases: Sequence[Case], *, everywhere: bool = False) -> Answer:
    """The verdict of all cases together.

    Args:
        cases: At least one.
        everywhere: The claim speaks of everything, so that one case in which it does not hold refutes it.

    >>> judge([Case("it rains", True, ()), Case("it snows", False, ())]).verdict.value
    'holds only if'
    >>> judge([Case("it rains", True, ()), Case("it snows", False, ())], everywhere=True).verdict.value
    'refuted'
    """
    if not cases:
        raise ValueError("without a case nothing can be said")
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


def not_testable(why: str) -> Callable[[Laboratory], Answer]:
    """For a claim that no run can decide."""
    return lambda lab: Answer(Verdict.NOT_TESTABLE, why)
