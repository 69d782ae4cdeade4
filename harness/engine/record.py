"""What happened in an execution: its events, its lanes, and numbers for the objects that they are about.

What could make it wrong: an object whose ``id`` is used again. Objects are kept in ``_refs`` by weak reference, which
forgets the number the moment the object dies; those that cannot be referenced weakly are kept alive until the execution
ends.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Final

from harness.engine.source_location import site_of_caller
from harness.model.event import Lane, Replaced, Replacement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from harness.engine.actor import Actor
    from harness.engine.gil import GilWatch
    from harness.engine.replaced import Part
    from harness.engine.status import Status
    from harness.model.event import History

__all__ = ["Record", "identity", "short_repr"]

identity: Final = object.__hash__
"""Like ``id``, and without the audit event that ``id`` raises, which would call the guard's hook at every access."""
_new_tuple: Any = tuple.__new__  # half the cost of calling the class of a named tuple


_PLURAL: Final = (dict, frozenset, list, set, tuple)
_ROOM: Final = 40


class _Ref(weakref.ref[Any]):
    """A weak reference that knows the id of what it referred to."""

    __slots__ = ("id",)
    id: int


class Record:
    """Writes down one execution.

    Args:
        history: Is filled in.
        status: Of the execution; a record that grows beyond its limit ends it.
        gil: Is told of synchronising operations, if GIL switches are watched.
        files: Sources of the program.
        max_steps: Number of events after which an execution is a livelock.
        detail: Values, labels and lines are recorded too.

    Attributes:
        history: All that is kept; ``events`` and ``lanes`` are its own lists.
        numbers: ``identity`` of each object that is alive -> its number, counted in the order of first access, so that
            it depends on the schedule alone.
        object_count: How many objects have been given a number.
    """

    __slots__ = (
        "_detail", "_files", "_forget_bound", "_gil", "_max_steps", "_refs", "_status", "events", "history", "lanes",
        "numbers", "object_count",
    )  # fmt: skip

    def __init__(
        self,
        history: History,
        status: Status,
        gil: GilWatch | None,
        files: frozenset[str],
        max_steps: int,
        detail: bool,
    ) -> None:
        self._status = status
        self._gil = gil
        self._files = files
        self._max_steps = max_steps
        self._detail = detail
        self._refs: dict[int, Any] = {}
        self._forget_bound: Callable[[_Ref], None] = self._forget
        self.history = history
        self.events: list[tuple[Any, ...]] = self.history.events
        self.lanes: list[Lane] = self.history.lanes
        self.numbers: dict[int, int] = {}
        self.object_count = 0

    def add(self, actor: Actor, kind: int, number: int) -> None:
        """Record a synchronising operation of ``actor`` on object ``number``."""
        if len(self.events) >= self._max_steps:
            self._status.fail_as_livelock(None)
        site = site_of_caller(self._files) if self._detail else None
        self.events.append((actor.lane, kind, number, None, site))
        if self._gil is not None:
            self._gil.synchronised(actor.lane, kind, number)

    def same(self, obj: object, other: object) -> None:
        """Number ``obj``, which is another way to ``other``, as that."""
        key = identity(obj)
        if key not in self.numbers:
            self.numbers[key] = self.number_of(other)
            self._refs[key] = obj

    def reclassify_last(self, kind: int) -> None:
        """Give the last event another kind."""
        lane, _, number, key, site = self.events[-1]
        self.events[-1] = (lane, kind, number, key, site)

    def annotate_last(self, text: str) -> None:
        """Say what the last event is about, for a reader of the timeline."""
        self.history.values[len(self.events) - 1] = " ".join(text.split())

    def replace_last(self, new: int, parts: Iterable[Part]) -> None:
        """Say what the last write did away with.

        Args:
            new: Number of the object that was written; 0 if it has none.
            parts: In which it differs from the one that stood there.
        """
        replaced = (
            Replaced(number, key, roots, short_repr(value) if self._detail else None)
            for number, key, roots, value in parts
        )
        index = len(self.events) - 1
        before = self.history.replaced.get(index)  # jobs.update(a=..., b=...)
        self.history.replaced[index] = Replacement(new, (*(before.parts if before is not None else ()), *replaced))

    # -- lanes and objects --------------------------------------------------------------------------------------

    def add_lane(self, actor: int, name: str, is_task: bool = False) -> int:
        """Add a lane, and return its number."""
        number = len(self.lanes)
        self.lanes.append(_new_tuple(Lane, (number, actor, name, is_task)))
        return number

    def name_lane(self, number: int, name: str) -> None:
        """Give a lane another name."""
        self.lanes[number] = self.lanes[number]._replace(name=name)

    def register(self, obj: object) -> int:
        """Number an object that has no number."""
        number = self.object_count = self.object_count + 1
        key = identity(obj)
        self.numbers[key] = number
        if type(obj).__weakrefoffset__:
            ref = _Ref(obj, self._forget_bound)
            ref.id = key
            self._refs[key] = ref
        else:
            self._refs[key] = obj
        if self._gil is not None:
            self._gil.met(obj, number)
        if self._detail:
            self.history.labels[number] = obj.__name__ if isinstance(obj, type) else type(obj).__name__
        return number

    def number_of(self, obj: object) -> int:
        """The number of an object."""
        return self.numbers.get(identity(obj)) or self.register(obj)

    def known_number(self, obj: object) -> int | None:
        """The number of an object; None if it has none."""
        return self.numbers.get(identity(obj))

    def forget_objects(self) -> None:
        """Let all objects go: the execution is over."""
        self.numbers.clear()
        self._refs.clear()
        self._forget_bound = _ignore  # without it, a record is freed with the last reference to it

    def _forget(self, ref: _Ref) -> None:
        if self._refs.get(ref.id) is ref:
            del self._refs[ref.id]
            del self.numbers[ref.id]


def _ignore(ref: _Ref) -> None: ...


def short_repr(value: object) -> str:
    """``repr`` of a value of the program, which may raise whatever it likes, in at most 200 characters."""
    try:
        text = repr(value)
    except BaseException as exc:  # an object that is half made may not print
        text = f"<{type(value).__name__}: {type(exc).__name__} in repr>"
    if len(text) > _ROOM and type(value) in _PLURAL:
        return _count(value)
    return text if len(text) <= 200 else text[:197] + "..."


def _count(values: Any) -> str:
    """``"list of 2 Job"``: what a container holds, where its elements have no room."""
    kind, kinds = type(values).__name__, {type(each).__name__ for each in values}
    of = f" {kinds.pop()}" if len(kinds) == 1 and kind != "dict" else ""
    return f"{kind} of {len(values)}{of}"
