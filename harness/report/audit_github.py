"""The audit as workflow commands of GitHub Actions, which shows each at its line in the pull request.

Syntax: GitHub, "Workflow commands for GitHub Actions", ``::warning file={name},line={line},title={title}::{message}``.
The escapes are those of ``command.ts`` in actions/toolkit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.audit.model import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.audit.model import Report

__all__ = ["github_lines"]


def github_lines(report: Report) -> Iterator[str]:
    """One command a finding."""
    for finding in report.findings:
        items = ", ".join(map(str, finding.items))
        assumed = f" Assumed: {finding.assumes}." if finding.assumes else ""
        remedy = RULES[finding.rule].remedy
        message = f"{finding.why}.{assumed} Remedy: {remedy}. Checklist: {items or 'none'}.{finding.shown_by}"
        yield (
            f"::warning file={_property(finding.path)},line={finding.line},"
            f"title={_property(finding.rule)}::{_data(message)}"
        )


def _data(text: str) -> str:
    """Escape a message.

    >>> _data("50 %")
    '50 %25'
    """
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
