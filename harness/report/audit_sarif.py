"""The audit as SARIF 2.1.0, the format that code hosts and editors show as annotations."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from harness.audit.model import CHECKLIST, RULES
from harness.report.sarif_document import sarif_document

if TYPE_CHECKING:
    from harness.audit.model import Finding, Report

__all__ = ["audit_sarif"]


def audit_sarif(report: Report) -> dict[str, Any]:
    """One run with its rules and results."""
    names = list(RULES)
    return sarif_document(
        rules=[_rule(name) for name in names],
        results=[_result(finding, names.index(finding.rule)) for finding in report.findings],
    )


def _rule(name: str) -> dict[str, Any]:
    rule = RULES[name]
    return {
        "id": name,
        "shortDescription": {"text": f"{rule.summary}."},
        "help": {"text": f"{rule.remedy}."},
        "defaultConfiguration": {"level": "warning"},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    items = "; ".join(f"{number}. {CHECKLIST[number - 1]}" for number in finding.items)
    text = f"{finding.why}."
    if finding.assumes:
        text += f" Assumed: {finding.assumes}."
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": "warning",
        "message": {"text": f"{text} Checklist: {items or 'none'}.{finding.shown_by}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(finding.path)},
                    "region": {"startLine": finding.line},
                },
                "logicalLocations": [{"fullyQualifiedName": finding.function}],
            }
        ],
        "partialFingerprints": {"race/v1": _fingerprint(finding)},
    }


def _uri(path: str) -> str:
    """Relative where the path is: a code host resolves it against the root of the repository."""
    return Path(path).as_uri() if Path(path).is_absolute() else quote(Path(path).as_posix())


def _fingerprint(finding: Finding) -> str:
    """What stays the same when lines move: the rule, the file and the function."""
    return hashlib.sha256(f"{finding.rule}\0{finding.path}\0{finding.function}".encode()).hexdigest()[:32]
