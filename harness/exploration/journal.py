"""State that is older than an execution: what the execution changed of it is put back when it is over.

A lazy singleton, a cache of a module, a registry, a counter, a class attribute: what one execution leaves there the
next one would find, and the race to fill it would never be seen again. So all that the program can reach is written
down before the first execution. After each one, what it wrote there is undone, and every execution begins as the first
one did, lazy initialisation included.

What an execution wrote is known from its history, for rewritten code announces each write. What other code changes (a
decorator of a library, ``functools.lru_cache``, ``os.environ``) is found once, by comparing everything after the first
execution, and put back after each one from then on. An object that is written and never read (a list in which a test
collects what happened) changes nothing for the executions to come, and is left alone.

What could make it wrong: state that cannot be reached from the modules that are rewritten, or that cannot be put back:
an iterator of the module's, a connection, a file. The comparison of two executions of one schedule tells of it.
"""

from __future__ import annotations

import array
import collections
import functools
import itertools
import operator
import os
import random
import re
import sys
import types
from typing import TYPE_CHECKING, Any, Final

from harness.engine.record import identity
from harness.model.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

__all__ = ["Journal"]

_MOST: Final = 50_000
"""Objects that are written down at most: a graph larger than that is not the program's alone."""
_WRITES: Final = frozenset({Kind.WRITE, Kind.RESIZE})
_BLIND: Final = frozenset({"write", "append", "appendleft", "add", "extend"})
"""What the source does where it writes and looks at nothing."""
_MISSING: Final = object()
_ATOMS: Final = frozenset(
    {
        *(int, float, complex, str, bytes, bool, type(None), type(...), type(NotImplemented), range, slice),
        *(types.ModuleType, types.CodeType, types.FrameType, types.TracebackType, types.GetSetDescriptorType),
        *(types.MemberDescriptorType, types.WrapperDescriptorType, types.MethodDescriptorType, re.Pattern),
        *(types.ClassMethodDescriptorType, types.MethodWrapperType, types.GenericAlias),
    }
)
_SLOTS: Final = types.MemberDescriptorType
_COUNT: Final = re.compile(r"count\((-?\d+)(?:, (-?\d+))?\)")
_CACHED: Final = functools._lru_cache_wrapper


class Journal:
    """All state that a program can reach before it is executed.

    Args:
        spaces: The globals of the modules that are rewritten.
        program: What else the program holds: a closure, a bound object.
        modules: Names of the modules that are rewritten. Of other modules' classes, nothing is written down.
    """

    def __init__(self, spaces: Iterable[dict[str, Any]], program: object, modules: Collection[str]) -> None:
        self._modules = frozenset(modules)
        self._saved: dict[int, _Saved] = {}
        self._unannounced: dict[int, _Saved] = {}
        self._left: set[int] = set()  # written and never read so far, and left as they are
        self._write_down(spaces, program)

    def end(self, numbers: Mapping[int, int], events: Iterable[tuple[Any, ...]]) -> object:
        """Put back what an execution changed.

        Args:
            numbers: Identity of each object that was accessed -> its number in the history.
            events: The history.

        Returns:
            An object that this execution read, and that earlier ones had written and left; None if there is none.
        """
        for saved in self._unannounced.values():
            saved.restore()
        known = numbers.keys() & self._saved.keys()
        if not known:
            return None
        known_numbers = {numbers[key] for key in known}
        events = [event for event in events if event[2] in known_numbers]
        read = {event[2] for event in events if event[1] not in _WRITES or event[4].op not in _BLIND}
        written = {event[2] for event in events if event[1] in _WRITES}
        mixed: object = None
        for key in known:
            number = numbers[key]
            if number in read:
                if key in self._left:
                    self._left.discard(key)
                    mixed = self._saved[key].obj
                    self._saved[key].restore()
                elif number in written:
                    self._saved[key].restore()
            elif number in written:
                self._left.add(key)
        return mixed

    def compare(self, numbers: Mapping[int, int], events: Iterable[tuple[Any, ...]]) -> None:
        """Put back all that the first execution changed, whoever changed it, and remember what nobody announced."""
        written = {event[2] for event in events if event[1] in _WRITES}
        for key, saved in self._saved.items():
            if saved.restore() and numbers.get(key) not in written:
                self._unannounced[key] = saved

    # -- writing down -----------------------------------------------------------------------------------------------

    def _write_down(self, spaces: Iterable[dict[str, Any]], program: object) -> None:
        pending: list[Any] = [*spaces, program, os.environ]
        decimal = sys.modules.get("decimal")
        if decimal is not None:
            self._add(_Decimal(decimal.getcontext()))
        borders = {identity(module.__dict__) for module in list(sys.modules.values()) if hasattr(module, "__dict__")}
        seen = borders - {identity(space) for space in pending if type(space) is dict}
        while pending and len(self._saved) < _MOST:
            obj = pending.pop()
            kind = type(obj)
            if kind in _ATOMS:
                continue
            key = identity(obj)
            if key in seen:
                continue
            seen.add(key)
            for saved in self._saved_forms(obj, kind):
                self._add(saved)
            pending.extend(self._inside(obj, kind))

    def _add(self, saved: _Saved) -> None:
        key = identity(saved.obj)
        known = self._saved.get(key)
        self._saved[key] = saved if known is None else _Both(known, saved)

    def _saved_forms(self, obj: Any, kind: type) -> Iterator[_Saved]:
        if obj is os.environ:
            yield _Environment(obj)
        elif isinstance(obj, collections.OrderedDict):
            yield _Mapping(obj, collections.OrderedDict)
        elif isinstance(obj, dict):
            yield _Mapping(obj, dict)
        elif isinstance(obj, (list, collections.deque, bytearray, array.array)):
            yield _Sequence(obj)
        elif isinstance(obj, set):
            yield _Set(obj)
        elif kind is types.CellType:
            yield _Cell(obj)
        elif kind is _CACHED:
            yield _Cache(obj)
        elif isinstance(obj, random.Random):
            yield _Generator(obj)
        elif isinstance(obj, type):
            if obj.__module__ in self._modules:
                yield _Class(obj)
            return
        if self._is_followed(kind):
            state = _state_of(obj)
            if state is not None:
                yield _Attributes(obj, state)
            slots = list(_slots_of(kind))
            if slots:
                yield _Slots(obj, slots)

    def _is_followed(self, kind: type) -> bool:
        """Whether objects of a class are the program's, or a library's: not ours."""
        module = kind.__module__ or ""
        return not module.startswith(("harness.", "greenlet", "_pytest")) or module in self._modules

    def _inside(self, obj: Any, kind: type) -> Iterable[Any]:
        if isinstance(obj, dict):
            return [*obj.keys(), *obj.values(), *((_state_of(obj) or {}).values())]
        if isinstance(obj, (list, tuple, set, frozenset, collections.deque)):
            return [*obj, *((_state_of(obj) or {}).values())]
        if kind is types.CellType:
            return [each for each in (_cell_value(obj),) if each is not _MISSING]
        if kind is types.FunctionType:
            return [*(obj.__closure__ or ()), *(obj.__defaults__ or ()), obj.__kwdefaults__, *obj.__dict__.values()]
        if kind in (types.MethodType, types.BuiltinFunctionType):
            return [obj.__self__, getattr(obj, "__func__", None)]
        if kind in (staticmethod, classmethod):
            return [obj.__func__]
        if kind is property:
            return [obj.fget, obj.fset, obj.fdel]
        if kind is functools.partial:
            return [obj.func, *obj.args, *obj.keywords.values()]
        if kind is _CACHED:
            return [obj.__wrapped__]
        if isinstance(obj, type):
            own = obj.__module__ in self._modules
            return [*obj.__bases__, *obj.__dict__.values(), type(obj)] if own else ()
        if not self._is_followed(kind):
            return ()
        slots = [_slot_value(obj, slot) for _, slot in _slots_of(kind)]
        return [kind, *((_state_of(obj) or {}).values()), *(each for each in slots if each is not _MISSING)]


class _Saved:
    """What one object was like.

    Attributes:
        obj: The object. It is kept alive, so that its identity stays its own.
    """

    obj: Any

    def restore(self) -> bool:
        """Make the object what it was; returns whether it had changed."""
        raise NotImplementedError


class _Both(_Saved):
    def __init__(self, one: _Saved, other: _Saved) -> None:
        self.obj, self._parts = one.obj, (one, other)

    def restore(self) -> bool:
        first, second = self._parts
        return first.restore() | second.restore()


class _Mapping(_Saved):
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
            if dict.get(obj, key, _MISSING) is not value:
                base.__setitem__(obj, key, value)
        return True


class _Attributes(_Saved):
    def __init__(self, obj: Any, state: dict[str, Any]) -> None:
        self.obj = obj
        self._inner = _Mapping(state, dict)

    def restore(self) -> bool:
        return self._inner.restore()


class _Slots(_Saved):
    def __init__(self, obj: Any, slots: list[tuple[str, Any]]) -> None:
        self.obj = obj
        self._was = [(slot, _slot_value(obj, slot)) for _, slot in slots]

    def restore(self) -> bool:
        changed = False
        for slot, value in self._was:
            if _slot_value(self.obj, slot) is not value:
                changed = True
                if value is _MISSING:
                    slot.__delete__(self.obj)
                else:
                    slot.__set__(self.obj, value)
        return changed


class _Class(_Saved):
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
            if now.get(name, _MISSING) is not value:
                type.__setattr__(self.obj, name, value)
                changed = True
        return changed


class _Sequence(_Saved):
    def __init__(self, obj: Any) -> None:
        self.obj = obj
        self._was = list(obj)

    def restore(self) -> bool:
        obj, was = self.obj, self._was
        if isinstance(obj, (bytearray, array.array)):
            if list(obj) == was:
                return False
            obj[:] = bytes(was) if isinstance(obj, bytearray) else array.array(obj.typecode, was)
            return True
        if _is_same(list(obj), was):
            return False
        if isinstance(obj, list):
            list.__setitem__(obj, slice(None), was)
        else:
            collections.deque.clear(obj)
            collections.deque.extend(obj, was)
        return True


class _Set(_Saved):
    def __init__(self, obj: set[Any]) -> None:
        self.obj = obj
        self._was = list(set.__iter__(obj))

    def restore(self) -> bool:
        if {identity(each) for each in set.__iter__(self.obj)} == {identity(each) for each in self._was}:
            return False
        set.clear(self.obj)
        set.update(self.obj, self._was)
        return True


class _Cell(_Saved):
    def __init__(self, obj: types.CellType) -> None:
        self.obj = obj
        self._was = _cell_value(obj)

    def restore(self) -> bool:
        if _cell_value(self.obj) is self._was:
            return False
        if self._was is _MISSING:
            del self.obj.cell_contents
        else:
            self.obj.cell_contents = self._was
        return True


class _Cache(_Saved):
    """Of ``functools.lru_cache``: it can be emptied, and no more. So it is empty before the first execution, too."""

    def __init__(self, obj: Any) -> None:
        self.obj = obj
        obj.cache_clear()

    def restore(self) -> bool:
        if self.obj.cache_info()[3] == 0:
            return False
        self.obj.cache_clear()
        return True


class _Generator(_Saved):
    """Of random numbers."""

    def __init__(self, obj: random.Random) -> None:
        self.obj = obj
        self._was = self._state()

    def _state(self) -> Any:
        try:
            return self.obj.getstate()
        except NotImplementedError:  # SystemRandom
            return None

    def restore(self) -> bool:
        if self._state() == self._was:
            return False
        self.obj.setstate(self._was)
        return True


class _Environment(_Saved):
    def __init__(self, obj: Any) -> None:
        self.obj = obj
        self._was = dict(obj)

    def restore(self) -> bool:
        now = dict(self.obj)
        for name in now.keys() - self._was.keys():
            del self.obj[name]
        for name, value in self._was.items():
            if now.get(name) != value:
                self.obj[name] = value
        return now != self._was


class _Decimal(_Saved):
    """The context of decimal numbers."""

    _names = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")

    def __init__(self, obj: Any) -> None:
        self.obj = obj
        self._was = self._state()

    def _state(self) -> Any:
        return [getattr(self.obj, name) for name in self._names], dict(self.obj.flags), dict(self.obj.traps)

    def restore(self) -> bool:
        if self._state() == self._was:
            return False
        values, flags, traps = self._was
        for name, value in zip(self._names, values, strict=True):
            setattr(self.obj, name, value)
        self.obj.flags.update(flags)
        self.obj.traps.update(traps)
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


def _state_of(obj: Any) -> dict[str, Any] | None:
    try:
        state = object.__getattribute__(obj, "__dict__")
    except (AttributeError, TypeError):
        return None
    return state if type(state) is dict else None


@functools.lru_cache(maxsize=4096)
def _slots_of(kind: type) -> tuple[tuple[str, Any], ...]:
    if kind.__flags__ & (1 << 9) == 0:  # Py_TPFLAGS_HEAPTYPE: made by a class statement
        return ()
    found = (
        (name, value) for base in kind.__mro__ if "__slots__" in base.__dict__ for name, value in vars(base).items()
    )
    return tuple((name, value) for name, value in found if type(value) is _SLOTS)


def _slot_value(obj: Any, slot: Any) -> Any:
    try:
        return slot.__get__(obj)
    except AttributeError:
        return _MISSING


def _cell_value(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _MISSING
