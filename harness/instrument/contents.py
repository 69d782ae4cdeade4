"""Which objects code can come to from what it is given.

C code that compares, prints or copies a container looks into what is in it, at any depth, and no line of the program
tells of that. So where such code is called, all that it may look into is enumerated, and each of it announced.

What could make it wrong: to stop too early. What is not followed has no state that another actor could change
(numbers, texts), announces its own accesses (functions and generators that are rewritten, locks), or is part of the
interpreter (modules, code, frames).
"""

from __future__ import annotations

import collections
import contextvars
import functools
import gc
import types
from typing import TYPE_CHECKING, Any, Final

from harness.instrument.containers import CONTAINERS, VIEWS
from harness.instrument.opaque import is_controlled, is_opaque, is_rewritten, is_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["SCALARS", "closed_over", "inside", "mapping_of"]

SCALARS: Final = frozenset({int, str, float, bool, bytes, complex, range, slice, type(None), type(...)})
"""Types whose objects never change and hold nothing that does."""
_SEQUENCES: Final = (list, tuple, set, frozenset, collections.deque)
_FLAT: Final = frozenset({bytearray, *(each for each in CONTAINERS if each.__name__ == "array")})
_CLOSED: Final = (
    *(type, types.ModuleType, types.CodeType, types.FrameType, types.FunctionType, types.BuiltinFunctionType),
    *(types.CoroutineType, types.TracebackType, types.GetSetDescriptorType, types.MemberDescriptorType),
)
_RUNNING: Final = (types.GeneratorType, types.AsyncGeneratorType)
"""Of their own code: what it looks into, it announces itself."""
_identity: Final[Any] = object.__hash__


def inside(values: Iterable[Any], everything: bool) -> Iterator[Any]:
    """The objects with state that code can come to from ``values``, each once, the nearer ones first.

    Args:
        values: What the code is given.
        everything: Follow all objects. Otherwise only those that C code looks into without a method of the program's:
            containers, iterators, dataclasses, exceptions, objects of the library.

    Example:
        >>> [type(each).__name__ for each in inside(([{"a": 1}], 5), everything=False)]
        ['list', 'dict']
    """
    pending = collections.deque(values)
    seen: set[int] = set()
    while pending:
        obj = pending.popleft()
        cls = type(obj)
        if cls in SCALARS:
            continue
        address = _identity(obj)
        if address in seen:
            continue
        seen.add(address)
        if isinstance(obj, _SEQUENCES):
            if not isinstance(obj, (tuple, frozenset)):
                yield obj
            pending.extend(obj if type(obj) in CONTAINERS else _members(obj))
        elif isinstance(obj, dict):
            yield obj
            pending.extend(dict.values(obj))
            pending.extend(key for key in dict.keys(obj) if type(key) not in SCALARS)
        elif cls in _FLAT:
            yield obj
        elif cls in VIEWS:
            pending.append(mapping_of(obj))
        elif cls is memoryview:
            yield obj
            pending.append(obj.obj)
        elif cls is types.MethodType:
            pending += (obj.__self__,) if everything else ()
        elif cls is functools.partial:
            pending += (*obj.args, *obj.keywords.values(), obj.func)
        elif cls is types.FunctionType:
            if everything and not is_rewritten(obj.__code__.co_filename):
                pending += closed_over(obj)
        elif cls is contextvars.Context:
            yield obj
            pending += [value for _, value in sorted(obj.items(), key=_name_of_variable)]
        elif cls in _RUNNING:
            yield obj
        elif isinstance(obj, _CLOSED):
            continue
        elif cls.__module__ in ("builtins", "itertools") and hasattr(cls, "__next__"):
            yield obj
            pending += gc.get_referents(obj)
        elif is_controlled(cls):
            if not everything:
                yield obj
        elif everything or is_opaque(cls) or _is_looked_into(cls):
            if not is_value(cls) or _is_looked_into(cls):
                yield obj
            pending += _parts(obj)


def _name_of_variable(item: tuple[contextvars.ContextVar[Any], Any]) -> str:
    """A key by which a context is walked: its own order, and the shape of its tree, go by the variables' addresses."""
    return item[0].name


def _is_looked_into(cls: type) -> bool:
    """Whether methods that have no source (of a dataclass, of an exception) read the attributes of an object."""
    return hasattr(cls, "__dataclass_fields__") or issubclass(cls, (BaseException, types.SimpleNamespace))


def _members(obj: Any) -> Iterable[Any]:
    """The elements of a container whose class may have its own way of walking it."""
    kind = next(each for each in type(obj).__mro__ if each in (list, tuple, set, frozenset, collections.deque))
    return tuple(kind.__iter__(obj))


def _parts(obj: Any) -> list[Any]:
    """The values of an object's attributes; of one that is made in C, what the collector knows."""
    try:
        return list(object.__getattribute__(obj, "__dict__").values()) + _slots(obj)
    except (AttributeError, TypeError):
        return gc.get_referents(obj)


def _slots(obj: Any) -> list[Any]:
    found = []
    for cls in type(obj).__mro__:
        for descriptor in cls.__dict__.values():
            if type(descriptor) is types.MemberDescriptorType:
                try:
                    found.append(descriptor.__get__(obj))
                except AttributeError:
                    continue  # an empty slot
    return found


def closed_over(function: Any) -> list[Any]:
    """What the variables hold that a function shares with the one that made it."""
    found = []
    for cell in getattr(function, "__closure__", None) or ():
        try:
            found.append(cell.cell_contents)
        except ValueError:
            continue  # not bound yet
    return found


def mapping_of(view: Any) -> Any:
    """The dictionary behind a view or a proxy, which itself shows it read-only."""
    return next((each for each in gc.get_referents(view) if isinstance(each, dict)), view)
