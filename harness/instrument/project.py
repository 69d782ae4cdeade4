"""What belongs to the user's project: its folder, its files, and what its ``pyproject.toml`` says of the harness."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from harness.instrument.library import is_library
from harness.model.errors import UsageError

__all__ = ["belongs_to", "named_in_settings", "root_of"]

_MARKS: Final = ("pyproject.toml", "setup.cfg", "setup.py", ".git", ".hg")
_HARNESS: Final = str(Path(__file__).resolve().parent.parent)
_SYNTHETIC: Final = frozenset({"site-packages", "dist-packages"})
"""Folders of installed packages, of whatever environment."""


@cache
def root_of(file: str) -> str:
    """The folder of the project that a file belongs to.

    That is the nearest folder upwards that has a ``pyproject.toml``, ``setup.cfg``, ``setup.py`` or ``.git``; without
    one, the folder of the file, or the one above a folder of tests.

    Args:
        file: Path of a source file.
    """
    here = Path(file).resolve().parent
    for folder in (here, *here.parents):
        if any((folder / mark).exists() for mark in _MARKS):
            return str(folder)
    while here.name in ("tests", "test", "src") or (here / "__init__.py").exists():
        here = here.parent
    return str(here)


@cache
def belongs_to(root: str, file: str) -> bool:
    """Whether a source file is the user's own: below ``root``, and of no installed package.

    Args:
        root: As :func:`root_of` says.
        file: Path of a source file.
    """
    path = Path(file).resolve()
    if Path(root) not in path.parents or _SYNTHETIC & set(path.parts):
        return False
    return not is_library(str(path)) and not str(path).startswith(_HARNESS)


@cache
def named_in_settings(root: str) -> tuple[str, ...]:
    """The packages that ``[tool.race] instrument`` names in the project's ``pyproject.toml``.

    Raises:
        UsageError: The file cannot be read, or the setting is no list of names.
    """
    path = Path(root) / "pyproject.toml"
    if not path.is_file():
        return ()
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise UsageError(f"cannot read {path}: {exc}") from None
    named = settings.get("tool", {}).get("race", {}).get("instrument", [])
    if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
        raise UsageError(f'{path}: [tool.race] instrument is a list of modules or packages, such as ["cachetools"]')
    return tuple(named)
