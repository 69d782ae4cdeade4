"""How a result displays itself in a notebook: a failure as the page in a frame, anything else as its text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from harness.report.html.page import page
from harness.report.matrix import Cell, Matrix
from harness.timeline.records import record_exploration

if TYPE_CHECKING:
    from harness.model.result import Exploration

__all__ = ["notebook_html"]


def notebook_html(result: Exploration) -> str:
    """Return the HTML that a notebook shows for a result.

    Example:
        >>> from harness.model.result import Exploration
        >>> notebook_html(Exploration(schedules=3))[:30]
        '<pre>not found: 3 schedules wi'
    """
    if result.failure is None:
        return f"<pre>{escape(str(result))}</pre>"
    name, _, store = (result.options.program or "program").partition("@")
    shown = page(Matrix((Cell(name, store or "-", None, record_exploration(result)),)), title="Race report")
    style = "width: 100%; height: 46rem; border: 0"
    return f'<iframe title="Race report" srcdoc="{escape(shown)}" style="{style}"></iframe>'
