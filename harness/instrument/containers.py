"""What the methods of the built-in containers do to their contents: data for the hooks.

Two accesses of a container conflict if they name the same key, if one of them is WHOLE, or if one asks for SIZE and the
other is a RESIZE. The positions of a sequence move and come and go, so what changes its size
is an access to the WHOLE of it. Where the documentation leaves room, the larger effect is assumed.
"""

from __future__ import annotations

import array
import collections
from types import MappingProxyType
from typing import Any, Final

from harness.model.event import SIZE, WHOLE
from harness.model.kind import Kind

__all__ = ["CONTAINERS", "MAPPINGS", "SEQUENCES", "VIEWS", "method_effect", "plain_key"]

READ, WRITE, RESIZE = int(Kind.READ), int(Kind.WRITE), int(Kind.RESIZE)
_FIRST: Final = object()  # the key is the first argument

MAPPINGS: Final = (dict, collections.OrderedDict, collections.defaultdict, collections.Counter)
SEQUENCES: Final = (list, collections.deque, bytearray, array.array)
CONTAINERS: Final = frozenset({*MAPPINGS, *SEQUENCES, set})
VIEWS: Final[dict[type, Any]] = {type({}.keys()): SIZE, type({}.values()): WHOLE, type({}.items()): WHOLE}
VIEWS[MappingProxyType] = WHOLE
VIEWS[type(collections.OrderedDict().keys())] = SIZE
VIEWS[type(collections.OrderedDict().values())] = WHOLE
VIEWS[type(collections.OrderedDict().items())] = WHOLE

_MAPPING: Final = {
    "get": (READ, _FIRST), "__contains__": (READ, _FIRST), "__getitem__": (READ, _FIRST), "copy": (READ, WHOLE),
    "__setitem__": (WRITE, _FIRST), "__delitem__": (RESIZE, _FIRST), "setdefault": (RESIZE, _FIRST),
    "pop": (RESIZE, _FIRST), "popitem": (RESIZE, WHOLE), "clear": (RESIZE, WHOLE), "update": (RESIZE, WHOLE),
    "__len__": (READ, SIZE), "__iter__": (READ, SIZE), "move_to_end": (WRITE, WHOLE), "most_common": (READ, WHOLE),
    "total": (READ, WHOLE), "subtract": (RESIZE, WHOLE), "elements": (READ, WHOLE), "__eq__": (READ, WHOLE),
    "__ne__": (READ, WHOLE), "__or__": (READ, WHOLE), "__ror__": (READ, WHOLE), "__reversed__": (READ, WHOLE),
}  # fmt: skip
_SET: Final = {
    "add": (RESIZE, _FIRST), "discard": (RESIZE, _FIRST), "remove": (RESIZE, _FIRST), "pop": (RESIZE, WHOLE),
    "clear": (RESIZE, WHOLE), "__contains__": (READ, _FIRST), "__len__": (READ, SIZE), "__iter__": (READ, SIZE),
}  # fmt: skip
_SEQUENCE_READS: Final = frozenset({"copy", "count", "index", "__contains__", "__getitem__", "__iter__", "tolist"})

_IN_PLACE: Final = frozenset({"__iadd__", "__iand__", "__imul__", "__ior__", "__isub__", "__ixor__"})
_NO_EFFECT: Final = frozenset(
    {"keys", "values", "items", "fromkeys", "__class__", "__init__", "__repr__", "__sizeof__"}
)


def method_effect(kind: type, name: str) -> tuple[int, Any, bool] | None:
    """What a method does: ``(kind, key, key is the first argument)``; None if it touches no contents."""
    if name in _NO_EFFECT:
        return None
    if name in _IN_PLACE:
        return RESIZE, WHOLE, False
    if kind is set:
        effect = _SET.get(name, (READ, WHOLE) if not name.endswith("_update") and name != "update" else (RESIZE, WHOLE))
    elif kind in MAPPINGS:
        effect = _MAPPING.get(name, (RESIZE, WHOLE))
    elif name == "__len__":
        effect = (READ, SIZE)
    elif name in _SEQUENCE_READS:
        effect = (READ, WHOLE)
    else:
        effect = (RESIZE, WHOLE)
    return effect[0], effect[1], effect[1] is _FIRST


def plain_key(key: object) -> object:
    """The key itself if comparing it runs no code of the program, else WHOLE."""
    kind = type(key)
    if kind is str or kind is int or kind is bool or key is None or kind is bytes or kind is float:
        return key
    if kind is tuple and all(plain_key(part) is not WHOLE for part in key):  # type: ignore[attr-defined]
        return key
    return WHOLE
