"""PostgreSQL by URL: what a URL may say, the one writer, and what errors mean.

The driver, psycopg, is an extra (`reelprint[postgresql]`) and loaded only here. It makes the
connection that whoever runs Reelprint names in the settings; nothing of a work or of a suspect has
a part in that.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    ARRAY,
    URL,
    ColumnElement,
    Connection,
    Engine,
    Select,
    bindparam,
    create_engine,
    event,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from reference_catalog import backend
from reference_catalog.backend import Fault
from reference_catalog.types import words

_FORM = "write postgresql://user@host/database"
_DRIVERS = {"postgresql", "postgresql+psycopg"}
_SECRETS = {"password", "sslpassword"}  # where they would be shown with the rest of a URL
_HIDDEN = "***"
_SCHEMA = re.compile(r"[a-z][a-z0-9_]{0,62}")  # one that needs no quotes
_MOST_SAID = 400  # characters of what the server says that go into a message
# How soon it is seen that a server or the way to it is gone, unless the URL says otherwise.
_CONNECTION = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "application_name": "reelprint",
    "client_encoding": "utf8",
}
# A writer whose machine is gone without a word holds the lock no longer than this.
_IDLE_WRITER_S = 300
_LOCK = 0x7265656C  # "reel": in the database, with the schema, the name of the writers' lock

# The first two characters of an SQLSTATE tell its kind; what is not here is a fault of ours.
_DAMAGED = {
    "42",  # our statements are sound, so "no such table" is about what is there
    "XX",  # the server found its own files damaged
}
_UNAVAILABLE = {
    "08",  # the connection broke
    "25",  # a server that only reads
    "28",  # not let in
    "3D",  # no such database
    "3F",  # no such schema
    "40",  # given up for another transaction
    "53",  # disk full, memory, too many connections
    "55",  # locked
    "57",  # shutting down, cancelled
    "58",  # a fault of the system below it
}
_NOT_ALLOWED = "42501"


class Postgresql:
    """A database on a server, or one schema of it alone. Raises ValueError for a URL that names
    no database, and for a schema that is no plain name."""

    def __init__(self, url: str, schema: str | None = None) -> None:
        self._url = parsed(url) if schema is None else _within(parsed(url), schema)
        self._schema = schema

    @property
    def name(self) -> str:
        """Its URL without a password."""
        return shown(self._url)

    def engines(self) -> tuple[Engine, Engine]:
        """That of readers and that of the only writer. Raises ImportError."""
        engine = create_engine(
            self._url.set(drivername="postgresql+psycopg"),
            connect_args={k: v for k, v in _CONNECTION.items() if k not in self._url.query},
            pool_pre_ping=True,  # a server may have been started anew since
        )
        event.listen(engine, "connect", _check_and_set)
        event.listen(engine, "begin", _begin)
        reader = engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        # Not a stricter level: its view would be of the moment before the writer had the lock.
        return reader, engine.execution_options(isolation_level="READ COMMITTED", sole_writer=True)

    def prepare(self, connection: Connection) -> None:
        """Make its schema, if it has one of its own."""
        # First a look: who may not make schemas is refused even where there is nothing to make.
        there = text("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = :schema)")
        if self._schema and not connection.scalar(there, {"schema": self._schema}):
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {self._schema}"))

    def fault(self, error: DBAPIError) -> Fault | None:
        """What an error means."""
        from psycopg import Error, OperationalError

        cause = error.orig
        if not isinstance(cause, Error):
            return None
        state = cause.sqlstate
        if state is None:  # the driver's own: nobody answered, or not any more
            return "unavailable" if isinstance(cause, OperationalError) else None
        if state == _NOT_ALLOWED or state[:2] in _UNAVAILABLE:
            return "unavailable"
        return "damaged" if state[:2] in _DAMAGED else None

    def said(self, error: DBAPIError) -> str:
        """What the server or the driver said."""
        line = " ".join(str(error.orig).split())[:_MOST_SAID]
        password = self._url.password
        if not password:
            return line
        # No driver is known to repeat it. Not inside of words: there the gap would betray it.
        return re.sub(rf"(?<!\w){re.escape(str(password))}(?!\w)", _HIDDEN, line)


def parsed(url: str) -> URL:
    """A URL that names a database. Raises ValueError, in which nothing of it is shown."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise ValueError(f"the catalogue's URL cannot be read: {_FORM}") from None
    if found.drivername not in _DRIVERS:
        raise ValueError(f"the catalogue's URL is not one of PostgreSQL: {_FORM}")
    if "@" in (found.host or ""):
        raise ValueError("the catalogue's URL has an @ too many: in a password, write %40")
    if _SECRETS & found.query.keys():
        raise ValueError("a password may not stand after the ? of a URL: use a password file")
    if not found.database and not {"service", "dbname"} & found.query.keys():
        raise ValueError(f"the catalogue's URL names no database: {_FORM}")
    return found.set(drivername="postgresql")


def shown(url: URL) -> str:
    """A URL without its password."""
    return url.render_as_string(hide_password=True)


def _within(url: URL, schema: str) -> URL:
    """A URL whose connections see one schema alone, whatever else it asks of the server."""
    if not _SCHEMA.fullmatch(schema):
        raise ValueError(f"{schema!r} is no plain name of a schema")
    said = url.query.get("options", "")
    options = said if isinstance(said, str) else said[-1]
    return url.update_query_dict({"options": f"{options} -csearch_path={schema}".strip()})


def append_only(connection: Connection, table: str) -> None:
    """See `reference_catalog.engine.append_only`."""
    connection.exec_driver_sql(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION 'nothing in {table} is changed or deleted'; END $$"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )


def last_number(connection: Connection, table: str, column: str) -> int:
    """See `reference_catalog.engine.last_number`."""
    sequence = _sequence(connection, table, column)
    row = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()
    return int(row.last_value) if row.is_called else 0


def continue_after(connection: Connection, table: str, column: str, number: int) -> None:
    """See `reference_catalog.engine.continue_after`."""
    values = {"sequence": _sequence(connection, table, column), "next": number + 1}
    connection.execute(text("SELECT setval(:sequence, :next, false)"), values)


def values(texts: Collection[str]) -> Select[Any]:
    """See `reference_catalog.engine.values`."""
    array = bindparam(None, list(texts), ARRAY(words()))
    return select(func.unnest(array).column_valued("value"))


def bytes_in(column: Any, part: bytes) -> ColumnElement[bool]:
    """See `reference_catalog.engine.bytes_in`."""
    return func.pg_catalog.position(column, part) > 0


def version(connection: Connection) -> str:
    """Of the server."""
    return f"PostgreSQL {connection.scalar(text('SHOW server_version'))}"


def _sequence(connection: Connection, table: str, column: str) -> str:
    named = text("SELECT pg_get_serial_sequence(:table, :column)")
    return str(connection.scalar(named, {"table": table, "column": column}))


def _check_and_set(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    from psycopg import OperationalError

    encoding = _info(connection).parameter_status("server_encoding")
    if encoding != "UTF8":
        raise OperationalError(f"it keeps texts as {encoding}: make a database with ENCODING UTF8")
    cursor = connection.cursor()
    cursor.execute("SET extra_float_digits = 1")  # or times would come back rounded
    cursor.close()
    connection.commit()


def _info(connection: DBAPIConnection) -> Any:
    return connection.info


def _begin(connection: Connection) -> None:
    # A writer takes the lock before it reads, so that what it reads is still so when it writes.
    if not connection.get_execution_options().get("sole_writer", False):
        return
    connection.execute(_WRITER, {"busy": f"{round(backend.BUSY_TIMEOUT_S * 1000)}ms"})
    connection.execute(_WRITERS_LOCK)


# Whatever the server's own setting: what was acknowledged survives a crash.
_WRITER = text(
    "SELECT set_config('lock_timeout', :busy, true), "
    f"set_config('idle_in_transaction_session_timeout', '{_IDLE_WRITER_S}s', true), "
    "set_config('synchronous_commit', CASE current_setting('synchronous_commit') "
    "WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true)"
)
_WRITERS_LOCK = text(
    f"SELECT pg_advisory_xact_lock({_LOCK}, hashtext(coalesce(current_schema(), '')))"
)
