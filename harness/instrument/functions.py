"""The functions that exist and whose code comes from given files, wherever they hide.

The collector knows every object that holds others, so one walk over its list finds methods, closures and decorated
functions alike. But some functions are not on that list:

* after ``gc.freeze()``, whatever existed then;
* in a free-threaded CPython 3.13, every function that is not nested, from the first thread on: there such functions are
  made immortal and taken from the collector.

A function left out would run as one step, and a search would prove what is not so. So where the collector hides
something, what the roots hold is walked too.
"""

from __future__ import annotations

import gc
import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["functions_of"]

_CLOSED = (types.ModuleType, types.CodeType, types.FrameType)
"""What is not walked: it leads away from what the roots hold."""


def functions_of(files: Collection[str], roots: Iterable[object], *, frozen: bool = True) -> list[types.FunctionType]:
    """Every function that exists whose code comes from one of the files.

    Args:
        files: Paths, as in ``co_filename``.
        roots: Modules and other objects that hold the functions the collector hides.
        frozen: Look for those from before ``gc.freeze()``, too.
    """
    function_type = types.FunctionType
    objects = gc.get_objects()
    if (frozen and gc.get_freeze_count() > 0) or not gc.is_tracked(functions_of):
        objects += _held_by(roots)
    found = {id(each): each for each in objects if type(each) is function_type and each.__code__.co_filename in files}
    return list(found.values())


def _held_by(roots: Iterable[object]) -> list[Any]:
    """What can be reached from the roots without going through a module that is none of them."""
    pending: list[Any] = [vars(root) if isinstance(root, types.ModuleType) else root for root in roots]
    seen = {id(each) for each in pending}
    seen |= {id(getattr(module, "__dict__", None)) for module in list(sys.modules.values())}
    held = []
    while pending:
        each = pending.pop()
        held.append(each)
        for inner in gc.get_referents(each):
            if id(inner) not in seen and not isinstance(inner, _CLOSED):
                seen.add(id(inner))
                pending.append(inner)
    return held
