"""Objects named on the command line: ``module:name``, and the suggestion for a name that does not exist."""

from __future__ import annotations

import difflib
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import UsageError

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
    here = str(Path.cwd())
    if here not in sys.path and "" not in sys.path:
        sys.path.insert(0, here)
    try:
        found: object = importlib.import_module(module_name)
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and error.name and f"{module_name}.".startswith(f"{error.name}."):
            raise UsageError(f"no module named {error.name!r}, looked for {what} from {here}") from error
        raise UsageError(f"importing {module_name} failed: {type(error).__name__}: {error}") from error
    for name in path.split("."):
        try:
            found = getattr(found, name)
        except AttributeError:
            names = [known for known in dir(found) if not known.startswith("_")]
            raise unknown_name(name, names, f"name in {module_name}") from None
    return found


def unknown_name(name: str, known: Iterable[str], what: str) -> UsageError:
    """The error for a wrong name, with the closest right one.

    >>> print(unknown_name("unloked", ["unlocked", "thread-lock"], "store"))
    no store named 'unloked', did you mean 'unlocked'?
    """
    known = list(known)
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        return UsageError(f"no {what} named {name!r}, did you mean {close[0]!r}?")
    return UsageError(f"no {what} named {name!r}" + (f"; there are: {', '.join(known)}" if len(known) <= 20 else ""))
