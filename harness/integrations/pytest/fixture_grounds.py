"""What the proof of a test rests on beside the source in scope: its own file, and its fixtures with theirs."""

from __future__ import annotations

import hashlib
import inspect
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

__all__ = ["grounds_of_test"]


def grounds_of_test(item: pytest.Function) -> dict[str, str]:
    """Return checksums of the file of a test, and of its fixtures: their names, scopes, functions and files."""
    names = []
    for name, definitions in sorted(item._fixtureinfo.name2fixturedefs.items()):
        for each in definitions:
            code = getattr(inspect.unwrap(each.func), "__code__", None)
            file = _checksum(code.co_filename) if code is not None else ""
            made_by = f"{getattr(each.func, '__module__', '')}:{getattr(each.func, '__qualname__', '')}"
            names.append(f"{name} {each.scope} {made_by} {file}")
    fixtures = hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
    return {"fixtures": fixtures, "test file": _checksum(str(item.path))}


def _checksum(file: str) -> str:
    try:
        return hashlib.sha256(Path(file).read_bytes()).hexdigest()[:16]
    except OSError:
        return "missing"
