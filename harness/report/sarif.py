"""Cases as SARIF 2.1.0: each failure at its line, with its timeline as a code flow, which GitHub draws.

A lane is a ``threadFlow``, a step a ``threadFlowLocation``, and the order of steps across lanes is their
``executionOrder``.

Specification: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, sections 3.36 to 3.38.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from harness.model.border import printable
from harness.report.sarif_document import sarif_document
from harness.report.source_place import place_of, uri_of
from harness.report.timeline import render_record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from harness.model.checked_case import Case, Problem
    from harness.model.record import FailureRecord

__all__ = ["sarif"]

_RULES: Final = {
    "race": "A schedule breaks what is said to be safe.",
    "no-longer-fails": "What is expected to fail no longer does.",
    "proof-lost": "What was proved no longer is.",
    "proof-shrank": "A proof covers fewer behaviours than it did.",
    "unproved": "What must be proved is not.",
    "token": "A kept token no longer replays.",
    "gone": "What the baseline has is no longer run.",
    "refused": "A program cannot be explored.",
    "slower-lock": "A lock costs more than it did.",
}


def sarif(cases: Sequence[Case], root: Path) -> dict[str, Any]:
    """One run with a result for each problem.

    Args:
        cases: What was checked.
        root: The project's folder, which places are relative to.
    """
    rules = [{"id": f"race/{name}", "shortDescription": {"text": text}} for name, text in _RULES.items()]
    return sarif_document(rules, [result for case in cases for result in _results(case, root)])


def _results(case: Case, root: Path) -> list[dict[str, Any]]:
    failures = iter(case.record.distinct_failures if case.record is not None else ())
    return [_result(case, each, next(failures, None) if each.rule == "race" else None, root) for each in case.problems]


def _result(case: Case, problem: Problem, failure: FailureRecord | None, root: Path) -> dict[str, Any]:
    file, line = place_of(failure) if failure is not None else ("", 0)
    text = printable(str(problem))
    if failure is not None:
        text += f"\n\n{render_record(failure)}"
    flows = {"codeFlows": [_flow(failure, root)]} if failure is not None and failure.timeline.rows else {}
    seen = hashlib.sha256(f"{problem.rule}\0{case.name}\0{failure.kind if failure else ''}".encode(errors="replace"))
    return {
        "ruleId": f"race/{problem.rule}",
        "ruleIndex": list(_RULES).index(problem.rule),
        "level": "error",
        "message": {"text": text},
        "locations": [_location(file or str(root / "pyproject.toml"), line or 1, root)],
        "partialFingerprints": {"race/v1": seen.hexdigest()[:32]},
        **flows,
    }


def _location(file: str, line: int, root: Path) -> dict[str, Any]:
    where = {"artifactLocation": {"uri": uri_of(file, root)}, "region": {"startLine": line}}
    return {"physicalLocation": where}


def _flow(failure: FailureRecord, root: Path) -> dict[str, Any]:
    """The timeline: one thread flow a lane, the steps numbered across them all."""
    timeline = failure.timeline
    flows = []
    for lane, name in enumerate(timeline.lanes):
        steps = []
        for order, row in enumerate(timeline.rows, start=1):
            if row.lane != lane:
                continue
            mark = f" ({row.mark})" if row.mark else ""
            text = printable(f"{row.time} {name}: {row.text}{mark}")
            location = _location(row.file, row.line, root) if row.file and row.line > 0 else {}
            state = {"state": {printable(timeline.state_title): {"text": printable(row.state)}}} if row.state else {}
            steps.append(
                {
                    "location": {**location, "message": {"text": text}},
                    "executionOrder": order,
                    "importance": "essential" if row.lost or row.mark else "important",
                    **state,
                }
            )
        if steps:
            flows.append({"id": printable(name), "locations": steps})
    return {"message": {"text": "The shortest schedule that shows it, step by step."}, "threadFlows": flows}
