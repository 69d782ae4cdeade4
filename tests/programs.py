"""What programs under test are made of."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Box", "in_threads"]


class Box:
    """An object with attributes: the state that a program shares."""

    value: Any

    def __init__(self, value: Any = 0) -> None:
        self.value = value


def in_threads(*functions: Callable[[], object]) -> None:
    """Run each function in a thread of its own, named after it, and wait for all of them."""
    threads = [threading.Thread(target=function, name=getattr(function, "__name__", "")) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
