"""SQLite in WAL mode: its pragmas, its one writer and its errors."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    LargeBinary,
    Select,
    cast,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from reference_catalog import backend
from reference_catalog.backend import Fault
from reference_catalog.errors import NotCopied

_RETRY_S = 0.01
_KIND = 0xFF  # the part of an error code that tells its kind; the rest says more about it

_DAMAGED = {
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_ERROR,  # our statements are sound, so "no such table" is about the file
}


class Sqlite:
    """A database in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        """Its path."""
        return str(self._path)

    def engines(self) -> tuple[Engine, Engine]:
        """That of readers and that of the only writer."""
        url = URL.create("sqlite", database=str(self._path))
        engine = create_engine(url, connect_args={"timeout": backend.BUSY_TIMEOUT_S})
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
        return engine, engine.execution_options(immediate=True)

    def prepare(self, connection: Connection) -> None:
        """Nothing: the file is there once it is opened."""

    def fault(self, error: DBAPIError) -> Fault | None:
        """What an error means."""
        cause = error.orig
        if not isinstance(cause, sqlite3.OperationalError) and type(cause) is not (
            sqlite3.DatabaseError
        ):
            return None  # a broken constraint or a wrong call
        # An error without a code is Python's own: a text in the file that is none.
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        return "damaged" if code & _KIND in _DAMAGED else "unavailable"

    def said(self, error: DBAPIError) -> str:
        """What SQLite said."""
        return str(error.orig)


def copy(path: Path, to: Path) -> None:
    """Write what a database holds at one moment into a new file, whoever writes to it meanwhile;
    every page of the copy is checked. Raises NotCopied."""
    try:
        # Not read-only: what a process that was killed left beside the file has to be taken up.
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(to)) as target:
            source.execute(f"PRAGMA busy_timeout = {round(backend.BUSY_TIMEOUT_S * 1000)}")
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # so that it is one file
            found = [row[0] for row in target.execute("PRAGMA integrity_check(1)")]
    except sqlite3.Error as error:
        raise NotCopied(f"{path} cannot be copied: {error}") from error
    if found != ["ok"]:
        raise NotCopied(f"{path} is damaged: {found[0]}")


def append_only(connection: Connection, table: str) -> None:
    """See `reference_catalog.engine.append_only`."""
    for change in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'nothing in {table} is changed or deleted'); END"
        )


def last_number(connection: Connection, table: str, column: str) -> int:
    """See `reference_catalog.engine.last_number`."""
    given = text("SELECT seq FROM sqlite_sequence WHERE name = :table")
    kept = text(f"SELECT max({column}) FROM {table}")  # without AUTOINCREMENT, all there is
    found = connection.scalar(given, {"table": table})
    return int(found if found is not None else connection.scalar(kept) or 0)


def continue_after(connection: Connection, table: str, column: str, number: int) -> None:
    """See `reference_catalog.engine.continue_after`."""
    made = text("SELECT sql FROM sqlite_master WHERE name = :table")
    if "AUTOINCREMENT" not in str(connection.scalar(made, {"table": table})):
        return  # SQLite itself takes the number after the largest that is there
    values = {"table": table, "number": number}
    connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), values)
    connection.execute(text("INSERT INTO sqlite_sequence VALUES (:table, :number)"), values)


def values(texts: Collection[str]) -> Select[Any]:
    """See `reference_catalog.engine.values`."""
    return select(func.json_each(json.dumps(list(texts))).table_valued("value").c.value)


def bytes_in(column: Any, part: bytes) -> ColumnElement[bool]:
    """See `reference_catalog.engine.bytes_in`."""
    return func.instr(cast(column, LargeBinary), part) > 0


def version(connection: Connection) -> str:
    """Of the library."""
    return f"SQLite {connection.scalar(text('SELECT sqlite_version()'))}"


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
    give_up = time.monotonic() + backend.BUSY_TIMEOUT_S
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
