"""A failure as a trace for Chrome's ``about:tracing`` and https://ui.perfetto.dev: a track a lane, a slice a step.

Steps have no length, only an order, so each is drawn as long as every other: a millisecond. Format: "Trace Event
Format", its JSON object form.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from harness.model.record import FailureRecord

__all__ = ["perfetto"]

_LENGTH: Final = 1000  # microseconds


def perfetto(record: FailureRecord) -> str:
    """Return the timeline of a failure as a trace.

    Example:
        >>> from harness.model.finding import ASSERTION
        >>> from harness.model.record import FailureRecord
        >>> json.loads(perfetto(FailureRecord(ASSERTION, "wrong")))["traceEvents"][0]["name"]
        'process_name'
    """
    timeline = record.timeline
    events: list[dict[str, Any]] = [
        {"ph": "M", "pid": 1, "name": "process_name", "args": {"name": f"{record.heading}: {record.what}"}}
    ]
    events += [
        {"ph": "M", "pid": 1, "tid": lane, "name": "thread_name", "args": {"name": name}}
        for lane, name in enumerate(timeline.lanes)
    ]
    for number, row in enumerate(timeline.rows):
        said = {"place": f"{row.file}:{row.line}" if row.line else "", "source": row.source, "state": row.state}
        name = f"{row.text} ({row.mark})" if row.mark else row.text
        slice_of = {"ph": "X", "pid": 1, "tid": row.lane, "ts": number * _LENGTH, "dur": _LENGTH, "name": name}
        events.append({**slice_of, "cat": row.access or "synchronises", "args": said})
        if row.lost:
            events.append({**slice_of, "ph": "i", "s": "p", "name": f"lost: {record.why or record.what}"})
    return json.dumps({"traceEvents": events, "displayTimeUnit": "ms"}, indent=1)
