"""Whether a test starts anything beside itself, seen while it is run once as pytest runs it.

Counted are threads, functions given to a thread pool, tasks that begin while another task of their loop is there, and
timers of the program's own. What could make it wrong: a thread from before the test that is spoken to by other means,
such as a queue. Such a test is run once and not explored; the summary says how many were.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SecondActor"]


class SecondActor:
    """Watches for a second actor.

    Attributes:
        was_started: There was one.
    """

    def __init__(self) -> None:
        self.was_started = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Watch until the block is left."""
        pool, thread, loop = concurrent.futures.ThreadPoolExecutor, threading.Thread, asyncio.BaseEventLoop
        methods: list[tuple[type, str]] = [
            (thread, "start"),
            (pool, "submit"),
            (loop, "create_task"),
            (loop, "call_at"),
        ]
        originals = [(owner, name, owner.__dict__[name]) for owner, name in methods]
        try:
            for owner, name, original in originals:
                setattr(owner, name, self._noting(name, original))
            yield
        finally:
            for owner, name, original in originals:
                setattr(owner, name, original)

    def _noting(self, name: str, original: Any) -> Any:
        def noting(this: Any, *args: Any, **kwargs: Any) -> Any:
            if name in ("start", "submit"):
                self.was_started = True
            elif name == "create_task":
                self.was_started = self.was_started or any(not task.done() for task in asyncio.all_tasks(this))
            elif len(args) > 1 and not getattr(args[1], "__module__", "").startswith("asyncio"):
                self.was_started = True
            return original(this, *args, **kwargs)

        return noting
