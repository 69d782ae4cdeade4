"""Finds out which entry points share state, and when one can come between two events of another.

Two entry points meet in one of two ways. Where a thread takes part, anything may happen between any two steps, and only
a ``threading`` lock keeps it out. Between tasks of one loop it happens only where one of them waits, and any lock does.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.audit.actors import Entry
    from harness.audit.events import Event, Frame, Held

__all__ = ["Sharing", "Use", "covering", "meeting", "own", "parallel", "taking_turns"]


@dataclass(frozen=True, slots=True)
class Use:
    """One event of one entry point."""

    entry: Entry
    event: Event


@dataclass(slots=True)
class Sharing:
    """All events, by the root of the place that they touch."""

    entries: Sequence[Entry]
    uses: dict[tuple[str, str], list[Use]] = field(default_factory=dict)
    _writes: dict[tuple[str, str], list[Use]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found: dict[tuple[str, str], list[Use]] = defaultdict(list)
        for entry in self.active:
            for event in entry.events:
                if event.place is not None:
                    found[event.place.root].append(Use(entry, event))
        self.uses = dict(found)
        self._writes = {root: [use for use in uses if use.event.writes] for root, uses in found.items()}

    @property
    def active(self) -> list[Entry]:
        """The entry points whose state others can have."""
        return [entry for entry in self.entries if entry.context != "init"]

    def writes(self, root: tuple[str, str]) -> Sequence[Use]:
        return self._writes.get(root, ())

    def reads(self, root: tuple[str, str]) -> Iterator[Use]:
        return (use for use in self.uses.get(root, ()) if use.event.kind == "read")

    def users(self, root: tuple[str, str]) -> list[Entry]:
        """Who uses it, each once."""
        return list(dict.fromkeys(use.entry for use in self.uses.get(root, ())))

    def is_shared(self, root: tuple[str, str]) -> bool:
        """Two use it, at least one of them writes, and they can meet."""
        return any(
            (parallel(writer.entry, other) and not (writer.entry is other and own(other, root)))
            or taking_turns(writer.entry, other)
            for writer in self.writes(root)
            for other in self.users(root)
        )


def own(entry: Entry, root: tuple[str, str], item: bool = False) -> bool:
    """Whether a thread object has it for itself: an attribute that its ``run`` uses, and that its methods set.

    Args:
        entry: The entry point.
        root: Of the place.
        item: Whether it is something in a container, which several threads may have been given.
    """
    cls = entry.receiver
    if cls is None or not cls.is_thread or entry.function.name != "run":
        return False
    owner, name = root
    of_class = owner in {each.label for each in cls.line_of_classes}
    return of_class and cls.keeps(name) and not (item and cls.is_given(name))


def parallel(one: Entry, other: Entry) -> bool:
    """They can run at the same time, each between any two steps of the other."""
    if "init" in (one.context, other.context) or "thread" not in (one.context, other.context):
        return False
    return _same_object(one, other) and (one is not other or one.many)


def taking_turns(one: Entry, other: Entry) -> bool:
    """They are tasks of one loop: one runs while the other waits."""
    return one.context == other.context == "loop" and _same_object(one, other) and (one is not other or one.many)


def _same_object(one: Entry, other: Entry) -> bool:
    """Two classes that inherit a method are two objects, whatever that method is called."""
    mine, theirs = one.receiver, other.receiver
    if mine is None or theirs is None or mine is theirs:
        return True
    return not set(mine.line_of_classes) & set(theirs.line_of_classes)


def covering(first: Event, second: Event, kinds: tuple[str, ...]) -> list[Held]:
    """The locks of these kinds that are held from the one to the other without a gap."""
    place = second.place
    for_all = (
        place is not None and not place.item and not place.field
    )  # a lock for one key does not guard what all have
    held = [each for each in second.held if each in first.held and each.lock.kind in kinds]
    return [each for each in held if not (each.lock.keyed and for_all)]


def meeting(first: Event, second: Event) -> Frame:
    """The innermost call that both events belong to, at the line where the second one happens in it."""
    frame = second.frames[0]
    for mine, other in zip(first.frames, second.frames, strict=False):
        if mine.call != other.call:
            break
        frame = other
    return frame
