"""The history: appended to by one transaction a run, migrated, and refused in one line where it cannot be used."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import run_history
from harness.model.errors import UsageError
from harness.model.record import ExplorationRecord
from harness.report.history_svg import history_svg
from harness.run_history import append_run, history_path, read_costs, read_history
from tests.hostile import hostile_texts

MALFORMED = settings(max_examples=max(200, settings().max_examples))
PROVED = ExplorationRecord("proved", schedules=9, classes=4, seconds=0.5)


def test_each_run_is_a_line_of_each_program_and_of_each_lock(tmp_path: Path) -> None:
    append_run(tmp_path, "run", [("a:b", PROVED)], [("thread-lock", 300.0, 200.0)])
    append_run(tmp_path, "gate", [("a:b", ExplorationRecord("failed", failures=1)), ("c:d", PROVED)])
    assert [(line.label, line.verdict, line.classes) for line in read_history(tmp_path)] == [
        ("a:b", "proved", 4), ("a:b", "failed", 0), ("c:d", "proved", 4),
    ]  # fmt: skip
    assert [line.label for line in read_history(tmp_path, ["c:d"])] == ["c:d"]
    assert [(line.store, line.locked, line.bare) for line in read_costs(tmp_path)] == [("thread-lock", 300.0, 200.0)]
    drawn = history_svg(read_history(tmp_path), read_costs(tmp_path))
    assert drawn.startswith("<?xml") and "lock of thread-lock" in drawn and "<script" not in drawn


def test_an_older_file_is_migrated_and_keeps_its_lines(tmp_path: Path) -> None:
    history_path(tmp_path).parent.mkdir()
    with closing(sqlite3.connect(history_path(tmp_path))) as connection:
        connection.executescript(f"""
            {run_history._MIGRATIONS[0]}
            INSERT INTO runs VALUES (1, 1.0, 'abc', 0, 'run');
            INSERT INTO explorations VALUES (1, 'a:b', 'proved', 9, 4, 0, 0.5);
            PRAGMA user_version = 1;
        """)
    append_run(tmp_path, "run", [], [("thread-lock", 2.0, 1.0)])
    assert len(read_history(tmp_path)) == len(read_costs(tmp_path)) == 1


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    append_run(tmp_path, "run", [("a:b", PROVED)])
    with closing(sqlite3.connect(history_path(tmp_path))) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(UsageError, match="of a later version"):
        append_run(tmp_path, "run", [("c:d", PROVED)])


def test_a_run_that_ends_half_way_leaves_nothing_of_itself(tmp_path: Path) -> None:
    append_run(tmp_path, "run", [("a:b", PROVED)])
    broken = ExplorationRecord("proved", schedules=None)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="cannot be used"):
        append_run(tmp_path, "run", [("c:d", PROVED), ("e:f", broken)])
    assert [line.label for line in read_history(tmp_path)] == ["a:b"]


def test_a_full_disk_loses_nothing_that_was_there(tmp_path: Path) -> None:
    append_run(tmp_path, "run", [("a:b", PROVED)])
    connection = sqlite3.connect(history_path(tmp_path))
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.close()
    connect = sqlite3.connect

    def small(*args: object, **kwargs: object) -> sqlite3.Connection:
        made = connect(*args, **kwargs)  # type: ignore[call-overload]
        made.execute(f"PRAGMA max_page_count = {pages}")
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", small)
        with pytest.raises(UsageError, match=r"full.*make room"):
            append_run(tmp_path, "run", [("c" * 100_000, PROVED)])
    assert [line.label for line in read_history(tmp_path)] == ["a:b"]


def test_runs_at_once_all_get_in(tmp_path: Path) -> None:
    threads = [threading.Thread(target=append_run, args=(tmp_path, "run", [(f"a:{n}", PROVED)])) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {line.label for line in read_history(tmp_path)} == {f"a:{n}" for n in range(4)}


@MALFORMED
@given(st.binary(min_size=1, max_size=200).map(lambda tail: tail), st.booleans())
def test_a_damaged_file_is_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, begins_right: bool
) -> None:
    root = tmp_path_factory.getbasetemp() / "damaged"
    history_path(root).parent.mkdir(parents=True, exist_ok=True)
    written = (b"SQLite format 3\x00" if begins_right else b"") + data
    history_path(root).write_bytes(written)
    refused = ""
    try:
        read_history(root)
    except UsageError as error:
        refused = str(error)
    assert "\n" not in refused


@settings(max_examples=30)
@given(label=hostile_texts)
def test_any_name_is_kept(tmp_path_factory: pytest.TempPathFactory, label: str) -> None:
    root = tmp_path_factory.mktemp("names")
    append_run(root, "run", [(label, PROVED)])
    assert [line.label for line in read_history(root)] == [label.encode("utf-8", "backslashreplace").decode()]
