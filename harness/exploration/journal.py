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
import os
import random
import re
import sys
import types
from typing import TYPE_CHECKING, Any, Final

from harness.engine.record import identity
from harness.exploration.saved_state import (
    CACHED,
    MISSING,
    Saved,
    SavedAttributes,
    SavedCell,
    SavedClass,
    SavedMapping,
    SavedNumbers,
    SavedSequence,
    SavedSet,
    SavedSlots,
    SavedTwice,
    cell_value,
    slot_value,
    slots_of,
    state_of,
)
from harness.exploration.saved_surroundings import SavedCache, SavedDecimalContext, SavedEnvironment, SavedGenerator
from harness.model.kind import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

__all__ = ["Journal"]

_MOST: Final = 50_000
"""Objects that are written down at most: a graph larger than that is not the program's alone."""
_WRITES: Final = frozenset({Kind.WRITE, Kind.RESIZE})
_BLIND: Final = frozenset({"write", "append", "appendleft", "add", "extend"})
"""What the source does where it writes and looks at nothing."""
_ATOMS: Final = frozenset(
    {
        *(int, float, complex, str, bytes, bool, type(None), type(...), type(NotImplemented), range, slice),
        *(types.ModuleType, types.CodeType, types.FrameType, types.TracebackType, types.GetSetDescriptorType),
        *(types.MemberDescriptorType, types.WrapperDescriptorType, types.MethodDescriptorType, re.Pattern),
        *(types.ClassMethodDescriptorType, types.MethodWrapperType, types.GenericAlias),
    }
)


class Journal:
    """All state that a program can reach before it is executed.

    Args:
        spaces: The globals of the modules that are rewritten.
        program: What else the program holds: a closure, a bound object.
        modules: Names of the modules that are rewritten. Of other modules' classes, nothing is written down.
    """

    def __init__(self, spaces: Iterable[dict[str, Any]], program: object, modules: Collection[str]) -> None:
        self._modules = frozenset(modules)
        self._saved: dict[int, Saved] = {}
        self._unannounced: dict[int, Saved] = {}
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
        read = {
            event[2] for event in events if event[1] not in _WRITES or event[4] is None or event[4].op not in _BLIND
        }
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
            self._add(SavedDecimalContext(decimal.getcontext()))
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

    def _add(self, saved: Saved) -> None:
        key = identity(saved.obj)
        known = self._saved.get(key)
        self._saved[key] = saved if known is None else SavedTwice(known, saved)

    def _saved_forms(self, obj: Any, kind: type) -> Iterator[Saved]:
        if obj is os.environ:
            yield SavedEnvironment(obj)
        elif isinstance(obj, collections.OrderedDict):
            yield SavedMapping(obj, collections.OrderedDict)
        elif isinstance(obj, dict):
            yield SavedMapping(obj, dict)
        elif isinstance(obj, (list, collections.deque)):
            yield SavedSequence(obj)
        elif isinstance(obj, (bytearray, array.array)):
            yield SavedNumbers(obj)
        elif isinstance(obj, set):
            yield SavedSet(obj)
        elif kind is types.CellType:
            yield SavedCell(obj)
        elif kind is CACHED:
            yield SavedCache(obj)
        elif isinstance(obj, random.Random):
            yield SavedGenerator(obj)
        elif isinstance(obj, type):
            if obj.__module__ in self._modules:
                yield SavedClass(obj)
            return
        if self._is_followed(kind):
            state = state_of(obj)
            if state is not None:
                yield SavedAttributes(obj, state)
            slots = list(slots_of(kind))
            if slots:
                yield SavedSlots(obj, slots)

    def _is_followed(self, kind: type) -> bool:
        """Whether objects of a class are the program's, or a library's: not ours."""
        module = kind.__module__ or ""
        return not module.startswith(("harness.", "greenlet", "_pytest")) or module in self._modules

    def _inside(self, obj: Any, kind: type) -> Iterable[Any]:
        if isinstance(obj, dict):
            return [*obj.keys(), *obj.values(), *((state_of(obj) or {}).values())]
        if isinstance(obj, (list, tuple, set, frozenset, collections.deque)):
            return [*obj, *((state_of(obj) or {}).values())]
        if kind is types.CellType:
            return [each for each in (cell_value(obj),) if each is not MISSING]
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
        if kind is CACHED:
            return [obj.__wrapped__]
        if isinstance(obj, type):
            own = obj.__module__ in self._modules
            return [*obj.__bases__, *obj.__dict__.values(), type(obj)] if own else ()
        if not self._is_followed(kind):
            return ()
        slots = [slot_value(obj, slot) for _, slot in slots_of(kind)]
        return [kind, *((state_of(obj) or {}).values()), *(each for each in slots if each is not MISSING)]
