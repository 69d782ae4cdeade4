"""Weighs evidence: claims are tried in a laboratory, and cases make the verdict.

grounds      what an answer rests on: proofs, tokens, measurements
case         one circumstance, and whether the claim holds there
verdict      from cases to an answer
laboratory   runs programs and measures, each once
claim        a statement, its words and its trial
lesson       a text with its claims; the ledger of their answers

What is claimed, and the programs on which it is tried, are content: lessons, beside the scenarios.
"""

from __future__ import annotations

from harness.evidence.case import Case, all_of
from harness.evidence.claim import Claim
from harness.evidence.laboratory import Laboratory
from harness.evidence.lesson import Ledger, Lesson, Text, load_lesson
from harness.evidence.verdict import Answer, Verdict, judge, not_testable

__all__ = [
    "Answer",
    "Case",
    "Claim",
    "Laboratory",
    "Ledger",
    "Lesson",
    "Text",
    "Verdict",
    "all_of",
    "judge",
    "load_lesson",
    "not_testable",
]
