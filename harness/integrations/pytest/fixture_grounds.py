"""What the proof of a test rests on beside its source: which fixtures it gets, and from where."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

__all__ = ["grounds_of_test"]


def grounds_of_test(item: pytest.Function) -> dict[str, str]:
    """Name the fixtures of a test, each with its scope and the function that makes it, as a checksum."""
    names = []
    for name, definitions in sorted(item._fixtureinfo.name2fixturedefs.items()):
        for each in definitions:
            made_by = f"{getattr(each.func, '__module__', '')}:{getattr(each.func, '__qualname__', '')}"
            names.append(f"{name} {each.scope} {made_by}")
    return {"fixtures": hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]}
