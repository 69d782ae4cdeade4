"""Attributes: loads, stores, and targets that are both."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from harness.instrument.hooks import methods
from harness.instrument.hooks.listener import READ, WRITE
from harness.instrument.hooks.plans import (
    DEFAULT,
    OTHER,
    OWN,
    PLAIN,
    STATE,
    forget,
    is_computed,
    owners_of,
    plan_at,
    remember,
)
from harness.instrument.hooks.replacing import ATOMS, replace_attribute
from harness.model.event import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from harness.instrument.hooks.listener import Access, Listener, Note
    from harness.model.site import Site

__all__ = ["AttrTarget", "announce_other", "bind", "load_attr", "store_attr"]

_access: Access | None = None
_access_in_step: Callable[[object, object, int, Site], None]
_adapters: Mapping[type, Callable[[Any], Any]] = {}


def bind(listener: Listener) -> None:
    """Announce to ``listener`` from now on."""
    global _access, _access_in_step, _adapters
    _access = listener.access
    _access_in_step, _adapters = listener.record_access_in_step, listener.adapters


def load_attr(obj: Any, name: str, site: Site) -> Any:
    """Do ``obj.name``."""
    access = _access
    if access is None:
        return getattr(obj, name)
    cls = type(obj)
    plan = site.plan if cls is site.cls else _plan_load(site, cls, name)
    if plan == STATE:
        note = access(obj, name, READ, site)
        if note is None:
            return getattr(obj, name)
    elif plan == PLAIN:
        return getattr(obj, name)
    elif type(plan) is tuple:
        return methods.taken(obj, name, plan, site)
    else:
        obj, note = announce_other(obj, name, READ, site, plan)
    value = getattr(obj, name)
    if note is not None:
        note(value)
    return value


def _plan_load(site: Site, cls: type, name: str) -> Any:
    plan = methods.plan_of(cls, name)
    if plan is None:
        return plan_at(site, cls, name)
    remember(site, cls, name, plan)
    return plan


def store_attr(value: Any, obj: Any, name: str, site: Site) -> None:
    """``obj.name = value``; the value comes first, as Python evaluates it."""
    access = _access
    if access is not None:
        cls = type(obj)
        plan = site.plan if cls is site.cls else plan_at(site, cls, name)
        if plan in OWN:
            note = access(obj, name, WRITE, site)
            if type(value) not in ATOMS:
                replace_attribute(obj, name, value)
            if note is not None:
                note(value)
        elif plan == OTHER:
            obj, note = announce_other(obj, name, WRITE, site, plan)
            if note is not None:
                note(value)
    setattr(obj, name, value)


def announce_other(obj: Any, name: str, kind: int, site: Site, plan: int) -> tuple[Any, Note]:
    """Announce an access whose location has to be looked for; returns the object to do it on, too."""
    access = _access
    assert access is not None
    if plan == DEFAULT:
        note = access(obj, name, WRITE if is_computed(obj, name) else kind, site)
        if kind == READ:
            for owner in owners_of(obj, name):
                _access_in_step(owner, name, READ, site)
        return obj, note
    adapter = _adapters.get(type(obj))
    if adapter is not None:
        return adapter(obj), None
    if name == "__dict__":
        return obj, access(obj, WHOLE, WRITE, site)  # whoever has it may write
    if isinstance(obj, ModuleType):
        if kind != READ or _is_data(obj.__dict__.get(name)):
            return obj, access(obj.__dict__, name, kind, site)
        return obj, None
    if isinstance(obj, type):
        return _announce_class(obj, name, kind, site)
    return obj, None


def _announce_class(cls: type, name: str, kind: int, site: Site) -> tuple[Any, Note]:
    """Announce an access of a class's attribute. A read looks into one base after the other, until it is there."""
    assert _access is not None
    if kind != READ:
        if name not in cls.__dict__:
            forget(name)
        return cls, _access(cls, name, kind, site)
    found = next((base.__dict__[name] for base in cls.__mro__ if name in base.__dict__), None)
    if name.startswith("__") or hasattr(type(found), "__get__"):
        return cls, None
    note = _access(cls, name, READ, site)
    if name not in cls.__dict__:
        for base in cls.__mro__[1:]:
            _access_in_step(base, name, READ, site)
            if name in base.__dict__:
                break
    return cls, note


def _is_data(value: object) -> bool:
    return not isinstance(value, (type, ModuleType)) and not callable(value)


class AttrTarget:
    """``obj.name`` as the target of an unpacking, a loop, ``with``, ``del`` or an augmented assignment.

    Python evaluates the target's object when it evaluates this, and then loads, stores or deletes ``.value``.
    """

    __slots__ = ("_name", "_obj", "_site")

    def __init__(self, obj: Any, name: str, site: Site) -> None:
        self._obj, self._name, self._site = obj, name, site

    @property
    def value(self) -> Any:
        return load_attr(self._obj, self._name, self._site)

    @value.setter
    def value(self, value: Any) -> None:
        store_attr(value, self._obj, self._name, self._site)

    @value.deleter
    def value(self) -> None:
        obj, name, site = self._obj, self._name, self._site
        if _access is not None:
            cls = type(obj)
            plan = site.plan if cls is site.cls else plan_at(site, cls, name)
            if plan in OWN:
                _access(obj, name, WRITE, site)
            elif plan == OTHER:
                obj, _ = announce_other(obj, name, WRITE, site, plan)
        delattr(obj, name)
