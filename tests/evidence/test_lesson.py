"""Claims are found by the words that they quote, wherever these stand."""

from __future__ import annotations

import pytest

from harness.evidence import Claim, Lesson, Text, load_lesson, not_testable
from harness.model.errors import UsageError

SOURCE = "# Title\n\n## Chapter\n\nbefore\nthe claim\nspans lines\nafter\nafter\n"


def claim(words: str, since: str = "", until: str = "") -> Claim:
    return Claim("x", words, "", not_testable(""), since=since, until=until)


def lesson(source: str) -> Lesson:
    return Lesson("a-lesson", Text(source), (claim("the claim\nspans lines"),), "programs")


def test_a_claim_follows_its_words_when_lines_are_put_before_them() -> None:
    for source, line in ((SOURCE, 6), (SOURCE.replace("before", "before\n\nmore"), 8)):
        found = lesson(source)
        assert found.line_of(found.claims[0]) == line
        assert found.chapter_of(found.claims[0]) == "Chapter"


def test_a_claim_covers_the_lines_of_its_words_or_a_longer_passage() -> None:
    found = lesson(SOURCE)
    assert list(found.lines_of(claim("the claim"))) == [6]
    assert list(found.lines_of(claim("the claim\nspans"))) == [6, 7]
    assert list(found.lines_of(claim("spans", since="before", until="after"))) == [5, 6, 7, 8]


@pytest.mark.parametrize("words", ["reworded", "after", ""])
def test_words_that_the_text_does_not_contain_exactly_once_are_refused(words: str) -> None:
    with pytest.raises(LookupError, match="must be unique"):
        Text(SOURCE).line_of(words)


def test_a_passage_that_ends_before_its_words_is_refused() -> None:
    with pytest.raises(LookupError, match="'before' is not beside line 6"):
        Text(SOURCE).passage("the claim", until="before")


def test_a_wrong_name_gets_the_nearest_right_one() -> None:
    with pytest.raises(UsageError, match="did you mean 'thread-safe'"):
        load_lesson().claim("thread-save")
