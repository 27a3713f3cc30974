"""Opening and closing the database of accounts, and transactions on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from accounts.errors import (
    AccountsDamaged,
    AccountsMissing,
    AccountsTooNew,
    AccountsUnavailable,
)
from accounts.models import SCHEMA
from accounts.moment import Moment
from accounts.sessions import Rules
from capture.clock import Clock, SystemClock
from reference_catalog import apart, schema
from reference_catalog.engine import Database, Kind

TABLES = "reelprint_accounts"  # the schema in a database of PostgreSQL
KIND = Kind(
    "record of accounts",
    SCHEMA,
    "accounts:migrations",
    AccountsDamaged,
    AccountsUnavailable,
    AccountsTooNew,
)


class Book:
    """The database, open until it is closed."""

    def __init__(self, file: Path, url: str | None, clock: Clock, rules: Rules) -> None:
        self._database = Database(apart.backend(file, url, TABLES), KIND)
        self._clock = clock
        self._rules = rules

    @classmethod
    def create(
        cls,
        file: Path,
        url: str | None = None,
        clock: Clock | None = None,
        rules: Rules | None = None,
    ) -> Self:
        """Make the tables in a file, or with `url` in a database of PostgreSQL; or open those that
        are there. Raises AccountsTooNew, ValueError for a URL that names no database."""
        file.parent.mkdir(parents=True, exist_ok=True)
        made = cls(file, url, clock or SystemClock(), rules or Rules())
        with _closed_on_error(made):
            schema.create(made._database)
        return made

    @classmethod
    def open(
        cls,
        file: Path,
        url: str | None = None,
        clock: Clock | None = None,
        rules: Rules | None = None,
    ) -> Self:
        """Open accounts. Raises AccountsMissing, AccountsTooNew, ValueError."""
        if url is None and not file.is_file():
            raise AccountsMissing(
                f"there are no accounts in {file}: make some with `reelprint accounts init`"
            )
        found = cls(file, url, clock or SystemClock(), rules or Rules())
        with _closed_on_error(found):
            schema.require(found._database, AccountsMissing if url else None)
        return found

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _writing(self) -> Iterator[Moment]:
        with self._database.write() as rows:
            yield Moment.of(rows, self._clock)

    @contextmanager
    def _reading(self) -> Iterator[Moment]:
        with self._database.read() as rows:
            yield Moment.of(rows, self._clock)


@contextmanager
def _closed_on_error(book: Book) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(book)
        yield
        stack.pop_all()
