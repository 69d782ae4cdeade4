"""Which files belong to Python and to installed packages, not to the program."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import Final

__all__ = ["is_library"]

_FOLDERS: Final = tuple(
    str(Path(path).resolve())
    for name, path in sysconfig.get_paths().items()
    if name in ("stdlib", "platstdlib", "purelib", "platlib")
)


def is_library(file: str | None) -> bool:
    """Whether a module with this ``__file__`` belongs to Python or an installed package; None stands for built-in."""
    if file is None:
        return True
    return str(Path(file).resolve()).startswith(_FOLDERS)
