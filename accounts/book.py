"""Opening and closing the database of accounts, and transactions on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

from accounts.errors import AccountsMissing
from accounts.moment import Moment
from accounts.place import Place, refuse_moved
from accounts.sessions import Rules
from capture.clock import Clock, SystemClock
from reference_catalog import schema


class Book:
    """The database, open until it is closed."""

    def __init__(self, place: Place, clock: Clock, rules: Rules) -> None:
        self._database = place.database()
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
        are there. Raises AccountsTooNew, AccountsMoved, AccountsLeft, ValueError for a
        URL that names no database."""
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = Place(file, url)
        place.require_nothing_left()
        made = cls(place, clock or SystemClock(), rules or Rules())
        with _closed_on_error(made):
            schema.create(made._database)
            made._refuse_moved()
        return made

    @classmethod
    def open(
        cls,
        file: Path,
        url: str | None = None,
        clock: Clock | None = None,
        rules: Rules | None = None,
    ) -> Self:
        """Open accounts. Raises AccountsMissing and what `create` does."""
        if url is None and not file.is_file():
            raise AccountsMissing(
                f"there are no accounts in {file}: make some with `reelprint accounts init`"
            )
        place = Place(file, url)
        place.require_nothing_left()
        found = cls(place, clock or SystemClock(), rules or Rules())
        with _closed_on_error(found):
            schema.require(found._database, AccountsMissing if url else None)
            found._refuse_moved()
        return found

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _refuse_moved(self) -> None:
        with self._database.read() as rows:
            refuse_moved(rows, self._database.name)

    @contextmanager
    def _writing(self) -> Iterator[Moment]:
        with self._database.write() as rows:
            refuse_moved(rows, self._database.name)
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
