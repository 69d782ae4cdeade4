"""SQLite under control: each statement is one step, and a wait for somebody's transaction is virtual.

SQLite runs in C, so nothing of it is rewritten. What a schedule has to decide is which statement comes first, and that
is announced here: a scheduling point before each ``execute``, ``commit`` and ``rollback`` of a connection, on the
database that it is connected to. Everybody is in one OS thread, where a connection that waited for another's
transaction would wait for ever; so SQLite is told not to wait, and whoever finds the database locked sleeps, in virtual
time, until somebody has changed it or the timeout that its connection was given has passed. Without one it waits for
as long as it takes: on a busy machine the five seconds that SQLite has in that case can always pass, and a report of
that for every transaction would help nobody.

What could make it wrong: two statements taken for independent that are not. Everything that is not a ``SELECT`` counts
as a change of the whole database.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from harness.engine.protocol import door
from harness.model.kind import Kind
from harness.stdlib.patch import guarded

if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["PATCHES", "Database", "connect"]

_connect = sqlite3.connect
_QUERY, _CHANGE = int(Kind.QUERY), int(Kind.CHANGE)
_OPTIONS: Final = (
    "timeout", "detect_types", "isolation_level", "check_same_thread", "factory", "cached_statements", "uri",
)  # fmt: skip
_known: dict[str, Database] = {}
_Result = TypeVar("_Result")


class Database:
    """One database: what all connections to one file share.

    Attributes:
        epoch: The execution that it belongs to.
        changes: How many statements may have changed it, or ended a transaction.
    """

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.changes = 0

    def has_changed(self) -> Callable[[], bool]:
        """Asks whether it has changed since now."""
        seen = self.changes
        return lambda: self.changes != seen


def connect(database: Any, *args: Any, **options: Any) -> Any:
    """In place of ``sqlite3.connect``."""
    options.update(zip(_OPTIONS, args, strict=False))
    patience = options.pop("timeout", None)
    factory = options.pop("factory", sqlite3.Connection)
    controlled = type(factory.__name__, (_Connection, factory), {})
    connection: Any = _connect(database, timeout=0.0, factory=controlled, **options)
    connection.race_database = _database_of(database)
    connection.race_patience = patience
    return connection


def _database_of(name: Any) -> Database:
    text = name.decode() if isinstance(name, bytes) else str(name)
    if text in ("", ":memory:"):
        return Database(door.execution.epoch)
    path = text if text.startswith("file:") else str(Path(text).resolve())
    found = _known.get(path)
    if found is None or found.epoch != door.execution.epoch:
        for old in [key for key, each in _known.items() if each.epoch != door.execution.epoch]:
            del _known[old]
        found = _known[path] = Database(door.execution.epoch)
    return found


class _Cursor(sqlite3.Cursor):
    def execute(self, sql: str, *args: Any) -> Any:
        kind = _QUERY if sql.lstrip()[:6].upper() == "SELECT" else _CHANGE
        return _do(self.connection, kind, sql, lambda: super(_Cursor, self).execute(sql, *args))

    def executemany(self, sql: str, *args: Any) -> Any:
        return _do(self.connection, _CHANGE, sql, lambda: super(_Cursor, self).executemany(sql, *args))

    def executescript(self, sql: str) -> Any:
        return _do(self.connection, _CHANGE, sql, lambda: super(_Cursor, self).executescript(sql))


class _Connection(sqlite3.Connection):
    race_database: Database
    race_patience: float | None

    def cursor(self, factory: Any = sqlite3.Cursor) -> Any:
        if factory is sqlite3.Cursor:
            return super().cursor(_Cursor)
        return super().cursor(type(factory.__name__, (_Cursor, factory), {}))

    def execute(self, sql: str, *args: Any) -> Any:  # in C these three make a cursor of their own
        return self.cursor().execute(sql, *args)

    def executemany(self, sql: str, *args: Any) -> Any:
        return self.cursor().executemany(sql, *args)

    def executescript(self, sql: str) -> Any:
        return self.cursor().executescript(sql)

    def commit(self) -> None:
        _do(self, _CHANGE, "COMMIT", super().commit)

    def rollback(self) -> None:
        _do(self, _CHANGE, "ROLLBACK", super().rollback)

    def __exit__(self, kind: Any, *rest: Any) -> Any:
        if kind is None:
            self.commit()
        else:
            self.rollback()
        return False

    def close(self) -> None:
        if self.in_transaction:
            _do(self, _CHANGE, "ROLLBACK", super().close)  # which rolls it back
        else:
            super().close()


def _do(connection: Any, kind: int, sql: str, statement: Callable[[], _Result]) -> _Result:
    """Let the schedule decide, then execute; while another transaction is in the way, wait."""
    execution, database = door.execution, connection.race_database
    while True:
        if execution.recording:
            execution.switch_point(kind, database)
            execution.annotate(sql)
        try:
            result = statement()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or not execution.recording:
                raise
            if not execution.wait_until(kind, database, database.has_changed(), connection.race_patience):
                raise
        else:
            if kind == _CHANGE:
                database.changes += 1
                if execution.recording:
                    execution.invalidate_enabled()
            return result


PATCHES: Final = (guarded(sqlite3, "connect", connect),)
