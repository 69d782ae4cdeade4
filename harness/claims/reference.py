"""The quick reference itself: the text that the project grew from, its lines, and its headings."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

__all__ = ["heading_of", "headings", "line", "lines", "quoted"]


@cache
def lines() -> tuple[str, ...]:
    """All lines of the text."""
    return tuple((files("harness.claims") / "quick_reference.md").read_text(encoding="utf-8").splitlines())


def line(number: int) -> str:
    """One line, counted from 1.

    >>> line(53)
    '## 5-Minute Summary'
    """
    return lines()[number - 1]


@cache
def headings() -> dict[int, str]:
    """Line to heading, for all below the title, without their pictures; what stands in a code block is none."""
    found, in_code = {}, False
    for number, text in enumerate(lines(), start=1):
        if text.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code and text.startswith(("## ", "### ")):
            found[number] = re.sub(r"^#+[^\w`]*", "", text)
    return found


def heading_of(number: int, level: str = "##") -> str:
    """The heading that a line stands under.

    >>> heading_of(59), heading_of(59, "###")
    ('5-Minute Summary', 'What Happens Without Lock')
    """
    found = [at for at in headings() if at <= number and (line(at).startswith(f"{level} ") or level == "###")]
    return headings()[found[-1]]


def quoted(first: int, words: str) -> bool:
    """Whether these words stand in the text, beginning in this line."""
    whole = "\n".join(lines()[first - 1 :])
    at = whole.find(words)
    return 0 <= at < len(line(first))
