"""Every claim stands in the text, and every statement of the text has its claim."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files

import pytest

from harness.claims import CLAIMS, NOTHING_TO_CHECK, Claim, load, reference
from harness.model.errors import UsageError

FRAME = re.compile(r"[\s─│┌┐└┘├┤┬┴┼►▼]*|\s*```\w*|-{3}|[|\s-]+")
"""Lines without words: frames of drawings, fences, rules, the line below the head of a table."""


def test_the_text_is_as_it_was_given() -> None:
    text = (files("harness.claims") / "quick_reference.md").read_bytes()
    assert hashlib.sha256(text).hexdigest() == "3aa862600e75afebb3fedd4af1533e760a7a29b7a69ebe014233903723a37799"


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_the_words_of_a_claim_stand_in_its_line(claim: Claim) -> None:
    assert reference.quoted(claim.line, claim.words)
    assert claim.line in claim.lines


def test_words_that_begin_in_another_line_are_not_taken_for_quoted() -> None:
    assert not reference.quoted(42, "# After (✅ Thread-Safe)")
    assert not reference.quoted(43, "# After (Thread-Safe)")


def test_every_line_that_says_something_has_a_claim_or_says_nothing_to_check() -> None:
    claimed = {number for claim in CLAIMS for number in claim.lines}
    says = {number for number, text in enumerate(reference.lines(), start=1) if not FRAME.fullmatch(text)}
    assert says - set(reference.headings()) - claimed - set(NOTHING_TO_CHECK) == set()
    assert not claimed & set(NOTHING_TO_CHECK)


def test_every_section_has_a_claim_but_the_one_with_the_links() -> None:
    sections = {reference.heading_of(number) for number in reference.headings()}
    assert sections - {reference.heading_of(claim.line) for claim in CLAIMS} == {"Additional Resources"}
    subsections = [number for number in reference.headings() if reference.line(number).startswith("### ")]
    with_claims = {reference.heading_of(claim.line, "###") for claim in CLAIMS}
    assert {reference.headings()[number] for number in subsections} <= with_claims


def test_claims_have_names_of_their_own_and_stand_in_the_order_of_the_text() -> None:
    assert len({claim.id for claim in CLAIMS}) == len(CLAIMS)
    assert [claim.line for claim in CLAIMS] == sorted(claim.line for claim in CLAIMS)
    assert load("grep").id == "grep"
    with pytest.raises(UsageError, match="did you mean 'thread-safe'"):
        load("thread-save")


@pytest.mark.parametrize(
    "words",
    [
        "~0.5 microseconds per acquisition", "0.05%", "< 1%", "100% race condition elimination",
        "No performance degradation", "Occasional", "Rare", "Common", "**Cause:** Long operation inside lock",
        "**Cause:** Missed a critical section", "**Cause:** Forgot to add `await`",
    ],
)  # fmt: skip
def test_what_people_quote_from_it_is_among_the_claims(words: str) -> None:
    assert any(words in claim.words for claim in CLAIMS)


def test_headings_are_found_and_comments_in_code_are_none() -> None:
    assert "Implementation Checklist" in reference.headings().values()
    assert not any("Before (" in heading for heading in reference.headings().values())
    assert reference.heading_of(116, "###") == "Nice-to-Have Changes (Optional)"
