"""Stores that put one object in the place of another: the listener is shown both.

Most stores are of numbers and texts, which have no parts; for them this costs one look into a set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from harness.instrument.hooks.listener import NOBODY

if TYPE_CHECKING:
    from harness.instrument.hooks.listener import Listener

__all__ = ["ATOMS", "replace_attribute", "replace_item", "replace_items", "replace_variable"]

ATOMS: Final = frozenset({bool, bytes, complex, float, int, str, type(None)})
"""Types whose values have no parts that could change."""
_told: Listener = NOBODY


def replace_item(obj: Any, key: Any, value: object) -> None:
    """``obj[key]``, whose write has just been announced, is about to become ``value``, which is none of ATOMS."""
    if issubclass(type(obj), dict):
        old = dict.get(obj, key) if type(key) in ATOMS else None
    elif type(obj) is list and type(key) is int and -len(obj) <= key < len(obj):
        old = obj[key]
    else:
        return
    if type(old) not in ATOMS:
        _told.replaced(old, value)


def replace_items(obj: Any, method: str, args: tuple[Any, ...], items: dict[str, Any]) -> None:
    """``obj.update(...)`` or ``obj.__setitem__(...)``, which has just been announced, is about to be done."""
    if method == "__setitem__" and len(args) == 2:
        items = {args[0]: args[1]} if type(args[0]) in ATOMS else {}
    elif args and type(args[0]) is dict:
        items = {**args[0], **items}
    if issubclass(type(obj), dict):
        for key, value in items.items():
            if type(value) not in ATOMS:
                replace_item(obj, key, value)


def replace_attribute(obj: object, name: str, value: object) -> None:
    """``obj.name``, whose write has just been announced, is about to become ``value``, which is none of ATOMS."""
    try:
        old = object.__getattribute__(obj, name)
    except AttributeError:
        return
    if type(old) not in ATOMS:
        _told.replaced(old, value)


def replace_variable(holder: Any, name: str, value: object) -> None:
    """A global or closure variable is about to become ``value``; ``holder`` is its dictionary or its cell."""
    try:
        old = holder.get(name) if type(holder) is dict else holder.cell_contents
    except (AttributeError, ValueError):
        return
    if type(old) not in ATOMS:
        _told.replaced(old, value)
