"""Containers as wholes: walked, spread, asked for their size or for a member."""

from __future__ import annotations

import collections
from types import FunctionType, GeneratorType
from typing import TYPE_CHECKING, Any

from harness.instrument import sets
from harness.instrument.containers import CONTAINERS, MAPPINGS, VIEWS, plain_key
from harness.instrument.contents import SCALARS, inside, mapping_of
from harness.instrument.hooks import effects
from harness.instrument.hooks.generators import Delegated, running
from harness.instrument.hooks.listener import READ, WRITE
from harness.instrument.opaque import is_opaque, uses_opaque
from harness.model.event import SIZE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.instrument.hooks.listener import Access, Note
    from harness.model.site import Site

__all__ = [
    "announce_container", "announce_size", "contains", "delegated", "in_order", "is_container", "iterate",
    "iterate_shared", "member", "operand", "spread", "truth",
]  # fmt: skip

_access: Access | None = None


def is_container(cls: type) -> bool:
    """A built-in container, or a class made from one."""
    return cls in CONTAINERS or (issubclass(cls, (dict, list, set, collections.deque)) and cls not in CONTAINERS)


def announce_container(obj: Any, site: Site) -> None:
    """All of a container is about to be read."""
    cls = type(obj)
    if _access is None:
        return
    if is_container(cls):
        _access(obj, WHOLE, READ, site)
    elif cls in VIEWS:
        _access(mapping_of(obj), VIEWS[cls], READ, site)
    elif is_opaque(cls):
        _access(obj, WHOLE, WRITE if hasattr(cls, "__next__") else READ, site)


def announce_size(obj: Any, site: Site) -> Note:
    """The size of a container is about to be read."""
    cls = type(obj)
    if _access is None:
        return None
    if is_container(cls):
        return _access(obj, SIZE, READ, site)
    if cls in VIEWS:
        return _access(mapping_of(obj), SIZE, READ, site)
    if uses_opaque(cls, "__len__"):
        return _access(obj, WHOLE, READ, site)
    return None


def spread(obj: Any, site: Site) -> Any:
    """``*obj`` in a call or a display."""
    if _access is not None:
        if is_container(type(obj)):
            _access(obj, WHOLE, READ, site)
        else:
            effects.look((obj,), site)
    return in_order(obj)


def truth(obj: Any, site: Site) -> Any:
    """``obj`` as a condition: of a container it asks whether it is empty."""
    if _access is not None and type(obj) not in SCALARS:
        announce_size(obj, site)
    return obj


def contains(element: Any, obj: Any, site: Site) -> bool:
    """Do ``element in obj``."""
    access = _access
    if access is None:
        return element in obj
    cls = type(obj)
    note = None
    if cls in MAPPINGS or cls is set:
        note = access(obj, plain_key(element), READ, site)
    elif is_container(cls):
        note = access(obj, WHOLE, READ, site)
        effects.look((obj, element), site, already=obj)  # it is compared with the elements
    elif cls not in SCALARS:
        effects.look((obj, element), site)
    result = element in obj
    if note is not None:
        note(result)
    return result


def iterate(obj: Any, site: Site) -> Any:
    """The iterable of a loop: each step over a container is an access of its own."""
    if _access is None:
        return obj
    cls = type(obj)
    if cls is list or cls in SCALARS or cls is tuple:
        return _steps(iter(obj), obj, WHOLE, site) if cls is list else obj
    if cls in VIEWS:
        mapping = mapping_of(obj)
        _access(mapping, SIZE, READ, site)  # an iterator remembers the size, to notice a change
        return _steps(iter(obj), mapping, VIEWS[cls], site)
    if is_container(cls) and not isinstance(cls.__iter__, FunctionType):
        by_size = issubclass(cls, (dict, set))
        if by_size or issubclass(cls, collections.deque):
            _access(obj, SIZE, READ, site)
        return _steps(sets.steps(obj) if cls is set else iter(obj), obj, SIZE if by_size else WHOLE, site)
    if cls in sets.KINDS:
        return sets.steps(obj)
    if cls.__module__ in ("builtins", "itertools") and hasattr(cls, "__next__") and cls is not GeneratorType:
        return _steps_within(obj, site)
    return obj


def iterate_shared(obj: Any, site: Site) -> Any:
    """The iterable of a loop that a name leads to: others may have it, so the steps of an iterator are accesses too."""
    if _access is None:
        return obj
    cls = type(obj)
    if uses_opaque(cls, "__next__"):
        return _steps_of(obj, site)
    if uses_opaque(cls, "__iter__"):
        effects.look((obj,), site)
        return _steps_looking(sets.steps(obj) if cls in sets.KINDS else iter(obj), obj, site)
    return iterate(obj, site)


def delegated(obj: Any, site: Site) -> Any:
    """``yield from obj``: a generator is driven by Python itself, and its body tells when it goes on."""
    if _access is None:
        return obj
    if type(obj) is GeneratorType:
        return Delegated(obj, site)
    return iterate_shared(obj, site)


def operand(obj: Any, site: Site) -> Any:
    """``obj`` about to be looked into as a whole: formatted, unpacked, matched."""
    if type(obj) not in SCALARS:
        effects.look((obj,), site)
    return obj


def _steps(iterator: Iterator[Any], obj: Any, key: object, site: Site) -> Iterator[Any]:
    while True:
        note = _access(obj, key, READ, site) if _access is not None else None
        try:
            value = next(iterator)
        except StopIteration:
            return
        if note is not None:
            note(value)
        yield value


def _steps_looking(iterator: Iterator[Any], obj: Any, site: Site) -> Iterator[Any]:
    """Steps over an object of the library, whose parts each step reads."""
    for value in iterator:
        yield value
        effects.look((obj,), site)


def _steps_of(iterator: Iterator[Any], site: Site) -> Iterator[Any]:
    """Steps of an iterator that others may have, too."""
    while True:
        if _access is not None:
            effects.look((iterator,), site)
        try:
            with running(iterator):
                value = next(iterator)
        except StopIteration:
            return
        yield value


def _steps_within(iterator: Iterator[Any], site: Site) -> Iterator[Any]:
    """Steps of an iterator that was made on the spot: others may have what it walks."""
    while True:
        if _access is not None:
            for each in inside((iterator,), everything=False):
                if not hasattr(type(each), "__next__"):
                    _access(each, WHOLE, READ, site)
        try:
            value = next(iterator)
        except StopIteration:
            return
        yield value


def in_order(obj: Any) -> Any:
    """``obj`` about to be walked where that is no access of its own: of a set, its members."""
    return sets.walk(obj) if _access is not None and type(obj) in sets.KINDS else obj


def member(obj: Any) -> Any:
    """An element of a set that is being made."""
    return sets.join(obj) if _access is not None else obj
