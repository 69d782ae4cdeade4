"""What the gate is told in ``pyproject.toml``, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.gate.gate_settings import GateSettings, read_settings
from harness.model.errors import UsageError

MALFORMED = settings(max_examples=max(200, settings().max_examples))


def settings_of(tmp_path: Path, text: str) -> GateSettings:
    (tmp_path / "pyproject.toml").write_text(text)
    return read_settings(tmp_path)


def test_names_and_numbers_are_read(tmp_path: Path) -> None:
    found = settings_of(
        tmp_path,
        '[tool.race]\nprograms = ["a:b"]\nfails = ["a:b"]\nbenches = ["thread-lock"]\nschedules = 5\nslower = 1\n',
    )
    assert found == GateSettings(("a:b",), benches=("thread-lock",), fails=("a:b",), schedules=5, slower=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names nothing for the gate to run"),
        ("tool = 3", "names nothing"),
        ("[tool]\nrace = 3", "is a table of settings"),
        ('[tool.race]\nprograms = "a:b"', "programs is a list of names"),
        ("[tool.race]\nprograms = [1]", "programs is a list of names"),
        ('[tool.race]\nprograms = ["a:b"]\nfails = ["c:d"]', "fails names c:d"),
        ('[tool.race]\nprograms = ["a:b"]\nschedules = 0', "schedules is a number, at least 1, not 0"),
        ('[tool.race]\nprograms = ["a:b"]\nslower = nan', "slower is a number"),
        ('[tool.race]\nprograms = ["a:b"]\nseed = true', "seed is a number"),
        ("[tool.race", "cannot read"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as found:
        settings_of(tmp_path, text)
    assert "pyproject.toml" in str(found.value)


def test_a_project_without_any_is_told_of_init(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'race init' writes it"):
        read_settings(tmp_path)


values = st.recursive(
    st.booleans().map(lambda each: str(each).lower())
    | st.integers(-5, 5).map(str)
    | st.sampled_from(['"x"', '""', "nan", "1e3"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda each: f"[{', '.join(each)}]"),
    max_leaves=4,
)
names = st.sampled_from(
    ["programs", "tests", "scenarios", "benches", "fails", "schedules", "seed", "slower", "strategy"]
)


@MALFORMED
@given(st.one_of(st.binary(max_size=40), st.dictionaries(names, values).map(
    lambda table: "\n".join(["[tool.race]", *(f"{name} = {value}" for name, value in table.items())]).encode()
)))  # fmt: skip
def test_any_file_is_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "pyproject.toml").write_bytes(data)
    refused = ""
    try:
        read_settings(folder)
    except UsageError as error:
        refused = str(error)
    assert "\n" not in refused.strip()
