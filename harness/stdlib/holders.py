"""Where the loaded libraries hold their locks and thread-locals, and their names for functions of the standard library.

All objects that the collector knows are looked through once in a process, which takes some 2 µs each; afterwards only
those that are new. What holds a lock is a module, an object, a class, a closure's cell or a list.

What could make it wrong: a lock that is held where no one looks (a tuple, a C object), or that an object from before
is given after it was looked through. The first is CPython's lock still: the guard's watchdog names the line where it
blocks.
"""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from types import BuiltinFunctionType, CellType, ModuleType
from typing import TYPE_CHECKING, Any, Final

from harness.stdlib.library_objects import TYPES, make_local, stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from harness.stdlib.preexisting import Twins

__all__ = ["LibraryObjects", "look_for_holders"]

_CONTROLLED: Final = frozenset(
    {
        *("_thread", "_threading_local", "_weakrefset", "asyncio", "concurrent", "gc", "greenlet", "harness"),
        *("importlib", "queue", "threading", "weakref", "sys", "builtins", "multiprocessing", "random", "time"),
        *("datetime", "_pytest", "pluggy", "hypothesis", "rich", "coverage", "__mp_main__"),
    }
)
"""Modules whose names are replaced one by one (``patches.py``), or that are no part of a program."""
_LOCAL: Final = threading.local
_GENERATIONS_TELL_AGE: Final = sys.version_info < (3, 14)

_Place = tuple[Any, Any]  # a holder or a weak reference to it, and the name or index in it
_known: list[_Place] = []
_scanned = [-1]  # number of full collections when all older objects had been looked through; -1: they never were
_names: dict[str, tuple[int, list[str]]] = {}
"""Module -> how many names it had, and those of them that stand for functions of the standard library."""


class LibraryObjects:
    """Context manager: inside it, what the libraries hold is under control.

    Args:
        twins: Finds the twins of what they hold.
        exchanges: Callable of the standard library -> what stands in for it.
    """

    def __init__(self, twins: Twins, exchanges: Mapping[Any, Callable[..., Any]]) -> None:
        self._adapters = twins.adapters
        self._find_local = twins.finder(make_local)
        self._exchanges = exchanges
        self._old: list[tuple[Any, Any, Any]] = []
        self._made: dict[int, Any] = {}

    def put_in_place(self, rewritten: Collection[str]) -> None:
        """Replace them all.

        Args:
            rewritten: Names of modules whose code finds the twins of its own locks.
        """
        for holder, key in _alive(_known):
            if isinstance(holder, ModuleType) and holder.__name__ in rewritten:
                continue
            value = _get(holder, key)
            new = self._stand_in(value)
            if new is not None:
                self._old.append((holder, key, value))
                _set(holder, key, new)
        by_id = {id(old): new for old, new in self._exchanges.items() if not isinstance(old, tuple)}
        for name, module in list(sys.modules.items()):
            if name not in rewritten and isinstance(module, ModuleType):
                for key in _exchanged_names(name, module.__dict__, by_id):
                    value = module.__dict__[key]
                    if id(value) in by_id:
                        self._old.append((module, key, value))
                        setattr(module, key, by_id[id(value)])

    def put_back(self) -> None:
        """Undo :meth:`put_in_place`."""
        while self._old:
            holder, key, value = self._old.pop()
            _set(holder, key, value)
        self._made.clear()
        _scanned[0] = gc.get_stats()[2]["collections"]  # what an exploration makes is under control, or dropped

    def _stand_in(self, value: Any) -> Any:
        if type(value) is BuiltinFunctionType:
            owner = self._stand_in(value.__self__)
            return getattr(owner, value.__name__, None) if owner is not None else None
        if type(value) not in TYPES and not isinstance(value, _LOCAL):
            return None  # another value stands there meanwhile
        if id(value) not in self._made:
            find = self._adapters.get(type(value), self._find_local)
            self._made[id(value)] = stand_in(value, find)
        return self._made[id(value)]


def _is_library(module: str) -> bool:
    return module.partition(".")[0] not in _CONTROLLED


def _exchanged_names(name: str, space: dict[str, Any], by_id: Mapping[int, Any]) -> list[str]:
    known = _names.get(name)
    if known is None or known[0] != len(space):
        found = [key for key, value in space.items() if id(value) in by_id] if _is_library(name) else []
        known = _names[name] = len(space), found
    return known[1]


def look_for_holders() -> None:
    """Find what the libraries hold; to be called while the collector still looks at all objects."""
    full = gc.get_stats()[2]["collections"]
    young = _GENERATIONS_TELL_AGE and full == _scanned[0]
    objects = [*gc.get_objects(generation=0), *gc.get_objects(generation=1)] if young else gc.get_objects()
    if not young:
        _known.clear()
    modules = {id(module.__dict__): module for module in list(sys.modules.values()) if isinstance(module, ModuleType)}  # type: ignore[redundant-expr]
    for holder in _holders(objects):
        _known.extend(_places(holder, modules))
    objects.clear()  # a tuple that is being made must have no second owner (``_PyTuple_Resize``)


def _holders(objects: list[Any]) -> Iterator[Any]:
    """Those of ``objects`` that refer to a lock, a method of one, or a thread-local."""
    referents, kinds, local, method = gc.get_referents, TYPES, _LOCAL, BuiltinFunctionType
    locals_ = {local, *local.__subclasses__()}
    wanted = kinds | locals_ | {method}
    for holder in objects:
        held = referents(holder)
        if not wanted.isdisjoint(map(type, held)):
            for value in held:
                kind = type(value)
                if kind in kinds or kind in locals_ or (kind is method and type(value.__self__) in kinds):
                    yield holder
                    break


def _places(holder: Any, modules: Mapping[int, ModuleType]) -> Iterator[_Place]:
    """Where in ``holder`` they are."""
    if isinstance(holder, dict):
        owner = modules.get(id(holder)) or _owner_of(holder)
        if owner is None or not _is_library(_module_of(owner)):
            return
        for key, value in list(holder.items()):
            if isinstance(key, str) and _is_wanted(value):
                yield _reference(owner), key
    elif isinstance(holder, CellType):
        yield holder, "cell_contents"
    elif isinstance(holder, list):
        for index, value in enumerate(holder):
            if _is_wanted(value):
                yield holder, index
    elif _is_library(_module_of(holder)):
        for name in _attributes(holder):
            if _is_wanted(getattr(holder, name, None)):
                yield _reference(holder), name


def _module_of(owner: Any) -> str:
    if isinstance(owner, ModuleType):
        return owner.__name__
    found = owner.__module__ if isinstance(owner, type) else type(owner).__module__
    return found if isinstance(found, str) else ""  # type: ignore[redundant-expr]


def _owner_of(space: dict[Any, Any]) -> Any:
    """The object or the class whose attributes these are."""
    for each in gc.get_referrers(space):
        if isinstance(each, type) or getattr(each, "__dict__", None) is space:
            return each
    return None


def _attributes(holder: Any) -> Iterator[str]:
    yield from getattr(holder, "__dict__", ())
    for cls in type(holder).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        yield from (slots,) if isinstance(slots, str) else slots


def _is_wanted(value: Any) -> bool:
    if type(value) is BuiltinFunctionType:
        return type(value.__self__) in TYPES
    return type(value) in TYPES or isinstance(value, _LOCAL)


def _reference(holder: Any) -> Any:
    return weakref.ref(holder) if type(holder).__weakrefoffset__ else holder


def _alive(places: list[_Place]) -> Iterator[_Place]:
    for holder, key in places:
        found = holder() if type(holder) is weakref.ref else holder
        if found is not None:
            yield found, key


def _get(holder: Any, key: Any) -> Any:
    try:
        return holder[key] if isinstance(holder, list) else getattr(holder, key)
    except (AttributeError, IndexError, ValueError):
        return None


def _set(holder: Any, key: Any, value: Any) -> None:
    if isinstance(holder, list):
        holder[key] = value
    else:
        setattr(holder, key, value)
