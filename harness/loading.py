"""Objects named on the command line, ``module:name`` or ``path.py:name``, and the suggestion for a wrong name."""

from __future__ import annotations

import difflib
import functools
import importlib
import inspect
import os
import sys
import traceback
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final, cast

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

__all__ = ["load_object", "project_root", "unknown_name"]

_MARKS: Final = ("pyproject.toml", "setup.cfg", "setup.py", ".git")
_NEVER: Final = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist", "venv"})
_DEEP: Final = 4
"""How many folders below the project's root a module is looked for."""


def project_root(start: Path | None = None) -> Path:
    """The folder of the project: the nearest one upwards that has a ``pyproject.toml``, ``setup.cfg`` or ``.git``.

    Args:
        start: Where to begin; by default the current directory, which is also the answer if there is no project.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if any((folder / mark).exists() for mark in _MARKS):
            return folder
    return start


def load_object(reference: str, what: str) -> object:
    """Import what a user names, as with ``python -m`` and ``pytest``: from the current directory, or by its file.

    Args:
        reference: ``"my_service.jobs:JobStore"``, ``"tests/test_jobs.py:program"``, ``"tests/test_jobs.py::test_one"``;
            the name may have dots: ``"tests.jobs:Suite.program"``. A method of a class is bound to a new object of it.
        what: What the caller takes it for ("a store"), for the error's text.

    Raises:
        UsageError: There is no such module or name, or the module fails while it is imported.
    """
    place, double, path = reference.partition("::")
    if double:
        path = path.replace("::", ".")
    else:
        place, _, path = reference.rpartition(":")
    if not place or not path:
        raise UsageError(
            f"{reference!r} does not name {what}: expected module:name or path.py:name, such as my_service.jobs:name"
        )
    if place.endswith(".py") or "/" in place or os.sep in place:
        module_name = _enter_folder_of(place, what)
        module = _import(module_name, what)
        _require_file(module, place)
    else:
        module_name, module = place, _import(place, what)
    return _member(module, module_name, path)


def _enter_folder_of(place: str, what: str) -> str:
    """Make a file importable, as pytest does, and return the name of its module."""
    file = Path(place if place.endswith(".py") else f"{place}.py").resolve()
    if not file.is_file():
        raise UsageError(f"there is no file {place}, looked for {what} from {Path.cwd()}")
    names, folder = [file.stem] if file.stem != "__init__" else [], file.parent
    while (folder / "__init__.py").exists():
        names.insert(0, folder.name)
        folder = folder.parent
    _enter(folder)
    return ".".join(names)


def _require_file(module: ModuleType, place: str) -> None:
    found = getattr(module, "__file__", None)
    file = Path(place if place.endswith(".py") else f"{place}.py").resolve()
    if found is None or Path(found).resolve() != file:
        raise UsageError(
            f"{place} would be imported as {module.__name__}, and that name leads to {found}: rename the file, or put "
            f"an __init__.py beside it"
        )


def _enter(folder: Path) -> None:
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def _import(module_name: str, what: str) -> ModuleType:
    here = Path.cwd()
    if "" not in sys.path:
        _enter(here)
    root = project_root(here)
    for folder in (root, root / "src"):
        if folder.is_dir() and str(folder) not in sys.path:
            sys.path.append(str(folder))  # last, for a project that is not installed
    real_exit, os._exit = os._exit, sys.exit  # type: ignore[assignment]
    try:
        return importlib.import_module(module_name)
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and error.name and f"{module_name}.".startswith(f"{error.name}."):
            folder = _folder_with(error.name, root, what)
            if str(folder) not in sys.path:
                sys.path.insert(0, str(folder))
                return _import(module_name, what)
            raise UsageError(f"no module named {error.name!r}, looked for {what} from {here}") from error
        raise UsageError(f"importing {module_name} failed: {type(error).__name__}: {error}{_line_of(error)}") from error
    except SystemExit as error:
        raise UsageError(f"importing {module_name} failed: it leaves with sys.exit({error.code!r})") from error
    finally:
        os._exit = real_exit


def _folder_with(module_name: str, root: Path, what: str) -> Path:
    """The one folder of the project from which a module can be imported: pytest imports tests from their own folders.

    Raises:
        UsageError: There is none, or more than one.
    """
    top = module_name.partition(".")[0]
    found = [] if "." in module_name else list(_folders_with(top, root, _DEEP))
    if len(found) == 1:
        return found[0]
    if found:
        places = ", ".join(str(folder.relative_to(root)) for folder in found)
        raise UsageError(f"there are several modules named {top!r}, in {places}: name the file, as in path.py:name")
    raise UsageError(f"no module named {module_name!r}, looked for {what} from {Path.cwd()}")


def _folders_with(top: str, folder: Path, depth: int) -> Iterator[Path]:
    if (folder / f"{top}.py").is_file() or (folder / top / "__init__.py").is_file():
        yield folder
    if not depth:
        return
    try:
        inner = sorted(each.path for each in os.scandir(folder) if each.is_dir(follow_symlinks=False))
    except OSError:
        return
    for path in map(Path, inner):
        if not path.name.startswith(".") and path.name not in _NEVER and not (path / "__init__.py").exists():
            yield from _folders_with(top, path, depth - 1)


def _member(module: ModuleType, module_name: str, path: str) -> object:
    found: object = module
    for name in path.split("."):
        owner = found
        try:
            found = getattr(owner, name)
        except AttributeError:
            names = [known for known in dir(owner) if not known.startswith("_")]
            raise unknown_name(name, names, f"name in {module_name}") from None
        if isinstance(found, FunctionType) and isinstance(owner, type) and owner.__dict__.get(name) is found:
            found = _on_new_object(owner, cast("FunctionType", found))
    return found


def _on_new_object(cls: type[Any], method: FunctionType) -> Any:
    """A function that calls a method of a test class, each time on a new object."""
    if len(inspect.signature(method).parameters) != 1:
        return method  # it wants more than its object: whoever calls it says so
    program: Any
    if inspect.iscoroutinefunction(method):

        async def program() -> Any:
            return await method(cls())
    else:

        def program() -> Any:
            return method(cls())

    functools.update_wrapper(program, method)
    program.__signature__ = inspect.Signature()
    return program


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
