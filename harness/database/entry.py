"""The form of a kept entry: a heading, then a line ``key: value`` for each fact, so that two people's edits merge.

A key may come more than once; a value is one line of printable text. The form knows nothing of what the keys mean.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["file_name", "one_line", "read_entry", "write_entry"]

_LONGEST: Final = 60
"""Characters of a file name before its checksum."""


def write_entry(kind: str, facts: Iterable[tuple[str, str]]) -> str:
    """Write the text of an entry.

    Args:
        kind: ``"failure"`` or ``"proof"``.
        facts: Pairs of a key and a value.

    Example:
        >>> print(write_entry("proof", [("test", "test_jobs.py::test_two")]), end="")
        race-harness proof 1
        test: test_jobs.py::test_two
    """
    lines = [f"race-harness {kind} 1", *(f"{key}: {one_line(value)}".rstrip() for key, value in facts)]
    return "\n".join(lines) + "\n"


def read_entry(path: Path, kind: str) -> dict[str, list[str]]:
    """Read an entry: for each key, its values in order.

    Raises:
        UsageError: The file is no such entry; the message names the file and the line.
    """
    try:
        lines = path.read_bytes().decode().splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"{path}: cannot be read ({exc}): mend it, or delete it") from None
    if not lines or lines[0] != f"race-harness {kind} 1":
        raise UsageError(f"{path}:1: this is no {kind} kept by race-harness: mend it, or delete it")
    facts: dict[str, list[str]] = defaultdict(list)
    for number, line in enumerate(lines[1:], start=2):
        key, colon, value = line.partition(":")
        if not colon or not key.isidentifier():
            raise UsageError(f"{path}:{number}: not of the form 'key: value': mend it, or delete the file")
        facts[key].append(value.strip())
    return facts


def one_line(text: str) -> str:
    """Reduce a text to one line of what can be printed and encoded."""
    return "".join(each if each.isprintable() else " " for each in text).strip()


def file_name(label: str, *more: str) -> str:
    """Return a file name that a person recognises and that no other entry has.

    Args:
        label: What the entry is about.
        more: What else tells it from other entries.
    """
    words = re.sub(r"[^A-Za-z0-9]+", "-", label.rpartition("/")[2]).strip("-")[:_LONGEST]
    digest = hashlib.sha256("\0".join((label, *more)).encode(errors="surrogatepass")).hexdigest()[:8]
    return f"{words}-{digest}.txt"
