"""Every claim stands in the text, and every statement of the text has its claim."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from tests.evidence.labs import LESSON

if TYPE_CHECKING:
    from harness.evidence import Claim

FRAME = re.compile(r"[\s─│┌┐└┘├┤┬┴┼►▼]*|\s*```\w*|-{3}|[|\s-]+")
"""Lines without words: frames of drawings, fences, rules, the line below the head of a table."""


def test_the_text_is_as_it_was_given() -> None:
    text = (files("harness.scenarios.lessons.quick_reference") / "quick_reference.md").read_bytes()
    assert hashlib.sha256(text).hexdigest() == "3aa862600e75afebb3fedd4af1533e760a7a29b7a69ebe014233903723a37799"


@pytest.mark.parametrize("claim", LESSON.claims, ids=lambda claim: claim.id)
def test_the_words_of_a_claim_stand_in_the_text_once(claim: Claim) -> None:
    lines = LESSON.text.lines[LESSON.line_of(claim) - 1 :]
    assert claim.words.partition("\n")[0] in lines[0]
    assert LESSON.line_of(claim) in LESSON.lines_of(claim)


def test_every_line_that_says_something_has_a_claim_or_is_known_to_make_none() -> None:
    claimed = {number for claim in LESSON.claims for number in LESSON.lines_of(claim)}
    makes_none = {
        number
        for number, line in enumerate(LESSON.text.lines, start=1)
        if any(words in line for words in LESSON.makes_no_claim)
    }
    says = {number for number, line in enumerate(LESSON.text.lines, start=1) if not FRAME.fullmatch(line)}
    assert says - set(LESSON.text.headings) - claimed - makes_none == set()
    assert not claimed & makes_none


def test_every_chapter_has_a_claim_but_the_one_with_the_links() -> None:
    text = LESSON.text
    chapters = {text.heading_of(number) for number in text.headings}
    assert chapters - {LESSON.chapter_of(claim) for claim in LESSON.claims} == {"Additional Resources"}
    sections = [number for number in text.headings if text.lines[number - 1].startswith("### ")]
    with_claims = {text.heading_of(LESSON.line_of(claim), "###") for claim in LESSON.claims}
    assert {text.headings[number] for number in sections} <= with_claims


def test_claims_have_names_of_their_own_and_stand_in_the_order_of_the_text() -> None:
    assert len({claim.id for claim in LESSON.claims}) == len(LESSON.claims)
    lines = [LESSON.line_of(claim) for claim in LESSON.claims]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    "words",
    [
        "~0.5 microseconds per acquisition", "0.05%", "< 1%", "100% race condition elimination",
        "No performance degradation", "Occasional", "Rare", "Common", "**Cause:** Long operation inside lock",
        "**Cause:** Missed a critical section", "**Cause:** Forgot to add `await`",
    ],
)  # fmt: skip
def test_what_people_quote_from_it_is_among_the_claims(words: str) -> None:
    assert any(words in claim.words for claim in LESSON.claims)


def test_headings_are_found_and_comments_in_code_are_none() -> None:
    text = LESSON.text
    assert "Implementation Checklist" in text.headings.values()
    assert not any("Before (" in heading for heading in text.headings.values())
    last_of_the_optional = text.line_of("Lock thread access to jobs dictionary")
    assert text.heading_of(last_of_the_optional, "###") == "Nice-to-Have Changes (Optional)"
