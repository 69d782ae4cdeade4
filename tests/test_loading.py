from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.loading import load_object, unknown_name
from harness.model.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_dotted_name_is_followed() -> None:
    import pathlib

    assert load_object("pathlib:Path.cwd", "a program") == pathlib.Path.cwd


@pytest.mark.parametrize("reference", ["", "module", "module:", ":name"])
def test_a_reference_without_module_or_name_says_what_it_expects(reference: str) -> None:
    with pytest.raises(UsageError, match="expected module:name"):
        load_object(reference, "a store")


def test_a_module_that_does_not_exist_is_named_with_where_it_was_looked_for() -> None:
    with pytest.raises(UsageError, match="no module named 'no_such_module', looked for a store from /"):
        load_object("no_such_module:Store", "a store")


def test_a_missing_module_of_a_module_is_not_taken_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "needs_another.py").write_text("import not_installed_anywhere\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"needs_another failed: ModuleNotFoundError.*not_installed_anywhere"):
        load_object("needs_another:x", "a program")


def test_a_module_in_the_current_directory_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "found_beside_you.py").write_text("x = 42\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [entry for entry in __import__("sys").path if entry])
    assert load_object("found_beside_you:x", "a program") == 42


def test_a_wrong_name_in_a_right_module_is_suggested() -> None:
    with pytest.raises(UsageError, match="did you mean 'OrderedDict'"):
        load_object("collections:OrderedDic", "a store")


def test_with_nothing_close_the_known_names_are_listed() -> None:
    assert str(unknown_name("zzz", ["one", "two"], "store")) == "no store named 'zzz'; there are: one, two"


def test_where_a_module_that_is_not_found_lies_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_services_of_mine.py").write_text("x = 42\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="it is in tests: call it with PYTHONPATH=tests"):
        load_object("test_services_of_mine:x", "a program")


def test_the_line_at_which_a_module_fails_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fails_at_once.py").write_text("\nraise RuntimeError('no database')\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"RuntimeError: no database \(.*fails_at_once.py:2\)"):
        load_object("fails_at_once:x", "a program")


def test_a_module_that_ends_the_process_does_not_end_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "is_a_script.py").write_text("import sys\nsys.exit(3)\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"is_a_script failed: it leaves with sys.exit\(3\)"):
        load_object("is_a_script:x", "a program")


@pytest.mark.parametrize("reference", ["jobs/store.py:Store", "./jobs/store.py:Store", "jobs\\store.py:Store"])
def test_the_path_of_a_file_is_answered_with_the_name_of_its_module(reference: str) -> None:
    with pytest.raises(UsageError, match=r"expected dots and no \.py, as in jobs\.store:Store"):
        load_object(reference, "a store")
