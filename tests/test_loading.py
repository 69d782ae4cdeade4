from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

import pytest

from harness.loading import load_object, project_root, unknown_name
from harness.model.errors import UsageError
from harness.model.program import check_program, label_of

if TYPE_CHECKING:
    from collections.abc import Iterator
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


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty project to stand in; what is imported from it is forgotten."""
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", list(sys.path))
    known = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - known:
        del sys.modules[name]


def written(path: Path, text: str = "def program():\n    return 42\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_module_of_the_project_is_found_in_the_one_folder_that_has_it(project: Path) -> None:
    written(project / "tests" / "test_services_of_mine.py")
    assert called("test_services_of_mine:program") == 42


def test_a_module_that_two_folders_have_is_not_guessed(project: Path) -> None:
    for folder in ("one", "two"):
        written(project / folder / "twice_there.py")
    with pytest.raises(UsageError, match=r"several modules named 'twice_there', in one, two: name the file"):
        load_object("twice_there:program", "a program")


def test_a_package_in_src_need_not_be_installed(project: Path) -> None:
    written(project / "src" / "service_in_src" / "jobs.py")
    assert called("service_in_src.jobs:program") == 42


@pytest.mark.parametrize("mark", ["::", ":"])
@pytest.mark.parametrize("start", ["", "./"])
def test_a_file_is_named_by_its_path_as_in_pytest(project: Path, mark: str, start: str) -> None:
    written(project / "tests" / "test_by_path.py")
    assert called(f"{start}tests/test_by_path.py{mark}program") == 42


def test_a_file_in_a_package_keeps_the_name_of_its_package(project: Path) -> None:
    written(project / "checks" / "__init__.py", "")
    written(project / "checks" / "test_packed.py")
    found: Any = load_object("checks/test_packed.py::program", "a program")
    assert found.__module__ == "checks.test_packed"


def test_a_method_of_a_test_class_has_a_new_object_for_each_call(project: Path) -> None:
    text = """
class TestJobs:
    calls = 0
    def test_counts(self):
        self.calls += 1
        return self.calls
    async def test_waits(self):
        return 3
"""
    written(project / "test_with_class.py", text)
    method: Any = load_object("test_with_class.py::TestJobs::test_counts", "a program")
    assert (method(), method()) == (1, 1)
    assert label_of(method) == "test_with_class:TestJobs.test_counts"
    check_program(method)
    assert inspect.iscoroutinefunction(load_object("test_with_class:TestJobs.test_waits", "a program"))


def test_a_file_that_is_not_there_is_named(project: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no file tests/nowhere\.py, looked for a program from /"):
        load_object("tests/nowhere.py::program", "a program")


def test_a_file_whose_name_another_module_has_is_refused(project: Path) -> None:
    written(project / "json.py")
    with pytest.raises(UsageError, match=r"json\.py would be imported as json, and that name leads to"):
        load_object("json.py:program", "a program")


def test_the_root_of_a_project_is_the_nearest_folder_with_a_mark(project: Path) -> None:
    inner = project / "a" / "b"
    inner.mkdir(parents=True)
    assert project_root(inner) == project.resolve()


def called(reference: str) -> Any:
    found: Any = load_object(reference, "a program")
    return found()


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
