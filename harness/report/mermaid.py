"""A failure as a Mermaid sequence diagram, which GitHub, GitLab and most wikis draw where it stands in their Markdown.

Who acts is a participant, and so is the shared state: a read comes from it, a write goes to it, and the write that lost
an update stands in a red box.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from harness.model.border import printable

if TYPE_CHECKING:
    from harness.model.record import FailureRecord
    from harness.model.timeline import Row, Timeline

__all__ = ["mermaid"]

_SPECIAL: Final = re.compile(r"[#;<>&`]|\b[Ee]nd\b")
_STATE: Final = "S"


def mermaid(record: FailureRecord) -> str:
    """The timeline of a failure as the text of a Mermaid diagram, without the fence around it.

    Args:
        record: Of a failure; one without steps gives a diagram that says so.

    Example:
        >>> from harness.model.finding import ASSERTION
        >>> from harness.model.record import FailureRecord
        >>> from harness.model.timeline import Row, Timeline
        >>> row = Row("T1", 0, "write n=1", 7, "jobs.py", "n", "", "n=1", access="write")
        >>> timeline = Timeline(("Main",), "state after", (row,), 0)
        >>> print(mermaid(FailureRecord(ASSERTION, "n", timeline=timeline)))
        sequenceDiagram
            autonumber
            participant L0 as Main
            participant S as state
            L0->>S: write n=1 (:7)
            Note over S: n=1
    """
    timeline = record.timeline
    lines = ["sequenceDiagram", "    autonumber"]
    lines += [f"    participant L{number} as {_plain(lane)}" for number, lane in enumerate(timeline.lanes)]
    if not timeline.rows:
        return "\n".join([*lines, "    participant P as Program", f"    Note over P: {_plain(record.what)}"])
    if any(row.access for row in timeline.rows):
        lines.append(f"    participant {_STATE} as {_plain(timeline.state_title.removesuffix(' after'))}")
    for row, state in zip(timeline.rows, timeline.states(), strict=True):
        lines += _step(timeline, row, state)
    return "\n".join(lines)


def _step(timeline: Timeline, row: Row, state: str) -> list[str]:
    place = f" ({timeline.place(row)})" if row.line else ""
    mark = f" ({row.mark})" if row.mark else ""
    said = _plain(f"{row.text}{mark}{place}")
    if row.access == "read":
        lines = [f"    {_STATE}-->>L{row.lane}: {said}"]
    elif row.access == "write":
        lines = [f"    L{row.lane}{'-x' if row.lost else '->>'}{_STATE}: {said}"]
    else:
        lines = [f"    Note over L{row.lane}: {said}"]
    if state and row.access:
        lines.append(f"    Note over {_STATE}: {_plain(state)}{' ← lost' if row.lost else ''}")
    return ["    rect rgba(220, 60, 60, 0.2)", *(f"    {line}" for line in lines), "    end"] if row.lost else lines


def _plain(text: str) -> str:
    """A text with nothing in it that Mermaid or HTML would take for its own.

    >>> _plain("the end; <b> #1")
    'the #101;nd#59; #lt;b#gt; #35;1'
    """
    named = {"<": "#lt;", ">": "#gt;", "&": "#amp;"}
    line = " ".join(printable(text).split())
    return _SPECIAL.sub(lambda found: named.get(found[0], f"#{ord(found[0][0])};{found[0][1:]}"), line)
