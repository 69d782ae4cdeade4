"""What objects were like before an execution, and how each kind of them is made like that again.

Nothing here runs code of the program: objects are compared by identity, and read and written past what their classes
define. What could make it wrong: a kind of object that keeps its state where only C code finds it.
"""

from __future__ import annotations

import collections
import functools
import itertools
import operator
import re
import types
from typing import Any, Final

from harness.engine.record import identity

__all__ = [
    "CACHED",
    "MISSING",
    "Saved",
    "SavedAttributes",
    "SavedCell",
    "SavedClass",
    "SavedMapping",
    "SavedNumbers",
    "SavedSequence",
    "SavedSet",
    "SavedSlots",
    "SavedTwice",
    "cell_value",
    "slot_value",
    "slots_of",
    "state_of",
]

MISSING: Final = object()
"""Stands for no value."""
CACHED: Final = functools._lru_cache_wrapper
_SLOTS: Final = types.MemberDescriptorType
_COUNT: Final = re.compile(r"count\((-?\d+)(?:, (-?\d+))?\)")


class Saved:
    """What one object was like.

    Attributes:
        obj: The object. It is kept alive, so that its identity stays its own.
    """

    obj: Any

    def restore(self) -> bool:
        """Make the object what it was; returns whether it had changed."""
        raise NotImplementedError


class SavedTwice(Saved):
    """An object with two kinds of state: a dictionary with attributes, say."""

    def __init__(self, one: Saved, other: Saved) -> None:
        self.obj, self._parts = one.obj, (one, other)

    def restore(self) -> bool:
        first, second = self._parts
        return first.restore() | second.restore()


class SavedMapping(Saved):
    """The items of a dictionary, in order."""

    def __init__(self, obj: dict[Any, Any], base: type[dict[Any, Any]]) -> None:
        self.obj, self._base = obj, base
        self._was = dict(obj.items())
        self._counts = _Counters(self._was)

    def restore(self) -> bool:
        obj, was, base = self.obj, self._was, self._base
        recounted = self._counts.restore()
        if _is_same(list(dict.keys(obj)), list(was)) and _is_same(list(dict.values(obj)), list(was.values())):
            return recounted
        for key in [key for key in dict.keys(obj) if key not in was]:
            base.__delitem__(obj, key)
        if not _is_same(list(dict.keys(obj)), list(was)):  # some were taken out: the order of the others has changed
            for key in list(dict.keys(obj)):
                base.__delitem__(obj, key)
        for key, value in was.items():
            if dict.get(obj, key, MISSING) is not value:
                base.__setitem__(obj, key, value)
        return True


class SavedAttributes(Saved):
    """The attributes of an instance."""

    def __init__(self, obj: Any, state: dict[str, Any]) -> None:
        self.obj = obj
        self._inner = SavedMapping(state, dict)

    def restore(self) -> bool:
        return self._inner.restore()


class SavedSlots(Saved):
    """The slots of an instance."""

    def __init__(self, obj: Any, slots: list[tuple[str, Any]]) -> None:
        self.obj = obj
        self._was = [(slot, slot_value(obj, slot)) for _, slot in slots]

    def restore(self) -> bool:
        changed = False
        for slot, value in self._was:
            if slot_value(self.obj, slot) is not value:
                changed = True
                if value is MISSING:
                    slot.__delete__(self.obj)
                else:
                    slot.__set__(self.obj, value)
        return changed


class SavedClass(Saved):
    """The attributes of a class."""

    def __init__(self, obj: type) -> None:
        self.obj = obj
        self._was = dict(obj.__dict__)
        self._counts = _Counters(self._was)

    def restore(self) -> bool:
        changed = self._counts.restore()
        now = dict(self.obj.__dict__)
        for name in now.keys() - self._was.keys():
            type.__delattr__(self.obj, name)
            changed = True
        for name, value in self._was.items():
            if now.get(name, MISSING) is not value:
                type.__setattr__(self.obj, name, value)
                changed = True
        return changed


class SavedSequence(Saved):
    """The members of a list or a deque."""

    def __init__(self, obj: Any) -> None:
        self.obj = obj
        self._was = list(obj)

    def restore(self) -> bool:
        obj, was = self.obj, self._was
        if _is_same(list(obj), was):
            return False
        if isinstance(obj, list):
            list.__setitem__(obj, slice(None), was)
        else:
            collections.deque.clear(obj)
            collections.deque.extend(obj, was)
        return True


class SavedNumbers(Saved):
    """An array of plain numbers."""

    def __init__(self, obj: Any) -> None:
        self.obj = obj
        self._was = obj[:]

    def restore(self) -> bool:
        if self.obj == self._was:
            return False
        self.obj[:] = self._was
        return True


class SavedSet(Saved):
    """The members of a set."""

    def __init__(self, obj: set[Any]) -> None:
        self.obj = obj
        self._was = list(set.__iter__(obj))

    def restore(self) -> bool:
        if {identity(each) for each in set.__iter__(self.obj)} == {identity(each) for each in self._was}:
            return False
        set.clear(self.obj)
        set.update(self.obj, self._was)
        return True


class SavedCell(Saved):
    """A variable that functions share."""

    def __init__(self, obj: types.CellType) -> None:
        self.obj = obj
        self._was = cell_value(obj)

    def restore(self) -> bool:
        if cell_value(self.obj) is self._was:
            return False
        if self._was is MISSING:
            del self.obj.cell_contents
        else:
            self.obj.cell_contents = self._was
        return True


class _Counters:
    """``itertools.count`` objects among the values of a mapping: they cannot be set back, so new ones take their place.

    Args:
        values: The mapping as it was; it gets the new ones.
    """

    def __init__(self, values: dict[Any, Any]) -> None:
        self._values = values
        self._was = {key: repr(counter) for key, value in values.items() if (counter := _counter_of(value)) is not None}

    def restore(self) -> bool:
        changed = False
        for key, text in self._was.items():
            value = self._values[key]
            if repr(_counter_of(value)) != text:
                found = _COUNT.fullmatch(text)
                assert found is not None
                new = itertools.count(int(found[1]), int(found[2] or 1))
                self._values[key] = new if type(value) is itertools.count else new.__next__
                changed = True
        return changed


def _counter_of(value: Any) -> Any:
    if type(value) is types.MethodWrapperType and value.__name__ == "__next__":
        value = value.__self__
    return value if type(value) is itertools.count and _COUNT.fullmatch(repr(value)) else None


def _is_same(one: list[Any], other: list[Any]) -> bool:
    """Whether two lists hold the same objects: no ``__eq__`` of the program runs."""
    return len(one) == len(other) and all(map(operator.is_, one, other))


def state_of(obj: Any) -> dict[str, Any] | None:
    """Find the dictionary of an instance without running its class's code; None if it has none."""
    try:
        state = object.__getattribute__(obj, "__dict__")
    except (AttributeError, TypeError):
        return None
    return state if type(state) is dict else None


@functools.lru_cache(maxsize=4096)
def slots_of(kind: type) -> tuple[tuple[str, Any], ...]:
    """List the slots of the instances of a class made by a class statement."""
    if kind.__flags__ & (1 << 9) == 0:  # Py_TPFLAGS_HEAPTYPE: made by a class statement
        return ()
    found = (
        (name, value) for base in kind.__mro__ if "__slots__" in base.__dict__ for name, value in vars(base).items()
    )
    return tuple((name, value) for name, value in found if type(value) is _SLOTS)


def slot_value(obj: Any, slot: Any) -> Any:
    """Read a slot; ``MISSING`` if it is empty."""
    try:
        return slot.__get__(obj)
    except AttributeError:
        return MISSING


def cell_value(cell: types.CellType) -> Any:
    """Read a variable that functions share; ``MISSING`` if it has no value."""
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING
