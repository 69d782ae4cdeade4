"""Generated programs: what samplers show is among what the search lists. A few seeds here, hours by ``make hunt``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.differential.generated import source_of
from tests.differential.hunt import fault_of, load, main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seed", range(6))
def test_the_search_and_the_samplers_agree(seed: int, tmp_path: Path) -> None:
    name = f"generated_{seed}"
    try:
        assert fault_of(load(source_of(seed), tmp_path, name), schedules=600, samples=20) is None
    finally:
        sys.modules.pop(name, None)


def test_a_seed_makes_one_program() -> None:
    assert source_of(7) == source_of(7) != source_of(8)


def test_a_program_that_fails_is_kept_with_what_was_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.differential.hunt.fault_of", lambda program: "a fault")
    assert main(["--seed", "7", "--count", "1", "--keep", str(tmp_path)]) == 1
    kept = (tmp_path / "generated_7.py").read_text(encoding="utf-8")
    assert kept == f"{source_of(7)}\n\n# a fault\n"
    assert capsys.readouterr().out == "seed 7: a fault\n1 programs from seed 7 on, 1 faults\n"
