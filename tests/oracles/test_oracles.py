"""What holds for every oracle."""

from __future__ import annotations

import pytest

from harness.model.event import History
from harness.oracles import ORACLES, Oracle

EACH = pytest.mark.parametrize("oracle", ORACLES.values(), ids=list(ORACLES))


def test_an_oracle_is_found_by_the_name_of_what_it_finds() -> None:
    assert {name: str(oracle.kind) for name, oracle in ORACLES.items()} == {name: name for name in ORACLES}


@EACH
def test_every_oracle_has_a_title_for_people(oracle: Oracle) -> None:
    assert oracle.kind.heading.isupper()


@EACH
def test_nothing_is_wrong_where_nothing_happened(oracle: Oracle) -> None:
    assert list(oracle.find(History())) == []
