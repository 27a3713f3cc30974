"""Short reading and writing transactions; which database it is, only `sqlite` and `postgresql`
know, and the functions at the end of this module, which choose between them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from reference_catalog import postgresql, sqlite
from reference_catalog.backend import Backend


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
    """Short reading and writing transactions on one database."""

    def __init__(self, backend: Backend, kind: Kind) -> None:
        self.kind = kind
        self._backend = backend
        self._reader, self._writer = self._engines()

    @property
    def name(self) -> str:
        """What messages call it."""
        return self._backend.name

    def close(self) -> None:
        """Close all connections."""
        self._reader.dispose()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view; it does not block writers."""
        with self._told_apart(), Session(self._reader) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """The only writer among all processes; commits unless the block raises."""
        with self._told_apart(), Session(self._writer) as session, session.begin():
            yield session

    def prepare(self, connection: Connection) -> None:
        """Make what its first tables are to be in, unless it is there."""
        self._backend.prepare(connection)

    def _engines(self) -> tuple[Engine, Engine]:
        try:
            return self._backend.engines()
        except ImportError as error:
            raise self.kind.unavailable(
                f"{self.name} cannot be used: the driver is missing ({error}); "
                "install it with `pip install 'reelprint[postgresql]'`"
            ) from error

    @contextmanager
    def _told_apart(self) -> Iterator[None]:
        """Turn the errors of the database into those of its kind."""
        try:
            yield
        except DBAPIError as error:
            fault, said = self._backend.fault(error), self._backend.said(error)
            if fault is None:
                raise  # a broken constraint or a wrong call: a fault of ours, not of the database
            if fault == "damaged":
                raise self.kind.damaged(
                    f"{self.name} is damaged or not a {self.kind.what}: {said}"
                ) from error
            raise self.kind.unavailable(f"{self.name} cannot be used now: {said}") from error


def append_only(connection: Connection, table: str) -> None:
    """Have the database refuse to change or delete a row of a table: against slips, for whoever
    may write to the database can drop the triggers too."""
    _of(connection).append_only(connection, table)


def last_number(connection: Connection, table: str, column: str) -> int:
    """The largest number that a table ever gave out for a column, as far as it is known."""
    number: int = _of(connection).last_number(connection, table, column)
    return number


def continue_after(connection: Connection, table: str, column: str, number: int) -> None:
    """Have a table give out only larger numbers than this for a column."""
    _of(connection).continue_after(connection, table, column, number)


def values(connection: Connection, texts: Collection[str]) -> Select[Any]:
    """Some texts as a question that answers with them: any number, in one parameter."""
    found: Select[Any] = _of(connection).values(texts)
    return found


def bytes_in(connection: Connection, column: Any, part: bytes) -> ColumnElement[bool]:
    """Whether a column of bytes holds these."""
    found: ColumnElement[bool] = _of(connection).bytes_in(column, part)
    return found


def version(connection: Connection) -> str:
    """Which database this is, and its version."""
    said: str = _of(connection).version(connection)
    return said


def _of(connection: Connection) -> ModuleType:
    return postgresql if connection.dialect.name == "postgresql" else sqlite
