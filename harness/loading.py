"""Objects named on the command line: ``module:name``, and the suggestion for a name that does not exist."""

from __future__ import annotations

import difflib
import importlib
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["load_object", "unknown_name"]


def load_object(reference: str, what: str) -> object:
    """Import ``module:name``; the current directory counts as a place to import from, as with ``python -m``.

    Args:
        reference: Such as ``"my_service.jobs:JobStore"``; the name may have dots: ``"tests.jobs:Suite.program"``.
        what: What the caller takes it for ("a store"), for the error's text.

    Raises:
        UsageError: There is no such module or name, or the module fails while it is imported.
    """
    module_name, _, path = reference.partition(":")
    if not module_name or not path:
        raise UsageError(f"{reference!r} does not name {what}: expected module:name, such as my_service.jobs:name")
    if module_name.endswith(".py") or module_name.startswith(".") or any(mark in module_name for mark in "/\\"):
        name = module_name.removesuffix(".py").replace("/", ".").replace("\\", ".").strip(".")
        raise UsageError(f"{module_name!r} is no name of a module: expected dots and no .py, as in {name}:{path}")
    here = str(Path.cwd())
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    try:
        found: object = importlib.import_module(module_name)
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and error.name and f"{module_name}.".startswith(f"{error.name}."):
            raise UsageError(
                f"no module named {error.name!r}, looked for {what} from {here}{_found(error.name)}"
            ) from error
        raise UsageError(f"importing {module_name} failed: {type(error).__name__}: {error}{_line_of(error)}") from error
    except SystemExit as error:
        raise UsageError(f"importing {module_name} failed: it leaves with sys.exit({error.code!r})") from error
    for name in path.split("."):
        try:
            found = getattr(found, name)
        except AttributeError:
            names = [known for known in dir(found) if not known.startswith("_")]
            raise unknown_name(name, names, f"name in {module_name}") from None
    return found


def _found(module_name: str) -> str:
    """Where a file of that name is after all: pytest imports tests from their own folders, and nobody else does."""
    top = module_name.partition(".")[0]
    for depth in range(1, 4):
        for path in sorted(Path.cwd().glob("*/" * depth + f"{top}.py")):
            folder = path.parent.relative_to(Path.cwd())
            if not any(part.startswith(".") for part in folder.parts):
                return f"; it is in {folder}: call it with PYTHONPATH={folder}"
    return ""


def _line_of(error: BaseException) -> str:
    """Where a module failed: the innermost line that is not the import machinery's."""
    if isinstance(error, SyntaxError):
        return ""  # it names its file and line itself
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if not frame.filename.startswith("<") and "importlib" not in frame.filename]
    return f" ({inside[-1].filename}:{inside[-1].lineno})" if inside and inside[-1].filename != __file__ else ""


def unknown_name(name: str, known: Iterable[str], what: str) -> UsageError:
    """The error for a wrong name, with the closest right one.

    >>> print(unknown_name("unloked", ["unlocked", "thread-lock"], "store"))
    no store named 'unloked', did you mean 'unlocked'?
    """
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return UsageError(f"no {what} named {name!r}, did you mean {close[0]!r}?")
    return UsageError(
        f"no {what} named {name!r}" + (f"; there are: {', '.join(known)}" if 0 < len(known) <= 20 else "")
    )
