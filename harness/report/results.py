"""What a run leaves behind: ``results.json`` (its schema stands beside this file) and ``results.md``.

Both are written to temporary files first and then renamed, so a folder holds the old results or the new ones, never
half of them. ``results/baseline/`` is what people commit and compare with; a run does not touch it.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path
from typing import Any, Final

from harness.bench.update_cost import UpdateCost
from harness.loading import project_root
from harness.model import record
from harness.model.described import require_described
from harness.model.errors import UsageError
from harness.model.record import FORMAT, ExplorationRecord, check_format
from harness.report.markdown import matrix_markdown
from harness.report.matrix import Cell, Matrix
from harness.whole_file import write_whole

__all__ = ["check_writable", "latest", "matrix_json", "read_matrix", "write_json", "write_results", "write_text"]

_SCHEMA: Final = Path(record.__file__).parent / "record.schema.json"


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
        write_whole(path, text)
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
    write_whole(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_text(value: str, path: Path) -> None:
    """Write one file of text.

    Raises:
        UsageError: It cannot be written.
    """
    write_whole(path, value)


def matrix_json(matrix: Matrix) -> dict[str, Any]:
    """The matrix as plain values, as ``results.schema.json`` describes them."""
    return {
        "format": FORMAT,
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
    return {
        "scenario": cell.scenario,
        "store": cell.store,
        "expected": cell.expected,
        "base": cell.base,
        "as_expected": cell.as_expected,
        **cell.result.to_json(),
    }


def read_matrix(path: Path) -> Matrix:
    """Read what a run has written, in this version or an earlier one.

    Raises:
        UsageError: The file cannot be read, or is something else.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        check_format(value)
        if value["format"] == FORMAT:
            require_described(value, json.loads(_SCHEMA.read_text(encoding="utf-8")), "results")
        cells = tuple(
            Cell(
                each["scenario"],
                each["store"],
                each["expected"],
                ExplorationRecord.from_json(each),
                each.get("base", ""),
            )
            for each in value["cells"]
        )
        costs = tuple(
            UpdateCost(each["store"], each["locked_ns"], each["bare_ns"], each["spread_ns"])
            for each in value["update_costs"]
        )
        if any(cost.bare <= 0 for cost in costs):
            raise ValueError("an update takes no time")
        return Matrix(cells, costs, *(value[name] for name in ("schedules", "seed", "strategy", "switching")))
    except OSError as exc:
        raise UsageError(f"cannot read {path}: {exc.strerror}") from None
    except UsageError as exc:
        raise UsageError(f"{path}: {exc}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        said = " ".join(f"{type(exc).__name__}: {exc}".split())
        raise UsageError(f"{path} is no file of results, or is damaged ({said})") from None
