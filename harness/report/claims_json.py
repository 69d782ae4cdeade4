"""The ledger of claims as plain values; ``claims.schema.json`` beside this file describes them."""

from __future__ import annotations

import platform
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from harness.evidence.grounds import Measurement, Proof, Search, Token
from harness.evidence.verdict import Verdict
from harness.report.timeline import replay_command

if TYPE_CHECKING:
    from harness.evidence.claim import Claim
    from harness.evidence.grounds import Evidence
    from harness.evidence.lesson import Ledger, Lesson
    from harness.evidence.verdict import Answer

__all__ = ["claims_json"]

_FORMAT: Final = 1


def claims_json(ledger: Ledger, quick: bool) -> dict[str, Any]:
    """All claims with their answers.

    Args:
        ledger: What was asked and answered.
        quick: Nothing was measured.
    """
    counted = Counter(answer.verdict for _, answer in ledger.entries)
    return {
        "format": _FORMAT,
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "platform": platform.platform(),
        "quick": quick,
        "counts": [{"verdict": each.value, "claims": counted[each]} for each in Verdict],
        "claims": [_claim(ledger.lesson, claim, answer) for claim, answer in ledger.entries],
    }


def _claim(lesson: Lesson, claim: Claim, answer: Answer) -> dict[str, Any]:
    return {
        "id": claim.id,
        "section": lesson.chapter_of(claim),
        "line": lesson.line_of(claim),
        "words": claim.words,
        "reading": claim.reading,
        "verdict": answer.verdict.value,
        "condition": answer.condition,
        "cases": [
            {"words": case.words, "holds": case.outcome, "evidence": [_evidence(each) for each in case.evidence]}
            for case in answer.cases
        ],
        "lesson": answer.lesson,
    }


def _evidence(each: Evidence) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(
        ("label", "classes", "schedules", "token", "replay", "needs", "value", "low", "high", "unit")
    )
    found |= {"kind": type(each).__name__.lower(), "text": each.text, "doubts": []}
    match each:
        case Proof(label, classes):
            found |= {"label": label, "classes": classes}
        case Search(label, schedules):
            found |= {"label": label, "schedules": schedules}
        case Token(label, failure):
            found |= {
                "label": label,
                "token": failure.token,
                "replay": replay_command(failure),
                "needs": failure.needs,
            }
        case Measurement(_, value, low, high, unit, doubts):
            found |= {"value": value, "low": low, "high": high, "unit": unit, "doubts": list(doubts)}
        case _:
            pass
    return found
