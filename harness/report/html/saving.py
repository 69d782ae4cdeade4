"""Where the page is written, and what lies beside it: the ledger of claims of the same folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from harness.report.html.page import page
from harness.report.results import write_text

if TYPE_CHECKING:
    from pathlib import Path

    from harness.report.matrix import Matrix

__all__ = ["claims_in", "write_page"]


def write_page(matrix: Matrix, folder: Path) -> Path:
    """Write ``report.html`` in a folder of results, with the claims that lie there; return its path.

    Raises:
        UsageError: It cannot be written.
    """
    path = folder / "report.html"
    write_text(page(matrix, claims_in(folder)), path)
    return path


def claims_in(folder: Path) -> list[dict[str, Any]]:
    """Return the claims that ``race claims`` has left in a folder; none if there are none that can be read."""
    try:
        value = json.loads((folder / "claims.json").read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = [
            {name: claim[name] for name in ("words", "verdict", "condition", "lesson")} for claim in value["claims"]
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return found
