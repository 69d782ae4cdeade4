from __future__ import annotations

import ast
from pathlib import Path

import pytest

import harness
from harness.model.kind import ACCESSES, SEMANTICS, WRITES, Kind, kinds_where

SOURCES = sorted(Path(harness.__file__).parent.rglob("*.py"))


def test_every_kind_has_one_row_in_the_order_of_the_kinds() -> None:
    assert list(SEMANTICS) == list(Kind) == list(range(len(Kind)))


def test_the_accesses_come_first() -> None:
    assert {0, 1, 2} == ACCESSES == {Kind.READ, Kind.WRITE, Kind.RESIZE}
    assert WRITES == ACCESSES - {Kind.READ}


def test_only_an_access_writes_and_only_synchronisation_orders() -> None:
    for kind, row in SEMANTICS.items():
        assert row.is_access or not row.writes, kind.name
        assert not row.is_access or not (row.learns or row.tells or row.takes or row.enables or row.timed), kind.name


def test_what_enables_another_operation_tells_it_and_what_is_enabled_learns_it() -> None:
    pairs = [(kind, row.enables) for kind, row in SEMANTICS.items() if row.enables is not None]
    assert pairs
    for first, second in pairs:
        assert SEMANTICS[first].tells and SEMANTICS[second].learns, (first.name, second.name)


def test_a_look_changes_nothing_so_it_neither_takes_nor_tells() -> None:
    assert not kinds_where(lambda row: row.looks) & kinds_where(lambda row: row.takes or row.tells or row.writes)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_number_is_compared_with_a_kind_by_hand(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        names = [side.id if isinstance(side, ast.Name) else getattr(side, "attr", "") for side in sides]
        numbers = [side for side in sides if isinstance(side, ast.Constant) and isinstance(side.value, int)]
        is_ordered = any(isinstance(each, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for each in node.ops)
        of_kind = [side for side in sides if "Kind." in ast.unparse(side)]
        assert not ("kind" in names and numbers), f"{path}:{node.lineno}: name the kind"
        assert not (of_kind and is_ordered), f"{path}:{node.lineno}: ask the table of kinds"
