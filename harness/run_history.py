"""The history of a project's runs: ``results/history.sqlite``, to which every run appends.

One transaction a run, so a kill or a full disk leaves a run out, and never half of one; two runs at once wait for each
other. The version of the schema is SQLite's ``user_version``; an older file is migrated when it is opened, step by
step, in a transaction too.
"""

from __future__ import annotations

import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.model.record import ExplorationRecord

__all__ = ["CostLine", "HistoryLine", "append_run", "history_path", "read_costs", "read_history"]

_MIGRATIONS: Final = (
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY, time REAL NOT NULL, revision TEXT NOT NULL, dirty INTEGER NOT NULL,
        command TEXT NOT NULL
    );
    CREATE TABLE explorations (
        run INTEGER NOT NULL REFERENCES runs (id), label TEXT NOT NULL, verdict TEXT NOT NULL,
        schedules INTEGER NOT NULL, classes INTEGER NOT NULL, failures INTEGER NOT NULL, seconds REAL NOT NULL
    );
    CREATE INDEX explorations_by_label ON explorations (label, run);
    """,
    """
    CREATE TABLE costs (
        run INTEGER NOT NULL REFERENCES runs (id), store TEXT NOT NULL, locked_ns REAL NOT NULL, bare_ns REAL NOT NULL
    );
    """,
)
"""Each takes the schema from the version of its place to the next one. They are only ever added to."""
_WAIT: Final = 30.0
"""Seconds to wait for another run that is writing."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One exploration of one run."""

    time: float
    revision: str
    label: str
    verdict: str
    schedules: int
    classes: int
    failures: int
    seconds: float


@dataclass(frozen=True, slots=True)
class CostLine:
    """What an update cost in one run, with its lock and without, in nanoseconds."""

    time: float
    revision: str
    store: str
    locked: float
    bare: float


def history_path(root: Path) -> Path:
    """Where a project keeps its history."""
    return root / "results" / "history.sqlite"


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a history, migrated to the schema of this version.

    Raises:
        UsageError: It cannot be opened, is something else, or was written by a later version.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=_WAIT, isolation_level=None)) as connection:
            _migrate(connection, path)
            yield connection
    except (sqlite3.Error, OSError, OverflowError) as exc:
        reason = getattr(exc, "strerror", None) or exc
        raise UsageError(
            f"the history {path} cannot be used ({reason}): make room, mend its rights, or if it is damaged, move it"
        ) from None


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    if _version(connection) < len(_MIGRATIONS):
        connection.execute("BEGIN IMMEDIATE")
        for number in range(_version(connection), len(_MIGRATIONS)):  # read again: another run may have been faster
            for statement in _MIGRATIONS[number].split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute("COMMIT")
    elif _version(connection) > len(_MIGRATIONS):
        raise UsageError(
            f"the history {path} is of a later version of the harness: install that, or move the file away"
        )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def append_run(
    root: Path,
    command: str,
    explorations: Sequence[tuple[str, ExplorationRecord]],
    costs: Sequence[tuple[str, float, float]] = (),
) -> None:
    """Append a run.

    Args:
        root: The project's folder.
        command: Which it was: ``"run"``, ``"gate"``.
        explorations: The label and the record of each.
        costs: For each store, its name and the nanoseconds of an update with its lock and without.

    Raises:
        UsageError: The history cannot be written; it stays as it was.
    """
    revision, dirty = _revision(root)
    with _opened(history_path(root)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        run = connection.execute(
            "INSERT INTO runs (time, revision, dirty, command) VALUES (?, ?, ?, ?)",
            (time.time(), revision, dirty, command),
        ).lastrowid
        connection.executemany(
            "INSERT INTO explorations VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (run, _storable(label), each.verdict, each.schedules, each.classes, each.failures, each.seconds)
                for label, each in explorations
            ],
        )
        connection.executemany("INSERT INTO costs VALUES (?, ?, ?, ?)", [(run, *cost) for cost in costs])
        connection.execute("COMMIT")


def _storable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _revision(root: Path) -> tuple[str, bool]:
    """(commit, whether files differ from it); ``("", False)`` where there is no git."""
    try:
        asked = [["rev-parse", "HEAD"], ["status", "--porcelain", "--untracked-files=no"]]
        done = [
            subprocess.run(["git", "-C", str(root), *each], capture_output=True, text=True, check=False)
            for each in asked
        ]
    except OSError:
        return "", False
    head = done[0].stdout.strip() if done[0].returncode == 0 else ""
    return head, bool(head and done[1].stdout)


def read_history(root: Path, labels: Sequence[str] = ()) -> list[HistoryLine]:
    """The explorations of all runs, the oldest first; with ``labels``, only theirs.

    Raises:
        UsageError: The history cannot be read.
    """
    query = (
        "SELECT time, revision || CASE WHEN dirty THEN '+' ELSE '' END, label, verdict, schedules, classes, failures, "
        "seconds FROM explorations JOIN runs ON runs.id = run ORDER BY run, explorations.rowid"
    )
    lines = [HistoryLine(*row) for row in _rows(root, query)]
    return [line for line in lines if not labels or line.label in labels]


def read_costs(root: Path) -> list[CostLine]:
    """What updates cost in all runs, the oldest first.

    Raises:
        UsageError: The history cannot be read.
    """
    query = (
        "SELECT time, revision || CASE WHEN dirty THEN '+' ELSE '' END, store, locked_ns, bare_ns "
        "FROM costs JOIN runs ON runs.id = run ORDER BY run, costs.rowid"
    )
    return [CostLine(*row) for row in _rows(root, query)]


def _rows(root: Path, query: str) -> list[Any]:
    path = history_path(root)
    if not path.exists():
        return []
    with _opened(path) as connection:
        return list(connection.execute(query))
