"""The ledger of claims for the terminal: a table, and for a few claims all that is behind their answers."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from harness.evidence.grounds import Measurement, Proof, Reason, Search, Token
from harness.evidence.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from harness.evidence.claim import Claim
    from harness.evidence.grounds import Evidence
    from harness.evidence.lesson import Ledger
    from harness.evidence.verdict import Answer

__all__ = ["MARKS", "counts_of", "render_ledger", "summary"]

MARKS: Final = {True: "✓", False: "✗", None: "?"}
"""Whether a claim holds in a case."""

_STYLES: Final = {
    Verdict.HOLDS: "green",
    Verdict.HOLDS_ONLY_IF: "yellow",
    Verdict.REFUTED: "red",
    Verdict.NOT_TESTABLE: "dim",
    Verdict.UNDECIDED: "magenta",
}


def render_ledger(ledger: Ledger, details: bool = False) -> RenderableType:
    """The ledger, for a rich console.

    Args:
        ledger: What was asked and answered.
        details: Also each case of each claim, with its evidence.
    """
    lesson = ledger.lesson
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, header_style="bold", padding=(0, 1))
    table.add_column("claim", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    table.add_column("evidence", overflow="fold")
    for section, members in groupby(ledger.entries, key=lambda each: lesson.chapter_of(each[0])):
        table.add_row(Text(section, style="bold"), "", "")
        for claim, answer in members:
            table.add_row(f"  {claim.id}", Text(answer.verdict.value, style=_STYLES[answer.verdict]), _short(answer))
    parts: list[RenderableType] = [table, Text(counts_of(ledger), style="bold")]
    if details:
        for claim, answer in ledger.entries:
            parts += ["", *_details(claim, answer, lesson.line_of(claim))]
    else:
        parts.append(Text("what is behind an answer: race claims CLAIM", style="dim"))
    return Group(*parts)


def counts_of(ledger: Ledger) -> str:
    """How often each verdict was given: ``"12 claims: 7 hold, ..."``, in words."""
    found = Counter(answer.verdict for _, answer in ledger.entries)
    counted = ", ".join(f"{found[verdict]} {verdict.value}" for verdict in Verdict if found[verdict])
    return f"{len(ledger.entries)} claim{'s' if len(ledger.entries) != 1 else ''}: {counted}"


def summary(answer: Answer) -> str:
    """The evidence in a few words: figures first, then how many proofs and tokens.

    >>> from harness.evidence import Answer, Case, Verdict
    >>> summary(Answer(Verdict.HOLDS, "", (Case("", True, (Proof("a@b", 4), Proof("c@d", 1200))),)))
    '2 proofs (1,204 classes)'
    """
    found: list[str] = []
    tokens = [each for each in answer.evidence if isinstance(each, Token)]
    proofs = [each for each in answer.evidence if isinstance(each, Proof)]
    if tokens:
        found.append(f"{len(tokens)} token{'s' if len(tokens) > 1 else ''}")
    if proofs:
        classes = sum(each.classes for each in proofs)
        found.append(
            f"{len(proofs)} proof{'s' if len(proofs) > 1 else ''} ({classes:,} class{'es' if classes > 1 else ''})"
        )
    counted = ", ".join(found)
    others = [each.text for each in answer.evidence if isinstance(each, Measurement | Search)]
    if not others and not counted:
        others = [each.text for each in answer.evidence if isinstance(each, Reason)]
    return "; ".join([*dict.fromkeys(others), *([counted] if counted else [])])


def _short(answer: Answer) -> Text:
    said = summary(answer)
    text = Text(said)
    if answer.condition and answer.condition != said:
        word = {Verdict.HOLDS_ONLY_IF: "if ", Verdict.REFUTED: "true where "}.get(answer.verdict, "")
        text.append(("\n" if said else "") + word + answer.condition, style="dim")
    return text


def _details(claim: Claim, answer: Answer, line: int) -> Sequence[RenderableType]:
    parts: list[RenderableType] = [
        Text.assemble((claim.id, "bold"), "  ", (answer.verdict.value, _STYLES[answer.verdict])),
        Text(f"line {line}: {claim.words}"),
        Text(f"taken to say: {claim.reading}", style="dim"),
    ]
    for case in answer.cases:
        parts.append(Text(f"  {MARKS[case.outcome]} {case.words}"))
        parts += [_evidence(each) for each in case.evidence]
    if answer.condition and not answer.cases:
        parts.append(Text(f"  {answer.condition}"))
    parts.append(Text(answer.lesson, style="bold"))
    return parts


def _evidence(each: Evidence) -> Text:
    if not isinstance(each, Token):
        return Text(f"      {each.text}", style="dim")
    text = Text.assemble((f"      {each.what}\n", "dim"), ("      race replay ", "dim"), (each.failure.token, "cyan"))
    text.no_wrap, text.overflow = True, "ignore"  # people copy it
    return text
