"""Reads and parses the files under audit, and those near them that their classes come from, each one once."""

from __future__ import annotations

import ast
from asyncio import Future
from collections import deque
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from harness.audit.symbols import Module
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from harness.audit.symbols import Class, Function

__all__ = ["Project"]

_BUILT_IN: Final = (dict, list, set, str, bytes, deque, Thread, Queue, Future, Event, Path)


class Project:
    """Holds the files under audit, and those that their classes come from."""

    def __init__(self, paths: Sequence[Path], index: Callable[[Project, Module], None]) -> None:
        """Read the files that are to be audited.

        Args:
            paths: The files.
            index: Fills the tables of a module that was read.

        Raises:
            UsageError: One cannot be read or is no Python.
        """
        self.names = {path.resolve(): str(path) for path in paths}
        self.modules: dict[Path, Module] = {}
        self._index = index
        self._files: dict[tuple[str, str], Path | None] = {}  # of the packages that modules import
        self.audited = [self.load(path) for path in paths]

    def load(self, path: Path) -> Module:
        """Return the module in a file, read once, under the path by which the user named it."""
        key = path.resolve()
        if key not in self.modules:
            self.modules[key] = module = Module(self.names.get(key, str(path)), _parse(path))
            self._index(self, module)
        return self.modules[key]

    def imported_class(self, module: Module, name: str) -> Class | None:
        """The class that a dotted name leads to, in a file near the module that imports it."""
        package, _, simple = name.rpartition(".")
        if not package or package.split(".")[0] in ("threading", "asyncio", "typing", "collections"):
            return None
        key = (module.path, package)
        if key not in self._files:
            near = (folder.joinpath(*package.split(".")) for folder in Path(module.path).resolve().parents)
            self._files[key] = next((each for base in near if (each := base.with_suffix(".py")).is_file()), None)
        file = self._files[key]
        return self.load(file).classes.get(simple) if file is not None else None

    def method_named(self, name: str) -> Function | None:
        """The one public method of this name; None if there are several, or if something built in has one, too."""
        if name.startswith("_") or any(hasattr(each, name) for each in _BUILT_IN):
            return None
        found = [cls.methods[name] for module in self.audited for cls in module.classes.values() if name in cls.methods]
        return found[0] if len(found) == 1 else None

    def functions(self) -> Iterator[Function]:
        """Every function with a name in the audited files, and what their classes inherit."""
        seen: set[Function] = set()
        for module in self.audited:
            for function in (*module.functions.values(), *_methods(module)):
                if function not in seen:
                    seen.add(function)
                    yield function


def _methods(module: Module) -> Iterator[Function]:
    for cls in module.classes.values():
        yield from cls.methods.values()


def _parse(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes(), filename=str(path))
    except OSError as exc:
        raise UsageError(f"cannot read {path}: {exc.strerror}; name a Python file or a folder of them") from None
    except SyntaxError as exc:
        raise UsageError(
            f"{path}:{exc.lineno or 1}: not Python: {exc.msg}; correct it, or leave the file out"
        ) from None
    except (ValueError, RecursionError) as exc:
        raise UsageError(f"{path}:1: cannot be parsed: {exc}; correct it, or leave the file out") from None
