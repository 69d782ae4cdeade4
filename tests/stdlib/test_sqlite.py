"""SQLite under control: each statement is one step, and nobody waits in real time."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import harness


def in_two_threads(work: Callable[[Any], object], **options: Any) -> int:
    """Two threads with a connection each do ``work`` to one counter; returns what it has become."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "test.db")

        def connect() -> Any:
            return closing(sqlite3.connect(file, isolation_level=None, **options))

        with connect() as setup:
            setup.execute("CREATE TABLE counter (value)")
            setup.execute("INSERT INTO counter VALUES (0)")

        def run() -> None:
            with connect() as connection:
                work(connection)

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with connect() as connection:
            return int(connection.execute("SELECT value FROM counter").fetchone()[0])


def read_and_write(connection: Any) -> None:
    (value,) = connection.execute("SELECT value FROM counter").fetchone()
    connection.execute("UPDATE counter SET value = ?", (value + 1,))


def read_and_write_in_a_transaction(connection: Any) -> None:
    connection.execute("BEGIN IMMEDIATE")
    read_and_write(connection)
    connection.commit()


def write(connection: Any) -> None:
    connection.execute("UPDATE counter SET value = value + 1")


def loses() -> int:
    return in_two_threads(read_and_write)


def holds() -> int:
    return in_two_threads(write)


def waits() -> int:
    return in_two_threads(read_and_write_in_a_transaction)


def gives_up() -> str:
    def work(connection: Any) -> None:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            said.append(str(error))
        else:
            time.sleep(3600)
            connection.rollback()

    said: list[str] = []
    in_two_threads(work, timeout=10)
    return "".join(said)


def test_between_two_statements_somebody_else_may_come() -> None:
    found = harness.explore(loses, strategy="exhaustive")
    assert found.exhausted
    assert set(found.outcomes) == {1, 2}


def test_one_statement_is_one_step() -> None:
    found = harness.explore(holds, strategy="exhaustive")
    assert found.verdict == "proved"
    assert set(found.outcomes) == {2}


def test_a_transaction_keeps_the_others_out_and_they_wait() -> None:
    found = harness.explore(waits, strategy="exhaustive")
    assert found.verdict == "proved"
    assert set(found.outcomes) == {2}


def test_who_waits_longer_than_the_timeout_is_told_so_and_no_real_time_passes() -> None:
    found = harness.explore(gives_up, schedules=30)
    assert found.failure is None
    assert set(found.outcomes) <= {"database is locked", ""}
    assert "database is locked" in found.outcomes
    assert found.seconds < 30


def test_the_same_token_loses_the_same_update() -> None:
    def program() -> None:
        assert in_two_threads(read_and_write) == 2

    failure = harness.explore(program).failure
    assert failure is not None
    assert "asks SELECT" in str(failure), "the statements stand in the timeline"
    again = harness.replay(program, failure.token).failure
    assert again is not None
    assert again.message == failure.message


def test_a_cursor_a_script_and_a_connection_as_context_are_controlled_too() -> None:
    def work(connection: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("SELECT value FROM counter")
        (value,) = cursor.fetchone()
        with connection:
            connection.executemany("UPDATE counter SET value = ?", [(value + 1,)])
        connection.executescript("SELECT 1;")

    def program() -> int:
        return in_two_threads(work)

    assert set(harness.explore(program, schedules=200).outcomes) == {1, 2}


def test_outside_an_execution_connections_are_sqlites_own() -> None:
    before = sqlite3.connect
    harness.explore(holds, schedules=1)
    assert sqlite3.connect is before
    with closing(sqlite3.connect(":memory:")) as connection:
        assert type(connection) is sqlite3.Connection


def test_memory_is_everybodys_own() -> None:
    def program() -> tuple[Any, ...]:
        with closing(sqlite3.connect(":memory:")) as one, closing(sqlite3.connect(":memory:")) as other:
            one.execute("CREATE TABLE t (x)")
            with pytest.raises(sqlite3.OperationalError, match="no such table"):
                other.execute("SELECT * FROM t")
            return tuple(one.execute("SELECT count(*) FROM t").fetchone())

    assert set(harness.explore(program, schedules=5).outcomes) == {(0,)}
