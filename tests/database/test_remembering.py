import gc
import importlib.util
import linecache
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from harness.database import Database, check

SOURCE = """
import threading


def bump(counts):
    counts["n"] = counts["n"] + int("1")


def two(work):
    counts = {"n": 0}
    threads = [threading.Thread(target=work, args=(counts,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts["n"] == 2


def program():
    two(bump)
"""
EDITED = SOURCE.replace("    counts[", "    import os\n    step = int('1')\n    counts[")
MENDED = SOURCE.replace("def bump(counts):\n    ", "lock = threading.Lock()\n\n\ndef bump(counts):\n    with lock: ")


class Project:
    """A module in a folder of its own, that is edited."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "kept_jobs.py"
        (folder / "setup.cfg").touch()
        self.database = Database(folder / ".race")

    def write(self, source: str) -> Callable[[], Any]:
        self.path.write_text(source)
        linecache.clearcache()
        if "kept_jobs" in sys.modules:
            vars(sys.modules.pop("kept_jobs")).clear()  # no function is left over from before the edit
            gc.collect()
        spec = importlib.util.spec_from_file_location("kept_jobs", self.path)
        assert spec is not None and spec.loader is not None
        module: ModuleType = importlib.util.module_from_spec(spec)
        sys.modules["kept_jobs"] = module
        exec(compile(source, str(self.path), "exec"), module.__dict__)
        return module.program  # type: ignore[no-any-return]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    yield Project(tmp_path)
    sys.modules.pop("kept_jobs", None)


def test_a_failure_is_kept_and_tried_first(project: Project) -> None:
    program = project.write(SOURCE)
    assert check(program, project.database).result is not None
    (kept,) = project.database.failures()
    again = check(program, project.database)
    assert again.result is None  # nothing was explored
    assert again.failure is not None and again.failure.token == kept.token
    assert again.notes == ("a kept assertion failure still happens",)


def test_a_kept_failure_survives_an_edit_of_the_functions_that_it_goes_through(project: Project) -> None:
    check(project.write(SOURCE), project.database)
    (before,) = project.database.failures()
    edited = check(project.write(EDITED), project.database)
    assert edited.verdict == "failed" and edited.result is None
    assert edited.notes == ("the source has changed: a kept assertion failure was tried by place, and fails",)
    (after,) = project.database.failures()
    assert after.token != before.token


def test_a_kept_failure_is_retired_with_the_proof_that_it_is_gone(project: Project) -> None:
    check(project.write(SOURCE), project.database)
    mended = check(project.write(MENDED), project.database)
    assert mended.verdict == "proved"
    assert "is retired" in mended.notes[-1]
    assert project.database.failures() == []
    assert len(project.database.proofs()) == 1


def test_a_kept_failure_that_is_not_met_again_stays_and_is_said(project: Project) -> None:
    check(project.write(SOURCE), project.database)
    program = project.write(MENDED)
    found = check(program, project.database, strategy="random", schedules=3)
    assert found.verdict == "not found"
    assert "stays, since nothing is proved" in found.notes[-1]
    assert len(project.database.failures()) == 1
    assert "dropped as asked" in check(program, project.database, strategy="random", schedules=3, force=True).notes[-1]
    assert project.database.failures() == []


def test_what_is_proved_is_not_proved_again_until_what_it_rests_on_changes(project: Project) -> None:
    program = project.write(MENDED)
    assert check(program, project.database).result is not None
    kept = check(program, project.database)
    assert kept.result is None and kept.verdict == "proved" and "(kept" in str(kept)
    commented = project.write("# more\n" + MENDED.replace("def two", '"""Text."""\n\ndef two'))
    assert check(commented, project.database).result is None
    other = check(project.write(MENDED.replace('int("1")', "1")), project.database)
    assert other.result is not None
    assert other.notes == ("proved before; since then, changed: source kept_jobs.py",)


@pytest.mark.parametrize("options", [{"detect": ("data-race",)}, {"switching": "gil"}, {"order": "any"}])
def test_a_proof_under_other_options_is_another_proof(project: Project, options: dict[str, Any]) -> None:
    program = project.write(MENDED)
    check(program, project.database)
    assert check(program, project.database, **options).result is not None


def test_force_explores_whatever_is_kept(project: Project) -> None:
    program = project.write(MENDED)
    check(program, project.database)
    assert check(program, project.database, force=True).result is not None
