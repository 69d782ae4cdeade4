"""The first import of a module by the program itself: it is done once, before anything is searched.

What a module does when it is imported (it fills a registry, say) happens once in a process, so it can belong to no
execution. The execution that is about to do it is cut off, the import is done outside, and the program begins anew.
"""

from __future__ import annotations

import importlib
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from harness.engine.protocol import door, is_inside
from harness.model.errors import HarnessError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

__all__ = ["FirstImports", "ImportNeeded", "import_outside"]


class ImportNeeded(HarnessError):
    """An execution is about to import the module of that name."""


class FirstImports:
    """Context manager: inside it, an execution that is about to import a module for the first time is cut off.

    Args:
        known: Names of modules whose import has been attempted: those are left to the program.
        cut_off: Ends the execution.
    """

    def __init__(self, known: Collection[str], cut_off: Callable[[ImportNeeded], None]) -> None:
        self._known = known
        self._cut_off = cut_off

    def __enter__(self) -> FirstImports:
        sys.meta_path.insert(0, self)
        return self

    def __exit__(self, *exc: object) -> None:
        sys.meta_path.remove(self)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Find nothing: every other finder comes after this one."""
        if name not in self._known and is_inside() and door.execution.recording:
            self._cut_off(ImportNeeded(name))


def import_outside(name: str) -> None:
    """Import a module outside all executions. What that raises, the program will see for itself."""
    with suppress(Exception):
        importlib.import_module(name)
