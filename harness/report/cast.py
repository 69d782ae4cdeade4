"""A failure as a recording for asciinema: the timeline grows by one step at a time, as ``race replay --step`` shows it.

Format: asciicast v2, a line of JSON for the header and one for each output.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Final

from rich.console import Console

from harness.model.border import printable
from harness.report.timeline import render, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from harness.model.record import FailureRecord

__all__ = ["cast"]

_WIDTH: Final = 100
_PAUSE: Final = 1.5  # seconds between two steps
_CLEAR: Final = "\x1b[2J\x1b[H"


def cast(record: FailureRecord) -> str:
    """Return the recording.

    Example:
        >>> from harness.model.finding import ASSERTION
        >>> from harness.model.record import FailureRecord
        >>> json.loads(cast(FailureRecord(ASSERTION, "wrong", what="wrong")).splitlines()[0])["version"]
        2
    """
    rows = record.timeline.rows
    screens = [_drawn(table(record.timeline, count)) for count in range(1, len(rows) + 1)] + [_drawn(render(record))]
    height = max(screen.count("\n") for screen in screens) + 2
    header = {"version": 2, "width": _WIDTH, "height": height, "title": printable(f"{record.heading}: {record.what}")}
    outputs = [[round(number * _PAUSE, 1), "o", _CLEAR + screen] for number, screen in enumerate(screens)]
    return "\n".join(map(json.dumps, [header, *outputs])) + "\n"


def _drawn(what: RenderableType) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream, width=_WIDTH, force_terminal=True, color_system="standard", legacy_windows=False, highlight=False
    )
    console.print(what, crop=False)
    return stream.getvalue().replace("\n", "\r\n")
