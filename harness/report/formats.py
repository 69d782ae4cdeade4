"""The formats in which one failure can be had, by the names that ``race replay --format`` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.report.cast import cast
from harness.report.markdown import failure_markdown
from harness.report.mermaid import mermaid
from harness.report.perfetto import perfetto
from harness.report.timeline_svg import timeline_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.model.record import FailureRecord

__all__ = ["FORMATS"]

FORMATS: Final[Mapping[str, Callable[[FailureRecord], str]]] = {
    "cast": cast,
    "markdown": failure_markdown,
    "mermaid": mermaid,
    "perfetto": perfetto,
    "svg": timeline_svg,
}
