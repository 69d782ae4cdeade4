import stat
import threading
from pathlib import Path

import pytest

from harness.database import Database, KeptFailure
from harness.model.errors import UsageError
from harness.model.token import Token

TOKEN = str(Token(((0, 4, 1),), "jobs:program"))


def failure(test: str, message: str = "boom") -> KeptFailure:
    return KeptFailure(test=test, kind="assertion", message=message, token=TOKEN)


def test_what_is_kept_is_there_for_another_run(tmp_path: Path) -> None:
    Database(tmp_path / ".race").keep(failure("a"))
    Database(tmp_path / ".race").keep(failure("b"))
    assert Database(tmp_path / ".race").failures() == [failure("a"), failure("b")]
    assert Database(tmp_path / ".race").failures("b") == [failure("b")]


def test_a_failure_of_the_same_kind_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    database = Database(tmp_path / ".race")
    database.keep(failure("a"))
    database.keep(failure("a", "bang"))
    assert database.failures() == [failure("a", "bang")]


def test_writers_at_once_lose_nothing_and_leave_nothing_half_written(tmp_path: Path) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 20):
            Database(tmp_path).keep(failure(f"test {number}"))
            Database(tmp_path).keep(failure("of all", str(number)))

    writers = [threading.Thread(target=write, args=(number * 20,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    database = Database(tmp_path)
    assert len(database.failures()) == 81
    assert not database.problems
    assert not list(tmp_path.rglob(".*"))


def test_a_damaged_entry_is_said_once_and_left_alone(tmp_path: Path) -> None:
    database = Database(tmp_path)
    database.keep(failure("a"))
    damaged = tmp_path / "failures" / "damaged.txt"
    damaged.write_text("<html>")
    assert database.failures() == database.failures() == [failure("a")]
    assert database.problems == [f"{damaged}:1: this is no failure kept by race-harness: mend it, or delete it"]
    assert damaged.exists()


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(tmp_path)
    database.keep(failure("a"))

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UsageError, match="No space left on device"):
        database.keep(failure("a", "bang"))
    assert database.failures() == [failure("a")]
    assert [path.name for path in (tmp_path / "failures").iterdir()] == [failure("a").file_name]


def test_files_can_be_read_by_others_as_an_editor_makes_them(tmp_path: Path) -> None:
    Database(tmp_path).keep(failure("a"))
    mode = (tmp_path / "failures" / failure("a").file_name).stat().st_mode
    assert stat.S_IMODE(mode) == 0o644


def test_what_is_gone_already_is_retired_in_silence(tmp_path: Path) -> None:
    database = Database(tmp_path)
    database.keep(failure("a"))
    database.retire(failure("a"))
    database.retire(failure("a"))
    assert database.failures() == []
