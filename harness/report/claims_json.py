"""The ledger of claims as plain values; ``claims.schema.json`` beside this file describes them."""

from __future__ import annotations

import platform
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from harness.claims import reference
from harness.claims.evidence import Measurement, Proof, Search, Token
from harness.claims.model import Verdict
from harness.report.timeline import replay_command

if TYPE_CHECKING:
    from harness.claims.evidence import Evidence
    from harness.claims.model import Answer, Claim
    from harness.report.claims import Ledger

__all__ = ["claims_json"]

FORMAT: Final = 1


def claims_json(ledger: Ledger, quick: bool) -> dict[str, Any]:
    """All claims with their answers.

    Args:
        ledger: What was asked and answered.
        quick: Nothing was measured.
    """
    counted = Counter(answer.verdict for _, answer in ledger)
    return {
        "format": FORMAT,
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "platform": platform.platform(),
        "quick": quick,
        "counts": [{"verdict": each.value, "claims": counted[each]} for each in Verdict],
        "claims": [_claim(claim, answer) for claim, answer in ledger],
    }


def _claim(claim: Claim, answer: Answer) -> dict[str, Any]:
    return {
        "id": claim.id,
        "section": reference.heading_of(claim.line),
        "line": claim.line,
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
