"""Makes the page: the data of a run, the style and the scripts in one file that opens from disk and asks no network.

The scripts stand beside this file as they were written. What a program said gets into the page as JSON inside a
``script`` element that no browser executes, in ASCII and without ``<``, so no text can end that element.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from harness.report.matrix import Matrix

__all__ = ["page", "script_json"]

_SCRIPTS: Final = ("elements", "state", "timeline", "panels", "walk", "play", "overview", "main")
_OF_CELL: Final = ("scenario", "store", "as_expected", "verdict", "schedules", "failed", "classes", "more", "game")
_OF_FAILURE: Final = (
    "heading", "what", "why", "message", "token", "needs", "stall", "confirmed", "traceback", "walk", "beside",
)  # fmt: skip


def page(
    matrix: Matrix,
    claims: Sequence[Mapping[str, Any]] = (),
    history: Sequence[Mapping[str, Any]] = (),
    title: str = "Race report",
) -> str:
    """Return the whole page as HTML.

    Args:
        matrix: The cells of a run; a single failure is a matrix with one cell.
        claims: The ledger, as ``claims.json`` has them.
        history: Rows of a table, the latest first.
        title: Of the page.
    """
    from jinja2 import Environment

    folder = files(__package__)
    script = "\n".join((folder / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
    failed = sum(cell.result.verdict == "failed" for cell in matrix.cells)
    proved = sum(cell.result.verdict == "proved" for cell in matrix.cells)
    programs = f"{len(matrix.cells)} program{'s' if len(matrix.cells) != 1 else ''}"
    summary = f"{programs} explored: {failed} failed, {proved} proved."
    template = (folder / "page.html.j2").read_text(encoding="utf-8")
    text: str = (
        Environment(autoescape=True)
        .from_string(template)
        .render(
            title=title,
            summary=summary,
            footer=_footer(matrix),
            cells=matrix.cells,
            style=(folder / "page.css").read_text(encoding="utf-8"),
            script=script,
            data=script_json(_data(matrix, claims, history, title, summary)),
        )
    )
    return text


def script_json(value: Any) -> str:
    r"""Return JSON that can stand inside a ``script`` element.

    Example:
        >>> print(script_json("</script>\u2028"))
        "\u003c/script>\u2028"
    """
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c").replace("&", "\\u0026")


def _data(
    matrix: Matrix, claims: Sequence[Mapping[str, Any]], history: Sequence[Mapping[str, Any]], title: str, summary: str
) -> dict[str, Any]:
    cells = []
    for cell in matrix.cells:
        whole = {
            "scenario": cell.scenario, "store": cell.store, "as_expected": cell.as_expected, **cell.result.to_json()
        }  # fmt: skip
        failures = [{name: failure[name] for name in _OF_FAILURE} for failure in whole["failures"]]
        for failure, record in zip(failures, cell.result.distinct_failures, strict=True):
            if not record.walk.steps:  # of an earlier version
                failure["walk"] = _walk_of_rows(record.timeline)
        cells.append({**{name: whole[name] for name in _OF_CELL}, "failures": failures})
    costs = [{"store": cost.store, "locked": cost.locked, "bare": cost.bare} for cost in matrix.costs]
    ledger = [{name: claim[name] for name in ("words", "verdict", "condition", "lesson")} for claim in claims]
    return {
        "title": title, "summary": summary, "cells": cells, "costs": costs, "claims": ledger, "history": list(history),
    }  # fmt: skip


def _walk_of_rows(timeline: Any) -> dict[str, Any]:
    """Make a walkthrough of the rows of a timeline: all that results of an earlier version have."""
    title = timeline.state_title.removesuffix(" after")
    steps = [
        {
            "lane": row.lane, "text": row.text, "access": row.access, "line": row.line, "mark": row.mark,
            "lost": row.lost, "changes": [[title, row.state]] if row.state else [],
        }
        for row in timeline.rows
    ]  # fmt: skip
    return {"lanes": list(timeline.lanes), "steps": steps, "snippets": [], "ending": ""}


def _footer(matrix: Matrix) -> str:
    if not matrix.strategy:
        return "Made by race-harness. Everything on this page is in this file."
    return (
        f"At most {matrix.schedules:,} schedules for each program, strategy {matrix.strategy}, seed {matrix.seed}. "
        f"Everything on this page is in this file."
    )
