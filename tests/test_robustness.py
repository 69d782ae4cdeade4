"""Whatever stands in a file or is typed as a token: one clear line and the right exit code, never a traceback."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import harness
from harness import scenarios, stores
from harness.bench import UpdateCost
from harness.cli import main
from harness.model.errors import TokenError
from harness.model.token import Token
from harness.report.matrix import Cell, Matrix
from harness.report.results import matrix_json
from harness.timeline.records import record_exploration
from tests.hostile import hostile_texts

MALFORMED = settings(
    max_examples=max(200, settings().max_examples), suppress_health_check=[HealthCheck.function_scoped_fixture]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | hostile_texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def results() -> Any:
    scenario = scenarios.load("progress-jumps-backward")
    result = harness.explore(scenario.program(stores.load("unlocked")), schedules=50)
    cell = Cell(scenario.name, "unlocked", "fails", record_exploration(result))
    return matrix_json(Matrix((cell,), (UpdateCost("thread-lock", 200.0, 100.0, 5.0),), 50, 0, "auto"))


def nodes(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, each in inner for found in nodes(each, (*path, key)))]


@MALFORMED
@given(data=st.data())
def test_results_with_anything_in_any_place_are_drawn_or_refused(
    results: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], data: st.DataObject
) -> None:
    value = {"": copy.deepcopy(results)}
    *outer, last = ("", *data.draw(st.sampled_from(nodes(results))))
    place: Any = value
    for key in outer:
        place = place[key]
    if data.draw(st.booleans()) or not outer:
        place[last] = data.draw(json_values)
    else:
        del place[last]
    file = tmp_path / "results.json"
    file.write_text(json.dumps(value[""]), encoding="utf-8")
    for options in ([], ["--markdown"]):
        code = main(["report", str(file), *options])
        said = capsys.readouterr().err
        assert code in (0, 1, 2), said
        assert code != 2 or (said.startswith("race: ") and said.count("\n") == 1 and "results.json" in said)


@MALFORMED
@given(st.binary(max_size=60))
def test_bytes_that_are_no_results_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
    file = tmp_path / "results.json"
    file.write_bytes(data)
    assert main(["report", str(file)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("race: ") and said.count("\n") == 1


def token_with(body: bytes) -> str:
    """A token whose check digit is right, whatever it says."""
    from harness.model import token

    checked = body + bytes([token._crc(body)])
    return token.VERSION + token.base64.urlsafe_b64encode(checked).decode().rstrip("=")


tokens = st.one_of(
    hostile_texts,
    st.builds(lambda label, rest: f"{label}:2{rest}", hostile_texts, st.text("abcXYZ019-_", max_size=30)),
    st.builds(token_with, st.binary(max_size=40)),
    st.builds(lambda body: f"progress-jumps-backward@unlocked:{token_with(body)}", st.binary(min_size=6, max_size=30)),
)


@MALFORMED
@given(tokens)
def test_a_token_is_read_or_refused(text: str) -> None:
    try:
        token = Token.parse(text)
    except TokenError:
        return
    assert Token.parse(str(token)) == token


@settings(MALFORMED, max_examples=max(60, settings().max_examples // 10))
@given(token=tokens)
def test_a_command_refuses_a_malformed_token_in_one_line(capsys: pytest.CaptureFixture[str], token: str) -> None:
    code = main(["replay", "--", token])
    said = capsys.readouterr().err
    assert code in (0, 1, 2), said
    assert "Traceback" not in said
    assert code != 2 or said.startswith("race: ")
