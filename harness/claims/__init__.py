"""The claims of the quick reference that the project grew from, each of them tried: one file for each of its parts.

``reference`` has the text, ``model`` what a claim and an answer are, ``laboratory`` runs what a claim asks for.
"""

from __future__ import annotations

from typing import Final

from harness.claims import checklist, costs, diagram, last_words, locks, needed, quick_help, symptoms, timelines
from harness.claims.laboratory import Laboratory
from harness.claims.model import Answer, Case, Claim, Verdict
from harness.loading import unknown_name

__all__ = ["CLAIMS", "NOTHING_TO_CHECK", "Answer", "Case", "Claim", "Laboratory", "Verdict", "load"]

CLAIMS: Final[tuple[Claim, ...]] = tuple(
    claim
    for group in (
        diagram,
        timelines,
        checklist,
        symptoms,
        costs,
        locks,
        needed,
        quick_help,
        last_words,
    )
    for claim in group.CLAIMS
)
"""All claims, in the order of the text."""

NOTHING_TO_CHECK: Final = {
    1: "the title",
    57: "the head of a table",
    67: "the head of a table",
    121: "the head of a table",
    138: "the head of a table",
    252: "where a page is to be found",
    253: "where a page is to be found",
    254: "where a page is to be found",
    260: "introduces the list that follows",
}
"""Lines of the text that say nothing that could be false, with the reason."""


def load(name: str) -> Claim:
    """The claim called so.

    >>> load("thread-safe").line
    43

    Raises:
        UsageError: There is no such claim.
    """
    for claim in CLAIMS:
        if claim.id == name:
            return claim
    raise unknown_name(name, [claim.id for claim in CLAIMS], "claim")
