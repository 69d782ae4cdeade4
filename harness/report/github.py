"""Cases as GitHub shows them: workflow commands for annotations, and a job summary with sequence diagrams.

The escapes of the commands are those of ``command.ts`` in actions/toolkit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.model.border import printable
from harness.report.markdown import failure_markdown, table_markdown
from harness.report.mermaid import mermaid
from harness.report.source_place import place_of, relative_to_project

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from harness.model.checked_case import Case

__all__ = ["escape_data", "escape_property", "problem_lines", "summary"]


def problem_lines(cases: Sequence[Case], root: Path) -> Iterator[str]:
    """A command for each problem, which GitHub shows at its line in the pull request."""
    for case in cases:
        failures = iter(case.record.distinct_failures if case.record is not None else ())
        for problem in case.problems:
            failure = next(failures, None) if problem.rule == "race" else None
            file, line = place_of(failure) if failure is not None else ("", 0)
            where = f"file={escape_property(relative_to_project(file, root))},line={line}," if file else ""
            yield f"::error {where}title={escape_property(f'race {problem.rule}')}::{escape_data(str(problem))}"
        if case.doubt and not case.problems:
            yield f"::notice title=race inconclusive::{escape_data(f'{case.name}: {case.doubt}')}"


def escape_data(text: str) -> str:
    """Escape a message.

    >>> escape_data("50 %")
    '50 %25'
    """
    return _visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Escape the value of a property.

    >>> escape_property("a:b, c")
    'a%3Ab%2C c'
    """
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _visible(text: str) -> str:
    """Without control characters; a line end is escaped by the caller, so no line of it can be a command."""
    return "\n".join(printable(line) for line in text.splitlines())


def summary(cases: Sequence[Case]) -> str:
    """Markdown: what is red, what was checked, and each unexpected failure as a diagram and as a table."""
    red = [case for case in cases if case.problems]
    doubtful = sum(bool(case.doubt) and not case.problems for case in cases)
    said = f"{len(red)} of {len(cases)} red" if red else f"all {len(cases)} as expected"
    parts = [f"# race: {said}{f', {doubtful} inconclusive' if doubtful else ''}", ""]
    reasons = [[problem.text, problem.command] for case in red for problem in case.problems]
    if reasons:
        parts += [table_markdown(["reason", "shown by"], reasons), ""]
    rows = [[case.name, case.kind, _verdict(case), _state(case)] for case in cases]
    parts += [table_markdown(["checked", "", "verdict", ""], rows), ""]
    for case in red:
        shows = any(problem.rule == "race" for problem in case.problems)
        for failure in case.record.distinct_failures if case.record is not None and shows else ():
            parts += [f"```mermaid\n{mermaid(failure)}\n```", "", failure_markdown(failure), ""]
    return "\n".join(parts)


def _verdict(case: Case) -> str:
    if case.record is None:
        return "-"
    if case.record.verdict == "proved":
        return f"proved ({case.record.classes or case.record.schedules:,})"
    return case.record.verdict


def _state(case: Case) -> str:
    if case.problems:
        return "RED"
    return f"inconclusive: {case.doubt}" if case.doubt else "as expected"
