"""Items of containers: loads, stores, and targets that are both."""

from __future__ import annotations

import collections
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from harness.instrument.containers import MAPPINGS, SEQUENCES, plain_key
from harness.instrument.contents import mapping_of
from harness.instrument.hooks import effects
from harness.instrument.hooks.listener import NOBODY, READ, RESIZE, WRITE
from harness.instrument.hooks.replacing import ATOMS, replace_item
from harness.instrument.opaque import uses_opaque
from harness.model.event import WHOLE

if TYPE_CHECKING:
    from harness.instrument.hooks.listener import Access, Listener
    from harness.model.site import Site

__all__ = ["ItemTarget", "load_item", "store_item"]

_access: Access | None = None
_told: Listener = NOBODY


def _item_key(obj: Any, cls: type, key: object) -> object:
    """The key of a location in a container; None if ``obj`` is none whose items are state."""
    if cls in MAPPINGS or cls is MappingProxyType:
        return plain_key(key)
    if cls in SEQUENCES:
        return key if type(key) is int and key >= 0 else WHOLE  # what is last changes with the size
    if issubclass(cls, MAPPINGS):
        inner = plain_key(key)
        return WHOLE if inner is WHOLE else ("[]", inner)
    if issubclass(cls, (*SEQUENCES, set)) or uses_opaque(cls, "__getitem__"):
        return WHOLE
    return None


def load_item(obj: Any, key: Any, site: Site) -> Any:
    """Do ``obj[key]``."""
    access = _access
    if access is None:
        return obj[key]
    cls = type(obj)
    place = key if cls is dict and type(key) is str else _item_key(obj, cls, key)
    if place is None:
        return obj[key]
    note = access(obj if cls is not MappingProxyType else mapping_of(obj), place, READ, site)
    if cls is collections.defaultdict:
        before, begun = len(obj), _told.moment()
        value = obj[key]
        if _told.moment() != begun:
            _told.record_access_in_step(
                obj, _told.resize_key(place), RESIZE, site
            )  # the factory was called, and then the item was stored
        elif len(obj) != before:
            _told.resized()  # reading made the item
    elif place is WHOLE:
        if uses_opaque(cls, "__getitem__"):
            effects.use((obj,), site, already=obj)
        value = obj[key]
    else:
        value = obj[key]
    if note is not None:
        note(value)
    return value


def store_item(value: Any, obj: Any, key: Any, site: Site) -> None:
    """``obj[key] = value``; the value comes first, as Python evaluates it."""
    access = _access
    if access is None:
        obj[key] = value
        return
    cls = type(obj)
    place = key if cls is dict and type(key) is str else _item_key(obj, cls, key)
    if place is None:
        obj[key] = value
        return
    note = access(obj, place, WRITE, site)
    if type(value) not in ATOMS:
        replace_item(obj, key, value)
    if place is WHOLE:  # whatever its size is afterwards, it depends on everything else that is done to it
        if uses_opaque(cls, "__setitem__"):
            effects.use((obj, value), site, already=obj)
        else:
            effects.look((value,), site, already=obj)  # a slice
        obj[key] = value
    else:
        before = len(obj)
        obj[key] = value
        if len(obj) != before:
            _told.resized()
    if note is not None:
        note(value)


class ItemTarget:
    """``obj[key]`` as a target: see :class:`AttrTarget`."""

    __slots__ = ("_key", "_obj", "_site")

    def __init__(self, obj: Any, key: Any, site: Site) -> None:
        self._obj, self._key, self._site = obj, key, site

    @property
    def value(self) -> Any:
        return load_item(self._obj, self._key, self._site)

    @value.setter
    def value(self, value: Any) -> None:
        store_item(value, self._obj, self._key, self._site)

    @value.deleter
    def value(self) -> None:
        obj, key = self._obj, self._key
        if _access is not None:
            cls = type(obj)
            place = WHOLE if cls in SEQUENCES else _item_key(obj, cls, key)  # what follows moves up
            if place is not None:
                _access(obj, _told.resize_key(place), RESIZE, self._site)
        del obj[key]
