"""The ledger on the terminal, as Markdown and as JSON: one model, and nothing left out."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from harness.evidence import Claim, Laboratory, Ledger
from harness.report import claims_json as claims_json_module
from harness.report.claims import counts_of, render_ledger
from harness.report.claims_json import claims_json
from harness.report.claims_markdown import claims_markdown
from tests.evidence.labs import LESSON, bench_of, lab, real_lab
from tests.report.test_results import assert_described

SCHEMA = json.loads(Path(claims_json_module.__file__).with_name("claims.schema.json").read_text(encoding="utf-8"))


def ledger_of(*asked: tuple[Claim, Laboratory]) -> Ledger:
    return Ledger(LESSON, [(claim, claim.examine(laboratory)) for claim, laboratory in asked])


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    measuring = lab(cost=lambda: bench_of(0.5e-6, 1e-6, 1.5e-6))
    measured = {"per-acquisition", "total-impact"}
    return ledger_of(*((claim, measuring if claim.id in measured else real_lab()) for claim in LESSON.claims))


@pytest.fixture(scope="module")
def page(ledger: Ledger) -> str:
    return claims_markdown(ledger)


def printed(ledger: Ledger, details: bool = False) -> str:
    stream = io.StringIO()
    Console(file=stream, width=100, highlight=False).print(render_ledger(ledger, details), crop=False)
    return stream.getvalue()


def test_the_terminal_shows_every_claim_with_its_verdict(ledger: Ledger) -> None:
    text = printed(ledger)
    for claim, answer in ledger.entries:
        line = next(line for line in text.splitlines() if line.split()[:1] == [claim.id])
        assert answer.verdict.value in line
    assert counts_of(ledger) in text
    assert "\x1b" not in text


def test_for_a_few_claims_it_shows_all_that_is_behind_them() -> None:
    ledger = ledger_of((LESSON.claim("table-without-lock"), real_lab()))
    text = printed(ledger, details=True)
    assert "race replay harness.scenarios.lessons.quick_reference.programs.without_lock:whole_stale_record:2" in text
    assert "✓ the heartbeat writes a whole stale record back" in text
    assert "✗ both run the quick reference's own update, on one loop" in text
    assert ledger.entries[0][1].lesson in " ".join(text.split())


def test_verdicts_are_counted_in_words(ledger: Ledger) -> None:
    assert counts_of(Ledger(LESSON, ledger.entries[:1])).startswith("1 claim: 1 ")
    assert counts_of(ledger).startswith(f"{len(LESSON.claims)} claims: ")


def test_the_page_has_a_section_for_each_part_of_the_text(page: str) -> None:
    wanted = list(dict.fromkeys(LESSON.chapter_of(claim) for claim in LESSON.claims))
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == ["All claims", *wanted]


def test_the_page_has_each_claim_with_quote_verdict_evidence_and_lesson(ledger: Ledger, page: str) -> None:
    for claim, answer in ledger.entries:
        assert f"[{claim.id}](#{claim.id})" in page
        part = page.partition(f"\n### {claim.id}\n")[2].partition("\n### ")[0]
        assert claim.words in part
        assert f"{answer.verdict.value}**" in part
        assert answer.condition in part
        assert f"**Lesson.** {answer.lesson}" in part
        for case in answer.cases:
            assert f"\n- {'✗' if case.outcome is False else '✓' if case.outcome else '?'} {case.words}\n" in part
        for evidence in answer.evidence:
            assert evidence.text.rpartition(": ")[2] in part


def test_the_page_shows_a_token_step_for_step(page: str) -> None:
    part = page.partition("\n### thread-safe\n")[2].partition("\n### ")[0]
    label = f"{LESSON.programs}.solution:after_with_a_thread"
    assert f"<details><summary>{label}, step for step</summary>\n\n|" in part
    assert f"`race replay {label}:2" in part


def test_a_part_is_named_once_in_the_table_of_all_claims(page: str) -> None:
    assert page.count("| The Solution |") == 1


def test_the_schema_describes_what_is_written(ledger: Ledger) -> None:
    written = claims_json(ledger, quick=True)
    kinds = {
        evidence["kind"] for claim in written["claims"] for case in claim["cases"] for evidence in case["evidence"]
    }
    assert {"proof", "token", "measurement", "reason"} <= kinds
    assert_described(written, SCHEMA)
    assert sum(each["claims"] for each in written["counts"]) == len(LESSON.claims)
