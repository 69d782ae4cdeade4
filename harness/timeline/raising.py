"""Where an exception came up: the lane that raised it, and the line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.model.event import Event
from harness.model.site import Site

if TYPE_CHECKING:
    from harness.model.event import History
    from harness.model.finding import Focus

__all__ = ["raised_by"]

_NEAR: Final = 50  # lines between an access and the statement that raises, at most


def raised_by(history: History, focus: Focus) -> tuple[int, Site] | None:
    """Return the lane whose last step stands at the line that raised, or else nearest before it, and that line."""
    if not focus.place:
        return None
    file, line = focus.place.rsplit(":", 1)
    number = int(line)
    for event in map(Event._make, reversed(history.events)):
        site = event.site
        if site is not None and site.file == file and 0 <= number - site.line < _NEAR:
            return event.lane, Site(file, number, 0, number, 0, site.function, "raise", "", "")
    return None
