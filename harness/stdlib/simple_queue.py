"""``queue.SimpleQueue``, each operation one step, as in CPython's version in C (``Modules/_queuemodule.c``).

CPython's version in Python (``queue._PySimpleQueue``) would not do in its stead: it appends before it takes its lock,
and is asked for its size without one, so two threads that use it are ordered by nothing.
"""

from __future__ import annotations

import queue
from collections import deque
from types import GenericAlias
from typing import Any, Final

from harness.engine.protocol import door
from harness.model.kind import Kind
from harness.stdlib.patch import Exchange, controlled

__all__ = ["EXCHANGES", "PATCHES", "SimpleQueue"]

_PUT, _ADD, _GET = int(Kind.PUT), int(Kind.ADD), int(Kind.GET)
_TRY, _TAKE = int(Kind.TRY), int(Kind.TAKE)
_RealQueue: Final = queue.SimpleQueue


class SimpleQueue:
    """A ``queue.SimpleQueue``. Any of the threads that wait may be the one that gets the next item."""

    __slots__ = ("__weakref__", "_items")
    race_in_c = True

    def __init__(self) -> None:
        self._items: deque[Any] = deque()

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        door.execution.switch_point(_PUT, self)
        if self._items:
            door.execution.reclassify_last(_ADD)
        self._items.append(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        items = self._items
        if not block:
            door.execution.switch_point(_TRY, self)
            if items:
                door.execution.reclassify_last(_TAKE)
        elif timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        else:
            door.execution.wait_until(_GET, self, lambda: bool(items), timeout)
        if not items:
            raise queue.Empty
        return items.popleft()

    def put_nowait(self, item: Any) -> None:
        self.put(item)

    def get_nowait(self) -> Any:
        return self.get(False)

    def empty(self) -> bool:
        return not self.qsize()

    def qsize(self) -> int:
        door.execution.switch_point(_TRY, self)
        return len(self._items)

    __class_getitem__: Any = classmethod(GenericAlias)


PATCHES: Final = (controlled(queue, "SimpleQueue", SimpleQueue),)
EXCHANGES: Final = (Exchange(_RealQueue, SimpleQueue),)
