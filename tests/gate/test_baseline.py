"""The baseline: written whole, read only if it is one, and merged line by line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.gate.baseline import Baseline, Entry, difference, read_baseline, write_baseline
from harness.model.errors import UsageError
from tests.hostile import hostile_texts

MALFORMED = settings(max_examples=max(200, settings().max_examples))
entries = st.builds(
    Entry, st.sampled_from(["failed", "proved", "not found"]), st.integers(0, 10**6),
    st.lists(hostile_texts, max_size=2).map(tuple),
)  # fmt: skip
baselines = st.builds(
    Baseline,
    st.dictionaries(hostile_texts, entries, max_size=3),
    st.lists(hostile_texts, unique=True).map(sorted).map(tuple),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["format", "programs", "benches", "verdict", "classes", "tokens"]), inner)
    ),
    max_leaves=12,
)


@given(baselines)
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, baseline: Baseline) -> None:
    path = tmp_path_factory.getbasetemp() / "round-trip.json"
    write_baseline(path, baseline)
    assert read_baseline(path) == baseline


@MALFORMED
@given(st.one_of(st.binary(max_size=60), json_values.map(lambda value: json.dumps(value).encode())))
def test_a_malformed_one_is_refused_in_one_line_with_its_remedy(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "malformed.json"
    path.write_bytes(data)
    refused = "race gate --update"
    try:
        read_baseline(path)
    except UsageError as error:
        refused = str(error)
    assert "\n" not in refused and "race gate --update" in refused


def test_one_that_nests_too_deep_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000)
    with pytest.raises(UsageError, match="is no baseline"):
        read_baseline(path)


def test_each_program_has_a_line_so_that_branches_merge(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(path, Baseline({"b": Entry("proved", 3), "a": Entry("failed", 0, ("t",))}))
    lines = path.read_text().splitlines()
    assert [line.strip().partition(":")[0] for line in lines if "verdict" in line] == ['"a"', '"b"']


def test_the_difference_is_said_entry_by_entry() -> None:
    old = Baseline({"a": Entry("proved", 3), "b": Entry("failed", 0, ("x",)), "c": Entry("not found")}, ("lock",))
    new = Baseline({"a": Entry("not found"), "b": Entry("failed", 0, ("y",)), "d": Entry("proved", 1)})
    assert list(difference(old, new)) == [
        "~ a: proved (3) -> not found", "~ b: other tokens", "- c: not found", "+ d: proved (1)", "- bench lock",
    ]  # fmt: skip
