"""The results that a run leaves behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import harness
from harness import scenarios, stores
from harness.bench import UpdateCost
from harness.model import record
from harness.model.errors import UsageError
from harness.report import results
from harness.report.matrix import Cell, Matrix
from harness.timeline.records import record_exploration

SCHEMA = json.loads((Path(record.__file__).parent / "record.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    scenario = scenarios.load("progress-jumps-backward")
    result = harness.explore(scenario.program(stores.load("unlocked")), schedules=50, stop_on_failure=False)
    cost = UpdateCost(store="thread-lock", locked=200.0, bare=100.0, spread=5.0)
    return Matrix((Cell(scenario.name, "unlocked", "fails", record_exploration(result)),), (cost,), 50, 0, "auto")


def assert_described(value: Any, schema: dict[str, Any], where: str = "results") -> None:
    """Every key of the results stands in the schema with a description, and the other way round."""
    assert schema.get("description"), where
    if schema.get("type") == "object":
        assert set(value) == set(schema["properties"]) == set(schema["required"]), where
        for key, part in schema["properties"].items():
            assert_described(value[key], part, f"{where}.{key}")
    elif schema.get("type") == "array":
        assert isinstance(value, list), where
        for each in value:
            if schema["items"].get("type") == "object":
                assert_described(each, schema["items"], where)
    elif "enum" in schema:
        assert value in schema["enum"], where


def test_the_schema_describes_what_is_written(matrix: Matrix) -> None:
    written = results.matrix_json(matrix)
    assert written["cells"][0]["failures"], "there is a failure to be described"
    assert_described(written, SCHEMA)


def test_both_files_are_written_and_nothing_else(matrix: Matrix, tmp_path: Path) -> None:
    results.write_results(matrix, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["results.json", "results.md"]
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["strategy"] == "auto"
    assert "← lost" in (tmp_path / "results.md").read_text(encoding="utf-8")


def test_what_was_written_is_read(matrix: Matrix, tmp_path: Path) -> None:
    path = results.write_results(matrix, tmp_path)[0]
    assert results.read_matrix(path) == matrix


def test_what_the_first_version_wrote_is_read_too(matrix: Matrix, tmp_path: Path) -> None:
    value = results.matrix_json(matrix)
    value["format"] = 1
    for cell in value["cells"]:
        for name in ("options", "stopped_by", "more", "scope", "base"):
            del cell[name]
        for failure in cell["failures"]:
            for name in ("heading", "what", "traceback"):
                del failure[name]
            for row in failure["timeline"]["rows"]:
                row["lane"] = failure["timeline"]["lanes"][row["lane"]]
    path = tmp_path / "old.json"
    results.write_json(value, path)
    (cell,) = results.read_matrix(path).cells
    (failure,) = cell.result.distinct_failures
    assert (cell.as_expected, failure.heading, failure.token) == (
        True, "ASSERTION FAILED", matrix.cells[0].result.distinct_failures[0].token,
    )  # fmt: skip
    assert failure.timeline == matrix.cells[0].result.distinct_failures[0].timeline


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "is no file of results"), ("{}", "no file of results"), ('{"format": 99}', "of a later version")],
)
def test_what_is_no_file_of_results_is_refused(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(UsageError, match=words):
        results.read_matrix(tmp_path / "other.json")


def test_a_place_that_cannot_be_written_is_named_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"cannot write .*results\.json"):
        results.check_writable(tmp_path / "file" / "results.json")
    with pytest.raises(UsageError, match="cannot write"):
        results.write_json({}, tmp_path / "file" / "results.json")


def test_an_update_cost_knows_its_ratio_and_its_doubt(matrix: Matrix) -> None:
    assert matrix.costs[0].ratio == 2.0
    assert not matrix.costs[0].unstable
    assert UpdateCost("x", 200.0, 100.0, 90.0).unstable
