"""What a proof rests on, and what of it has changed: source in scope, libraries, options, Python.

Of the project's own files the syntax tree counts: comments, blank lines and docstrings may change. Of other files every
byte does. What could make it wrong: a proof that rests on what is not listed, such as a data file or the environment.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from harness.exploration.source import checksum_of_module
from harness.model.harness_version import installed_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.model.options import Options
    from harness.model.scope import Scope

__all__ = ["Grounds", "changes", "grounds_of"]

Grounds = dict[str, str]
"""Name of what is rested on -> its value, or its checksum."""

_OURS = ("harness", "greenlet", "pytest", "_pytest", "pluggy")


def grounds_of(options: Options, scope: Scope, root: Path, more: Mapping[str, str]) -> Grounds:
    """List what the proof that has just been made rests on.

    Args:
        options: What was asked for.
        scope: What the executions came to.
        root: Folder that the paths are written from.
        more: What else the caller knows of: name -> value.
    """
    found = {**_surroundings(options), **more}
    for name in sorted(scope.rewritten):
        file = _file_of(name)
        if file is not None:
            path = Path(file)
            shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else file
            found[f"source {shown}"] = _of_source(path)
    for name in sorted(scope.opaque):
        top = name.partition(".")[0]
        if name[0] not in "</" and top not in sys.stdlib_module_names and top not in _OURS:
            found[f"library {name}"] = _of_library(name)
    return found


def changes(grounds: Grounds, options: Options, root: Path, more: Mapping[str, str]) -> list[str]:
    """Name what has changed since a proof was made; nothing, if it still holds.

    Args:
        grounds: As :func:`grounds_of` made them.
        options, root, more: As for that.
    """
    now = {**_surroundings(options), **more}
    for name in grounds:
        what, _, which = name.partition(" ")
        if what == "source":
            now[name] = _of_source(root / which)
        elif what == "library":
            now[name] = _of_library(which)
    return sorted(name for name in now.keys() | grounds.keys() if now.get(name) != grounds.get(name))


def _surroundings(options: Options) -> Grounds:
    free = " free-threaded" if not getattr(sys, "_is_gil_enabled", lambda: True)() else ""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}{free}",
        "race-harness": installed_version(),
        "options": f"{options.switching} {options.order} detect={','.join(sorted(options.detect))} "
        f"instrument={','.join(sorted(options.instrument))} max_steps={options.max_steps}",
    }


def _of_source(path: Path) -> str:
    try:
        return checksum_of_module(path.read_bytes())[:16]
    except (OSError, SyntaxError, ValueError):
        return "missing"


def _of_library(name: str) -> str:
    file = _file_of(name)
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()[:16] if file is not None else "missing"
    except OSError:
        return "missing"


def _file_of(name: str) -> str | None:
    module = sys.modules.get(name)
    if module is not None:
        return getattr(module, "__file__", None)
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
    return spec.origin if spec is not None and spec.has_location else None
