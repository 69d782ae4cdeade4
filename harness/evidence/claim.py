"""Defines a claim: a statement of a text that can be true or false, with the function that tries it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from harness.evidence.verdict import DEFAULT_LESSONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.evidence.laboratory import Laboratory
    from harness.evidence.verdict import Answer, Verdict

__all__ = ["Claim"]


@dataclass(frozen=True, slots=True)
class Claim:
    """States something that can be true or false.

    Attributes:
        id: Its name on the command line: ``"thread-safe"``.
        words: The quoted text, verbatim; may span lines. The text contains it once.
        reading: What the words are taken to say, so that it can be tried.
        trial: Tries it in a laboratory.
        lessons: The sentence to remember, by verdict.
        since, until: Quoted words in the first and last line of the passage that the claim covers, where that is
            longer than ``words``: those nearest before, and nearest after.
    """

    id: str
    words: str
    reading: str
    trial: Callable[[Laboratory], Answer]
    lessons: Mapping[Verdict, str] = field(default_factory=dict)
    since: str = ""
    until: str = ""

    def examine(self, lab: Laboratory) -> Answer:
        """Try the claim, and add the lesson that goes with the verdict.

        Args:
            lab: Runs programs and measures.
        """
        found = self.trial(lab)
        return replace(found, lesson=self.lessons.get(found.verdict, DEFAULT_LESSONS[found.verdict]))
