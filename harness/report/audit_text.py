"""The audit for people: findings by file, each with its reason and the scenario that shows it, and the checklist."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from harness.audit.model import CHECKLIST, RULES

if TYPE_CHECKING:
    from rich.console import RenderableType

    from harness.audit.model import Finding, Report

__all__ = ["render_audit"]


def render_audit(report: Report) -> RenderableType:
    """The whole report, for a rich console."""
    parts: list[RenderableType] = []
    for path, findings in groupby(report.findings, key=lambda finding: finding.path):
        parts.append(Text(path, style="bold"))
        for finding in findings:
            parts.extend(_lines(finding))
        parts.append("")
    if report.shared:
        parts.append(Text("Shared state, and who uses it", style="bold"))
        parts.extend(Padding(Text(f"{place}: {users}", style="dim"), (0, 0, 0, 2)) for place, users in report.shared)
        parts.append("")
    if report.findings:
        parts.append(Text("Items of the checklist that are open", style="bold"))
        parts.extend(f"  {number}. {CHECKLIST[number - 1]}" for number in report.items)
        parts.append("")
    if report.cut_short:
        parts.append(Text(f"not looked at to the end, being too long: {', '.join(report.cut_short)}", style="yellow"))
    parts.append(_summary(report))
    return Group(*parts)


def _lines(finding: Finding) -> list[RenderableType]:
    rule = RULES[finding.rule]
    head = Text.assemble(
        (f"  {finding.path}:{finding.line}  ", ""), (finding.rule, "red"), f"  in {finding.function}", overflow="fold"
    )
    lines = [f"{finding.why}.", f"Remedy: {rule.remedy}."]
    if finding.assumes:
        lines.append(f"Assumed: {finding.assumes}.")
    items = ", ".join(map(str, finding.items))
    lines.append(f"Checklist: {items or 'none'}.{finding.shown_by}")
    return [head, *(Padding(Text(line), (0, 0, 0, 6)) for line in lines)]


def _summary(report: Report) -> Text:
    files = f"{len(report.files)} {'file' if len(report.files) == 1 else 'files'}"
    if not report.findings:
        return Text(f"no finding in {files}; that is no proof: an audit sees the source, not the schedules")
    many = f"{len(report.findings)} {'finding' if len(report.findings) == 1 else 'findings'}"
    return Text(f"{many} in {files}")
