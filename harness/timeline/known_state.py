"""What is known of the program's state while its steps go by: the last value seen at each location."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from harness.model.event import Event, History
    from harness.timeline.wording import Wording

__all__ = ["KnownState", "Location"]

Location = tuple[int, Any]
"""Serial number of an object, and the key of what it holds."""

_REMOVING: Final = ("delete", "pop", "discard", "remove", "popitem")


class KnownState:
    """Learns from one access after the other.

    Attributes:
        values: Location -> the text of its value; None: there is no such thing.
    """

    def __init__(self, history: History, wording: Wording) -> None:
        self._history, self._wording = history, wording
        self.values: dict[Location, str | None] = {}

    def learn(self, index: int, event: Event) -> None:
        """Take in the access at ``index``."""
        place = event.object, event.key
        op = event.site.op if event.site is not None else ""
        value = self._wording.value(index)
        if op in _REMOVING:
            self.values[place] = None
        elif op == "clear":
            self.values.update((each, None) for each in list(self.values) if each[0] == event.object)
        elif op == "in":
            if value == "False":
                self.values[place] = None
        elif value is not None and event.site is not None:
            self.values[place] = value
        if index in self._history.replaced:
            parts = self._history.replaced[index].parts
            self.values.update(((part.object, part.key), self._wording.plain(part.value)) for part in parts)
