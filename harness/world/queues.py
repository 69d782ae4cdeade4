"""``queue.SimpleQueue`` for the run: what CPython's version in C does in one step is done under one lock.

CPython's own version in Python (``queue._PySimpleQueue``) appends before it takes its lock, and is asked for its size
without one. Threads that do so are ordered by nothing, so a search would have to treat each use as an access to data,
and each use would be a data race, which it is not in the C version.

Source: ``Modules/_queuemodule.c``, ``Lib/queue.py``.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from types import GenericAlias
from typing import Any

__all__ = ["SimpleQueue"]


class SimpleQueue:
    """Stands in for ``queue.SimpleQueue``, with the same methods."""

    def __init__(self) -> None:
        self._queue: deque[Any] = deque()
        self._not_empty = threading.Condition(threading.Lock())

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        with self._not_empty:
            self._queue.append(item)
            self._not_empty.notify()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if block and timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        with self._not_empty:
            if not (self._queue or (block and self._not_empty.wait_for(lambda: self._queue, timeout))):
                raise queue.Empty
            return self._queue.popleft()

    def put_nowait(self, item: Any) -> None:
        self.put(item)

    def get_nowait(self) -> Any:
        return self.get(block=False)

    def empty(self) -> bool:
        return not self.qsize()

    def qsize(self) -> int:
        with self._not_empty:
            return len(self._queue)

    __class_getitem__: Any = classmethod(GenericAlias)
