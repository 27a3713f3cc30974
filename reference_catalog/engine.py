"""The one module that knows which database this is: SQLite in WAL mode, its pragmas and errors."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

# Writers queue for this long; a write takes milliseconds, so only a stuck process reaches it.
BUSY_TIMEOUT_S = 30.0
_RETRY_S = 0.01
_KIND = 0xFF  # the part of an error code that tells its kind; the rest says more about it

_DAMAGED = {
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_ERROR,  # our statements are sound, so "no such table" is about the file
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a database is: its name in messages, its schema, and the errors that it raises."""

    what: str  # a noun that "a" can stand before
    schema: str  # the newest migration; known here so that opening need not load Alembic
    migrations: str  # where Alembic finds them, as "package:folder"
    damaged: type[OSError]
    unavailable: type[OSError]
    too_new: type[OSError]


class Database:
    """Short reading and writing transactions on one SQLite file."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self.path = path
        self.kind = kind
        self._engine = _engine(path)
        self._writer = self._engine.execution_options(immediate=True)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view; it does not block writers."""
        with self._told_apart(), Session(self._engine) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """The only writer among all processes; commits unless the block raises."""
        with self._told_apart(), Session(self._writer) as session, session.begin():
            yield session

    @contextmanager
    def _told_apart(self) -> Iterator[None]:
        """Turn the errors of the database file into those of its kind."""
        try:
            yield
        except DBAPIError as error:
            cause = error.orig
            if not isinstance(cause, sqlite3.OperationalError) and type(cause) is not (
                sqlite3.DatabaseError
            ):
                raise  # a broken constraint or a wrong call: a fault of ours, not of the file
            # An error without a code is Python's own: a text in the file that is none.
            code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
            if code & _KIND in _DAMAGED:
                raise self.kind.damaged(
                    f"{self.path} is damaged or not a {self.kind.what}: {cause}"
                ) from error
            raise self.kind.unavailable(f"{self.path} cannot be used now: {cause}") from error


def append_only(connection: Connection, table: str) -> None:
    """Have the database refuse to change or delete a row of a table: against slips, for whoever
    writes the file can drop the triggers too."""
    for change in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'nothing in {table} is changed or deleted'); END"
        )


def _engine(path: Path) -> Engine:
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # Python's sqlite3 would begin transactions of its own, too late and never IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    _use_wal(cursor)
    # FULL: what was acknowledged survives a power cut, not only a kill.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _use_wal(cursor: DBAPICursor) -> None:
    # Of two processes that make a catalogue at once, one finds the file locked; unlike
    # elsewhere, SQLite does not wait here.
    give_up = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _KIND != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(_RETRY_S)


def _begin(connection: Connection) -> None:
    # A writer takes the lock before it reads, so that what it reads is still so when it writes.
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
