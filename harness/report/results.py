"""What a run leaves behind: ``results.json`` (its schema stands beside this file) and ``results.md``.

Both are written to temporary files first and then renamed, so a folder holds the old results or the new ones, never
half of them. ``results/baseline/`` is what people commit and compare with; a run does not touch it.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from harness.loading import project_root
from harness.model.errors import UsageError
from harness.report.markdown import matrix_markdown
from harness.timeline.timeline import make_timeline

if TYPE_CHECKING:
    from harness.model.result import Failure
    from harness.report.matrix import Cell, Matrix

__all__ = ["check_writable", "failure_json", "latest", "matrix_json", "write_json", "write_results", "write_text"]

_FORMAT: Final = 1


def latest() -> Path:
    """The folder of the latest results: ``results/latest`` of the project one stands in, wherever in it that is."""
    return project_root() / "results" / "latest"


def write_results(matrix: Matrix, folder: Path) -> list[Path]:
    """Write both files, and return their paths.

    Raises:
        UsageError: The folder cannot be written.
    """
    files = {
        folder / "results.json": json.dumps(matrix_json(matrix), indent=2, ensure_ascii=False) + "\n",
        folder / "results.md": matrix_markdown(matrix),
    }
    for path, text in files.items():
        _write(path, text)
    return list(files)


def check_writable(path: Path) -> None:
    """Find out before a long run, not after it, that ``path`` cannot be written.

    Raises:
        UsageError: It cannot.
    """
    if path.is_dir():
        raise UsageError(f"cannot write {path}: it is a folder; name a file in it")
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise UsageError(f"cannot write {path}: {folder} is not writable; go to another folder, or change that")


def write_json(value: Any, path: Path) -> None:
    """Write one JSON file.

    Raises:
        UsageError: It cannot be written.
    """
    _write(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_text(value: str, path: Path) -> None:
    """Write one file of text.

    Raises:
        UsageError: It cannot be written.
    """
    _write(path, value)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
                stream.write(text)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as exc:
        raise UsageError(f"cannot write {path}: {exc.strerror}; name another place or make it writable") from None


def matrix_json(matrix: Matrix) -> dict[str, Any]:
    """The matrix as plain values, as ``results.schema.json`` describes them."""
    return {
        "format": _FORMAT,
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
        "platform": platform.platform(),
        "schedules": matrix.schedules,
        "seed": matrix.seed,
        "strategy": matrix.strategy,
        "switching": matrix.switching,
        "as_expected": matrix.as_expected,
        "cells": [_cell_json(cell) for cell in matrix.cells],
        "update_costs": [
            {
                "store": cost.store, "locked_ns": cost.locked, "bare_ns": cost.bare, "ratio": cost.ratio,
                "spread_ns": cost.spread, "unstable": cost.unstable,
            }
            for cost in matrix.costs
        ],
    }  # fmt: skip


def _cell_json(cell: Cell) -> dict[str, Any]:
    result = cell.result
    return {
        "scenario": cell.scenario,
        "store": cell.store,
        "expected": cell.expected,
        "as_expected": cell.as_expected,
        "verdict": result.verdict,
        "schedules": result.schedules,
        "failed": result.failures,
        "exhausted": result.exhausted,
        "classes": result.classes,
        "preemptions": result.preemptions,
        "lost_updates": result.lost_update_count,
        "distinct_lost_updates": [str(update) for update in result.lost_updates],
        "seconds": result.seconds,
        "failures": [failure_json(failure) for failure in result.distinct_failures],
    }


def failure_json(failure: Failure) -> dict[str, Any]:
    """A failure with its timeline."""
    timeline = make_timeline(failure.history, failure.focus)
    return {
        "kind": failure.kind,
        "message": failure.message,
        "place": failure.place,
        "token": failure.token,
        "schedule_number": failure.schedule_number,
        "preemptions": failure.preemptions,
        "confirmed": failure.confirmed,
        "needs": failure.needs,
        "timeline": {
            "lanes": list(timeline.lanes),
            "state_title": timeline.state_title,
            "left_out": timeline.left_out,
            "rows": [
                {
                    "time": row.time, "lane": timeline.lanes[row.lane], "text": row.text, "file": row.file,
                    "line": row.line, "source": row.source, "mark": row.mark, "state": row.state, "lost": row.lost,
                }
                for row in timeline.rows
            ],
        },
    }  # fmt: skip
