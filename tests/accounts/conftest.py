"""Accounts in each database, at a cost of passwords that tests can pay."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from accounts.passwords import Cost
from accounts.sessions import Rules
from accounts.store import Accounts
from tests.capture.server import QuickClock
from tests.postgresql import Server

RULES = Rules(password=Cost(memory_kib=8, passes=1))
PASSWORD = "correct horse battery"
KIM, ANN, LEE = "kim@police.example", "ann@police.example", "lee@studio.example"
POLICE, STUDIO, OTHER = "police", "studio", "other-studio"


@dataclass(frozen=True, slots=True)
class Where:
    """A database in which accounts can be made."""

    file: Path
    url: str | None = None

    def create(self, clock: QuickClock | None = None) -> Accounts:
        """Accounts there."""
        return Accounts.create(self.file, self.url, clock, RULES)

    def slip(self, statement: str) -> None:
        """What somebody does by mistake."""
        if self.url is None:
            with closing(sqlite3.connect(self.file)) as connection:
                connection.execute(statement)
        else:
            with psycopg.connect(self.url) as server:
                server.execute("SET search_path = reelprint_accounts")
                server.execute(statement.encode())

    def tamper(self, *statements: str) -> None:
        """What anybody can do who may write to the database: drop the triggers, and change."""
        _tamper_file(self.file, statements) if self.url is None else _tamper(self.url, statements)


def _tamper_file(file: Path, statements: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in found.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount > 0
        connection.commit()


def _tamper(url: str, statements: tuple[str, ...]) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("SET search_path = reelprint_accounts")
        connection.execute("ALTER TABLE audit DISABLE TRIGGER ALL")
        for statement in statements:
            assert connection.execute(statement.encode()).rowcount > 0


def _furnish(where: Where) -> None:
    """An authority, two holders and some people."""
    with where.create(QuickClock()) as made:
        made.add_organisation(POLICE, "Police", "authority")
        made.add_organisation(STUDIO, "Studio", "holder")
        made.add_organisation(OTHER, "Other Studio", "holder")
        made.add_account(POLICE, KIM, ["analyst", "auditor"], PASSWORD)
        made.add_account(POLICE, ANN, ["admin"])
        made.add_account(STUDIO, LEE, ["holder"], PASSWORD)


@pytest.fixture(scope="session")
def file_of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that is furnished: to copy it is quicker."""
    where = Where(tmp_path_factory.mktemp("accounts") / "accounts.sqlite")
    _furnish(where)
    return where.file


@pytest.fixture(scope="session")
def database_of_all(postgresql: Server) -> str:
    """The name of a database that is furnished."""
    url = postgresql.new_database()
    _furnish(Where(postgresql.folder / "unused" / "accounts.sqlite", url))
    return postgresql.name_of(url)


@pytest.fixture
def accounts_url(postgresql: Server, database_of_all: str) -> Iterator[str]:
    """The URL of a database that is furnished."""
    url = postgresql.new_database(f"TEMPLATE {database_of_all}")
    yield url
    postgresql.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(tmp_path: Path, request: pytest.FixtureRequest) -> Where:
    """Where accounts are, in each database."""
    file = tmp_path / "service" / "accounts.sqlite"
    file.parent.mkdir()
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("file_of_all"), file)
        return Where(file)
    return Where(file, request.getfixturevalue("accounts_url"))


@pytest.fixture
def clock() -> QuickClock:
    return QuickClock()


@pytest.fixture
def accounts(where: Where, clock: QuickClock) -> Iterator[Accounts]:
    """With an authority, two holders and some people."""
    with where.create(clock) as made:
        yield made
