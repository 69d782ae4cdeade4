"""The ledger of claims as Markdown: the verdicts on one page, then each claim with all that is behind its answer."""

from __future__ import annotations

import platform
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

from harness.evidence.grounds import Token
from harness.evidence.verdict import Verdict
from harness.report.claims import MARKS, summary
from harness.report.markdown import table_markdown, timeline_markdown
from harness.report.timeline import replay_command
from harness.timeline.records import record_failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.evidence.claim import Claim
    from harness.evidence.grounds import Evidence
    from harness.evidence.lesson import Ledger
    from harness.evidence.verdict import Answer

__all__ = ["claims_markdown"]

_ICONS: Final = {
    Verdict.HOLDS: "✅",
    Verdict.HOLDS_ONLY_IF: "🟡",
    Verdict.REFUTED: "❌",
    Verdict.NOT_TESTABLE: "➖",
    Verdict.UNDECIDED: "❔",
}
_MEANING: Final = {
    Verdict.HOLDS: "in every case in which it was tried",
    Verdict.HOLDS_ONLY_IF: "in some cases, and in others not; the condition is said",
    Verdict.REFUTED: "in no case; or it speaks of all, and one case is against it",
    Verdict.NOT_TESTABLE: "no run of any program could decide it",
    Verdict.UNDECIDED: "not measured in this run, or not clearly enough",
}

_JOINED: Final = {Verdict.HOLDS_ONLY_IF: " ", Verdict.REFUTED: "; true only where "}
_INTRODUCTION: Final = """\
Every statement of the quick reference that can be true or false, tried. A verdict is computed from what ran: from
proofs (every schedule of a program was executed, one for each class of equivalent ones), from tokens (a schedule under
which it fails, to be made again with `race replay`), and from measurements, each with its interval of 95 % confidence.
Proofs and tokens can be made again on every machine; times and frequencies are those of this one."""


def claims_markdown(ledger: Ledger) -> str:
    """The whole page."""
    lesson = ledger.lesson
    counted = Counter(answer.verdict for _, answer in ledger.entries)
    verdicts = [[f"{_ICONS[each]} {each.value}", str(counted[each]), _MEANING[each]] for each in Verdict]
    rows = [
        [lesson.chapter_of(claim), f"[{claim.id}](#{claim.id})", _in_short(answer), summary(answer)]
        for claim, answer in ledger.entries
    ]
    parts = [
        "# The ledger of claims",
        "",
        _INTRODUCTION,
        "",
        f"Made with {platform.python_implementation()} {platform.python_version()} on {platform.platform()}.",
        "",
        table_markdown(["verdict", "claims", "holds"], verdicts),
        "",
        "## All claims",
        "",
        table_markdown(["part", "claim", "verdict", "evidence"], _without_repetition(rows)),
        "",
    ]
    for section, members in groupby(ledger.entries, key=lambda each: lesson.chapter_of(each[0])):
        parts += [f"## {section}", ""]
        for claim, answer in members:
            parts += _claim(claim, answer, lesson.line_of(claim))
    return "\n".join(parts)


def _without_repetition(rows: list[list[str]]) -> list[list[str]]:
    """A part is named once, in the first row of its claims."""
    before = ["", *(row[0] for row in rows)]
    return [[row[0] if row[0] != above else "", *row[1:]] for row, above in zip(rows, before, strict=False)]


def _verdict(answer: Answer) -> str:
    return f"{_ICONS[answer.verdict]} {answer.verdict.value}"


def _in_short(answer: Answer) -> str:
    """The verdict, with the condition if it is nothing without."""
    return f"{_verdict(answer)} {answer.condition if answer.verdict is Verdict.HOLDS_ONLY_IF else ''}".rstrip()


def _claim(claim: Claim, answer: Answer, first: int) -> Sequence[str]:
    last = first + claim.words.count("\n")
    where = f"line {first}" if last == first else f"lines {first} to {last}"
    parts = [f"### {claim.id}", "", *_quote(claim.words), "", f"{where} · taken to say: *{claim.reading}*", ""]
    joined = _JOINED.get(answer.verdict, ": ") + answer.condition if answer.condition else ""
    parts += [f"**{_verdict(answer)}**{joined}", ""]
    for case in answer.cases:
        parts.append(f"- {MARKS[case.outcome]} {case.words}")
        parts += [_evidence(each) for each in case.evidence]
    for each in dict.fromkeys(each for each in answer.evidence if isinstance(each, Token)):
        parts += _steps(each)
    return [*parts, "", f"> **Lesson.** {answer.lesson}", ""]


def _quote(words: str) -> Sequence[str]:
    """A line in a sentence, or a block as it stands in the text."""
    if "\n" not in words:
        return [f"> {words}"]
    return ["````text", words, "````"]


def _evidence(each: Evidence) -> str:
    said = f"{each.what}: `{replay_command(each.failure)}`" if isinstance(each, Token) else each.text
    return f"  - {said}"


def _steps(token: Token) -> Sequence[str]:
    """The schedule of a token, folded away: GitHub and most others draw a table in ``details`` after an empty line."""
    steps = timeline_markdown(record_failure(token.failure).timeline)
    if not steps:
        return []
    return ["", f"<details><summary>{token.label}, step for step</summary>", "", steps, "", "</details>"]
