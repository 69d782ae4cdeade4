"""The options that write cases for other tools: SARIF, JUnit, GitHub, a summary. More than one command takes them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from harness.loading import project_root
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from harness.model.checked_case import Case

__all__ = ["CaseReports", "case_reports", "require_option"]

_FILE: Final = click.Path(path_type=Path)


def require_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option ``--require``."""
    return click.option(
        "--require", type=click.Choice(["proved", "not-found"]),
        help="The least verdict of what is to be safe: proved, or no failure found.  [default: not-found]",
    )(command)  # fmt: skip


def case_reports(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options ``--sarif``, ``--junit``, ``--summary`` and ``--github``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS: Final = (
    click.option("--sarif", "sarif_file", type=_FILE, metavar="FILE", help="Write SARIF 2.1.0, with the timelines."),
    click.option("--junit", "junit_file", type=_FILE, metavar="FILE", help="Write JUnit XML."),
    click.option(
        "--summary", "summary_file", type=_FILE, metavar="FILE", help="Write Markdown with sequence diagrams."
    ),
    click.option(
        "--github", is_flag=True, envvar="GITHUB_ACTIONS",
        help="Print annotations, and add to the job summary.  [default: in a GitHub workflow]",
    ),
)  # fmt: skip


class CaseReports:
    """Where the cases go.

    Args:
        options: What the command was given; the options of :func:`case_reports` are taken out.

    Raises:
        UsageError: A file cannot be written.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        from harness.report.results import check_writable

        files = {name: options.pop(f"{name}_file") for name in ("sarif", "junit", "summary")}
        # Programs may go to another folder.
        self._files: dict[str, Path] = {name: path.resolve() for name, path in files.items() if path is not None}
        self._github: bool = options.pop("github")
        for path in self._files.values():
            check_writable(path)

    def write(self, cases: Sequence[Case]) -> list[Path]:
        """Write what was asked for, and return the files.

        Raises:
            UsageError: A file cannot be written.
        """
        from harness.report.github import problem_lines, summary
        from harness.report.junit import junit
        from harness.report.results import write_json, write_text
        from harness.report.sarif import sarif

        root = project_root()
        for name, path in self._files.items():
            if name == "sarif":
                write_json(sarif(cases, root), path)
            else:
                write_text(junit(cases) if name == "junit" else summary(cases), path)
        if self._github:
            for line in problem_lines(cases, root):
                click.echo(line)
            self._add_to_job(summary(cases))
        return list(self._files.values())

    def _add_to_job(self, text: str) -> None:
        """GitHub names a file that each step adds to, and that it draws beside the job."""
        named = os.environ.get("GITHUB_STEP_SUMMARY")
        if not named:
            return
        try:
            with Path(named).open("a", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(text)
        except OSError as exc:
            raise UsageError(f"cannot add to GITHUB_STEP_SUMMARY, {named}: {exc.strerror}") from None
