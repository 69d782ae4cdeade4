"""A failure as a space-time diagram in SVG: time runs down, each lane is a line, the lost update is red.

The picture stands on its own: no font and no style from elsewhere, light and dark by itself, and sizes in pixels, so
that any tool makes a PNG of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from harness.model.border import printable

if TYPE_CHECKING:
    from harness.model.record import FailureRecord

__all__ = ["timeline_svg"]

_ROW: Final = 44
_HEAD: Final = 96
_CHARACTER: Final = 7.9  # width of one at 13 px in a monospaced font
_STYLE: Final = (
    "svg{background:#fcfbf8;font:13px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace}"
    "text{fill:#1d1c1a}.soft{fill:#5d5a53}.bad{fill:#b3241c}.head{font-weight:bold}.lane{stroke:#dedad0;stroke-width:2}"
    ".dot{fill:#fcfbf8;stroke:#1f5fa8;stroke-width:2.5}.write{fill:#1f5fa8}.stale{fill:#b3241c;stroke:#b3241c}"
    ".gone{stroke:#b3241c;stroke-width:2;fill:none}"
    "@media(prefers-color-scheme:dark){svg{background:#15161a}text{fill:#ebe8e1}.soft{fill:#a9a59b}.bad{fill:#ff9b8f}"
    ".lane{stroke:#383b43}.dot{fill:#15161a;stroke:#8dbdf2}.write{fill:#8dbdf2}.stale{fill:#ff9b8f;stroke:#ff9b8f}"
    ".gone{stroke:#ff9b8f}}"
)


def timeline_svg(record: FailureRecord) -> str:
    """Return the picture.

    Example:
        >>> from harness.model.finding import ASSERTION
        >>> from harness.model.record import FailureRecord
        >>> timeline_svg(FailureRecord(ASSERTION, "wrong", what="wrong"))[:4]
        '<svg'
    """
    timeline = record.timeline
    said = [(row, f"{row.text}{f' ({row.mark})' if row.mark else ''}", timeline.place(row)) for row in timeline.rows]
    longest = [
        max([len(name), *(len(text) + len(place) + 1 for row, text, place in said if row.lane == lane)])
        for lane, name in enumerate(timeline.lanes)
    ]
    starts = [60.0]
    for length in longest:
        starts.append(starts[-1] + max(150, length * _CHARACTER + 50))
    state_at = starts[-1]
    states = timeline.states()
    state_width = max([len(timeline.state_title), *(len(state) + 7 for state in states)], default=0) * _CHARACTER
    width = int(max(state_at + state_width + 20, len(record.what) * _CHARACTER + 60, 400))
    height = _HEAD + _ROW * max(len(said), 1) + 20
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        f"<title>{_plain(record.heading)}: {_plain(record.why or record.what)}</title><style>{_STYLE}</style>",
        _text(20, 28, record.heading, "bad head"),
        _text(20, 50, record.what),
    ]
    for lane, name in enumerate(timeline.lanes):
        x = starts[lane]
        parts.append(_text(x + 16, _HEAD - 16, name, "head"))
        parts.append(f'<line class="lane" x1="{x:.0f}" x2="{x:.0f}" y1="{_HEAD - 8}" y2="{height - 16}"/>')
    if any(states):
        parts.append(_text(state_at, _HEAD - 16, timeline.state_title, "head"))
    for number, ((row, text, place), state) in enumerate(zip(said, states, strict=True)):
        x, y = starts[row.lane], _HEAD + number * _ROW + _ROW // 2
        style = "dot stale" if row.lost else f"dot {row.access}".strip()
        parts.append(_text(16, y + 5, row.time, "soft"))
        parts.append(f'<circle class="{style}" cx="{x:.0f}" cy="{y}" r="6"/>')
        parts.append(_text(x + 16, y + 5, text, "bad head" if row.lost else ""))
        parts.append(_text(x + 24 + len(text) * _CHARACTER, y + 5, place, "soft"))
        parts.append(_text(state_at, y + 5, f"{state}{'  ← lost' if row.lost else ''}", "bad" if row.lost else ""))
    return "\n".join([*filter(None, parts), "</svg>"]) + "\n"


def _text(x: float, y: float, text: str, style: str = "") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" class="{style}" xml:space="preserve">{_plain(text)}</text>' if text else ""


def _plain(text: str) -> str:
    return escape(" ".join(printable(text).split("\n")))
