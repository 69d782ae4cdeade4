"""The audit as plain values, as ``audit.schema.json`` beside this file describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.audit.model import CHECKLIST, RULES

if TYPE_CHECKING:
    from harness.audit.model import Report

__all__ = ["audit_json"]

_FORMAT: Final = 1


def audit_json(report: Report) -> dict[str, Any]:
    """Everything that the report holds, with the words of the checklist and the rules."""
    return {
        "format": _FORMAT,
        "files": list(report.files),
        "findings": [
            {
                "file": finding.path,
                "line": finding.line,
                "rule": finding.rule,
                "summary": RULES[finding.rule].summary,
                "function": finding.function,
                "why": finding.why,
                "assumes": finding.assumes,
                "items": [{"number": number, "text": CHECKLIST[number - 1]} for number in finding.items],
                "scenario": finding.scenario,
                "remedy": RULES[finding.rule].remedy,
            }
            for finding in report.findings
        ],
        "items": list(report.items),
        "shared": [{"state": state, "used_by": users} for state, users in report.shared],
        "cut_short": list(report.cut_short),
    }
