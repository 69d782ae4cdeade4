"""Defines a lesson: a text, the claims that it makes, and the ledger of their answers.

A claim is found in the text by the words that it quotes. The text may be reformatted, and nothing here changes; if a
quoted sentence is reworded, its claim is not found any more, and says so.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from harness.loading import unknown_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.evidence.claim import Claim
    from harness.evidence.verdict import Answer

__all__ = ["Ledger", "Lesson", "Text", "load_lesson"]

_LESSONS: Final = "harness.scenarios.lessons"


class Text:
    r"""Holds a Markdown text, its lines counted from 1, and its headings.

    >>> text = Text("# Title\n## First\none\n### Part\ntwo\nthree\n")
    >>> text.line_of("two"), text.heading_of(5), text.heading_of(5, "###")
    (5, 'First', 'Part')
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines: tuple[str, ...] = tuple(source.splitlines())

    def line_of(self, words: str) -> int:
        """Return the number of the line in which these words begin.

        Raises:
            LookupError: The text does not contain them, or more than once.
        """
        count = self.source.count(words) if words else 0
        if count != 1:
            raise LookupError(f"the text contains these words {count} times, and they must be unique: {words!r}")
        return self._number(self.source.index(words))

    def passage(self, words: str, since: str = "", until: str = "") -> range:
        """Return the lines of a quotation, or those from ``since`` before it to ``until`` after it.

        Raises:
            LookupError: The text does not contain all of them.
        """
        first = self.line_of(words)
        start = self.source.index(words)
        begin = self.source.rfind(since, 0, start) if since else start
        end = self.source.find(until, start) if until else start + len(words) - 1
        if begin < 0 or end < 0:
            raise LookupError(f"{since if begin < 0 else until!r} is not beside line {first} of the text")
        return range(self._number(begin), self._number(end) + 1)

    def _number(self, position: int) -> int:
        return self.source.count("\n", 0, position) + 1

    @cached_property
    def headings(self) -> Mapping[int, str]:
        """Line to heading, for those below the title, without their pictures; comments in code are left out."""
        found, in_code = {}, False
        for number, text in enumerate(self.lines, start=1):
            if text.lstrip().startswith("```"):
                in_code = not in_code
            elif not in_code and text.startswith(("## ", "### ")):
                found[number] = re.sub(r"^#+[^\w`]*", "", text)
        return found

    def heading_of(self, number: int, level: str = "##") -> str:
        """Return the heading above a line: of the chapter, or with ``"###"`` of the section."""
        found = [
            at
            for at in self.headings
            if at <= number and (self.lines[at - 1].startswith(f"{level} ") or level == "###")
        ]
        return self.headings[found[-1]]


@dataclass(frozen=True)
class Lesson:
    """Holds a text and its claims.

    Attributes:
        name: As its package is called, with dashes.
        claims: In the order of the text.
        programs: The package of the programs on which claims are tried; a label that begins with a colon is one of it.
        makes_no_claim: Quoted words of lines that say nothing that could be false, with the reason.
    """

    name: str
    text: Text
    claims: Sequence[Claim]
    programs: str
    makes_no_claim: Mapping[str, str] = field(default_factory=dict)

    def claim(self, name: str) -> Claim:
        """Return the claim with this name.

        Raises:
            UsageError: There is no such claim.
        """
        for claim in self.claims:
            if claim.id == name:
                return claim
        raise unknown_name(name, [claim.id for claim in self.claims], "claim")

    def line_of(self, claim: Claim) -> int:
        """Return the number of the line in which the words of a claim begin."""
        return self.text.line_of(claim.words)

    def lines_of(self, claim: Claim) -> range:
        """Return all lines that a claim covers."""
        return self.text.passage(claim.words, claim.since, claim.until)

    def chapter_of(self, claim: Claim) -> str:
        """Return the heading of the chapter that makes a claim."""
        return self.text.heading_of(self.line_of(claim))


@dataclass(frozen=True)
class Ledger:
    """Holds claims of one lesson with their answers, in the order of the text."""

    lesson: Lesson
    entries: Sequence[tuple[Claim, Answer]]


def load_lesson(name: str = "quick-reference") -> Lesson:
    """Return the built-in lesson called ``name``.

    >>> load_lesson().claim("thread-safe").id
    'thread-safe'
    """
    found: Lesson = importlib.import_module(f"{_LESSONS}.{name.replace('-', '_')}").LESSON
    return found
