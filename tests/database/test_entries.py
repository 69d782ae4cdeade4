import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.database import KeptFailure, KeptProof
from harness.database.entry import file_name, one_line
from harness.database.kept_failure import Step
from harness.model.errors import UsageError
from harness.model.token import Token

TOKEN = str(Token(((0, 4, 1),), "jobs:program"))
FAILURE = KeptFailure(
    test="tests/test_jobs.py::test_two[a | b]",
    kind="assertion",
    message="AssertionError: 1",
    token=TOKEN,
    steps=(
        Step("Thread-1 (work)", "work: read counts['a | b']", 2, 0, "Thread-2 (work)"),
        Step("main", "", 0, 3, "timer"),
    ),
)


def test_a_failure_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / FAILURE.file_name
    path.write_text(str(FAILURE))
    assert KeptFailure.read(path) == FAILURE


def test_a_proof_is_read_as_it_was_written(tmp_path: Path) -> None:
    proof = KeptProof(test="t", classes=3, grounds={"python": "CPython 3.11.7", "source src/a = b.py": "01"})
    path = tmp_path / proof.file_name
    path.write_text(str(proof))
    assert KeptProof.read(path) == proof


@given(st.binary())
def test_what_is_no_entry_is_refused_in_one_line_that_names_the_file(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.txt"
    path.write_bytes(data)
    for kind in (KeptFailure, KeptProof):
        with pytest.raises(UsageError, match=r"damaged\.txt") as caught:
            kind.read(path)
        assert "\n" not in str(caught.value)


@given(st.data())
def test_one_damaged_line_is_refused_or_changes_a_value_alone(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    lines = str(FAILURE).splitlines()
    lines[data.draw(st.integers(0, len(lines) - 1))] = data.draw(st.text(st.characters(exclude_categories=["Cs"])))
    path = tmp_path_factory.getbasetemp() / "damaged.txt"
    path.write_bytes("\n".join(lines).encode())
    with contextlib.suppress(UsageError):
        assert isinstance(KeptFailure.read(path), KeptFailure)


def test_the_marks_of_a_merge_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "merged.txt"
    path.write_text(str(FAILURE).replace("kind:", "<<<<<<< ours\nkind:"))
    with pytest.raises(UsageError, match=r"merged\.txt:3: not of the form 'key: value'"):
        KeptFailure.read(path)


@given(st.text())
def test_any_text_becomes_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


def test_labels_that_differ_in_signs_alone_have_files_of_their_own() -> None:
    names = {file_name("t.py::test[a/b]", "x"), file_name("t.py::test[a.b]", "x"), file_name("t.py::test[a.b]", "y")}
    assert len(names) == 3
    assert all(name.isascii() and "/" not in name for name in names)
