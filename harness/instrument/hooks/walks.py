"""Containers as wholes: walked, spread, asked for their size or for a member."""

from __future__ import annotations

import collections
import gc
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

from harness.instrument import sets
from harness.instrument.containers import CONTAINERS, MAPPINGS, VIEWS, plain_key
from harness.instrument.hooks.listener import READ, WRITE
from harness.instrument.opaque import is_opaque, uses_opaque
from harness.model.event import SIZE, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.instrument.hooks.listener import Access, Listener, Note
    from harness.model.site import Site

__all__ = [
    "SCALARS", "announce_container", "announce_size", "bind", "contains", "in_order", "is_container", "iterate",
    "iterate_shared", "mapping_of", "member", "operand", "spread", "truth", "walked",
]  # fmt: skip

SCALARS: Final = frozenset({int, str, float, bool, bytes, type(None), tuple})
"""Types that are looked into without anybody noticing."""
_access: Access | None = None


def bind(listener: Listener) -> None:
    """Announce to ``listener`` from now on."""
    global _access
    _access = listener.access


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


def mapping_of(view: Any) -> Any:
    """The dictionary behind a view or a proxy; the view shows it read-only, so ask the proxy for a copy-free handle."""
    return next((each for each in gc.get_referents(view) if isinstance(each, dict)), view)


def spread(obj: Any, site: Site) -> Any:
    """``*obj`` in a call or a display."""
    announce_container(obj, site)
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
    elif cls in VIEWS:
        note = access(mapping_of(obj), WHOLE, READ, site)
    elif uses_opaque(cls, "__contains__"):
        note = access(obj, WHOLE, READ, site)
    result = element in obj
    if note is not None:
        note(result)
    return result


def iterate(obj: Any, site: Site) -> Any:
    """The iterable of a loop: each step over a container is an access of its own."""
    if _access is None:
        return obj
    cls = type(obj)
    if cls in VIEWS:
        return _steps(iter(obj), mapping_of(obj), VIEWS[cls], site)
    if cls in MAPPINGS:
        return _steps(iter(obj), obj, SIZE, site)
    if cls is set:
        return _steps(sets.steps(obj), obj, SIZE, site)
    if cls in sets.KINDS:
        return sets.steps(obj)
    if (
        is_container(cls)
        and getattr(cls.__iter__, "__module__", None) is None
        and not isinstance(cls.__iter__, FunctionType)
    ):
        return _steps(iter(obj), obj, SIZE if issubclass(cls, (dict, set)) else WHOLE, site)
    return obj


def iterate_shared(obj: Any, site: Site) -> Any:
    """The iterable of a loop that a name leads to: others may have it, so the steps of an iterator are accesses too."""
    if _access is None:
        return obj
    cls = type(obj)
    if uses_opaque(cls, "__next__") or uses_opaque(cls, "__iter__"):
        return _steps(
            sets.steps(obj) if cls in sets.KINDS else iter(obj),
            obj,
            WHOLE,
            site,
            WRITE if hasattr(cls, "__next__") else READ,
        )
    return iterate(obj, site)


def operand(obj: Any, site: Site) -> Any:
    """``obj`` about to be looked into as a whole: formatted, unpacked, matched."""
    if type(obj) not in SCALARS:
        announce_container(obj, site)
    return obj


def walked(iterator: Iterator[Any], obj: Any, site: Site) -> Iterator[Any]:
    """``iterator``, each of whose steps reads the container ``obj``."""
    return _steps(iterator, obj, WHOLE, site)


def _steps(iterator: Iterator[Any], obj: Any, key: object, site: Site, kind: int = READ) -> Iterator[Any]:
    while True:
        note = _access(obj, key, kind, site) if _access is not None else None
        try:
            value = next(iterator)
        except StopIteration:
            return
        if note is not None:
            note(value)
        yield value


def in_order(obj: Any) -> Any:
    """``obj`` about to be walked where that is no access of its own: of a set, its members."""
    return sets.walk(obj) if _access is not None and type(obj) in sets.KINDS else obj


def member(obj: Any) -> Any:
    """An element of a set that is being made."""
    return sets.join(obj) if _access is not None else obj
