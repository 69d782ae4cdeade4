"""What happened in an execution: its events, its lanes, and numbers for the objects that they are about.

What could make it wrong: an object whose ``id`` is used again. Objects are kept in ``_refs`` by weak reference, which
forgets the number the moment the object dies; those that cannot be referenced weakly are kept alive until the execution
ends.
"""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from harness.engine.ending import Ending
from harness.engine.source_location import site_of_caller
from harness.model.event import Lane
from harness.model.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.engine.actor import Actor
    from harness.engine.gil import GilWatch
    from harness.engine.run import Run
    from harness.model.site import Site

__all__ = ["Record", "identity"]

_RESIZE: Final = int(Kind.RESIZE)
identity: Final = object.__hash__
"""Like ``id``, and without the audit event that ``id`` raises, which would call the guard's hook at every access."""
_new_tuple: Any = tuple.__new__  # half the cost of calling the class of a named tuple


class _Ref(weakref.ref[Any]):
    """A weak reference that knows the id of what it referred to."""

    __slots__ = ("id",)
    id: int


class Record(Ending):
    """The part of a world that writes down what happens."""

    events: list[tuple[Any, ...]]
    lanes: list[Lane]
    gil: GilWatch | None
    _run: Run
    _serials: dict[int, int]
    _refs: dict[int, Any]
    _serial_count = 0
    _forget_bound: Callable[[_Ref], None]
    _listen: Callable[[Any], None]

    # -- events -------------------------------------------------------------------------------------------------

    def _record(self, actor: Actor, kind: int, serial: int) -> None:
        if len(self.events) >= self.max_steps:
            self._livelock(None)
        self.events.append((actor.lane, kind, serial, None, site_of_caller(self.files) if self.detail else None))
        if self.gil is not None:
            self.gil.synchronised(kind, serial)

    def record_in_step(self, kind: int, obj: object) -> None:
        """Record an operation that is part of the current step: nobody is given the turn before it."""
        if not self.dying:
            self._record(self.current, kind, self._serials.get(identity(obj)) or self._register(obj))

    def record_access_in_step(self, obj: object, key: object, kind: int, site: Site) -> None:
        """Record an access that the current step makes, too."""
        if not self.dying:
            serial = self._serials.get(identity(obj)) or self._register(obj)
            self.events.append((self.current.lane, kind, serial, key, site))

    def reclassify_last(self, kind: int) -> None:
        """The operation that was just recorded turned out to be of another kind: a try that succeeded."""
        if not self.dying:
            lane, _, serial, key, site = self.events[-1]
            self.events[-1] = (lane, kind, serial, key, site)

    def resized(self) -> None:
        """The access that was just recorded changed how many elements its container has."""
        self.reclassify_last(_RESIZE)

    def annotate(self, text: str) -> None:
        """What the event that was just recorded is about, for whoever reads the timeline."""
        if self.detail and not self.dying:
            self._run.history.values[len(self.events) - 1] = _one_line(text)

    def _note(self, obj: object, serial: int, site: Site) -> Callable[[object], object]:
        values = self._run.history.values
        index = len(self.events) - 1

        def note(value: object) -> None:
            with self.unwatched():  # printing a value may run the program's __repr__
                values[index] = _short(value)

        return note

    @contextmanager
    def unwatched(self) -> Iterator[None]:
        """Code that runs inside an execution but is no part of it: nothing is recorded or scheduled."""
        self._listen(None)
        self.dying = True
        try:
            yield
        finally:
            self.dying = False
            self._listen(self)

    # -- lanes and objects -------------------------------------------------------------------------------------

    def add_lane(self, actor: int, name: str, is_task: bool = False) -> int:
        number = len(self.lanes)
        self.lanes.append(_new_tuple(Lane, (number, actor, name, is_task)))
        return number

    def name_lane(self, number: int, name: str) -> None:
        self.lanes[number] = self.lanes[number]._replace(name=name)

    def _register(self, obj: object) -> int:
        """Number an object. Numbers count up in the order of first access, so they depend on the schedule alone."""
        number = self._serial_count = self._serial_count + 1 if self._serials else 1
        key = identity(obj)
        self._serials[key] = number
        if type(obj).__weakrefoffset__:
            ref = _Ref(obj, self._forget_bound)
            ref.id = key
            self._refs[key] = ref
        else:
            self._refs[key] = obj
        if self.gil is not None:
            self.gil.met(obj, number)
        if self.detail:
            self._run.history.labels[number] = _label(obj)
        return number

    @property
    def known_objects(self) -> int:
        """How many objects have been given a number in this execution."""
        return self._serial_count if self._serials else 0

    def _forget(self, ref: _Ref) -> None:
        if self._refs.get(ref.id) is ref:
            del self._refs[ref.id]
            del self._serials[ref.id]


def _label(obj: object) -> str:
    return type(obj).__name__ if not isinstance(obj, type) else obj.__name__


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _short(value: object) -> str:
    try:
        text = repr(value)
    except BaseException as exc:  # a record that is half written may not print
        text = f"<{type(value).__name__}: {type(exc).__name__} in repr>"
    return text if len(text) <= 200 else text[:197] + "..."
