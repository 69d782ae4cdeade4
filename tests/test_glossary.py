"""The glossary: what it names in the code exists, and each word is defined once."""

from __future__ import annotations

import re
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

GLOSSARY = Path(__file__).parent.parent / "docs" / "glossary.md"
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in GLOSSARY.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| Word")
]
NAMES = sorted({name for row in ROWS for name in re.findall(r"`(harness\.[\w.]+)`", row[2])})


def found(name: str) -> Any:
    """The object of a dotted name: a module, or an attribute of one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            module = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        return reduce(getattr, parts[length:], module)
    raise AssertionError(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_the_glossary_exists_in_the_code(name: str) -> None:
    assert found(name) is not None


def test_each_word_is_defined_once() -> None:
    words = [word.strip() for row in ROWS for word in row[0].split(",")]
    assert len(words) == len(set(words)) > 30


def test_each_row_has_a_word_a_meaning_and_a_place() -> None:
    assert all(len(row) == 3 and row[0] and row[1].endswith(".") for row in ROWS)
