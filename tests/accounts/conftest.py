"""Accounts in each database, at a cost of passwords that tests can pay."""

from __future__ import annotations

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


@pytest.fixture(scope="session")
def with_accounts(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the tables of accounts: to copy it is quicker."""
    url = postgresql.new_database()
    Accounts.create(tmp_path_factory.mktemp("none") / "x", url).close()
    return postgresql.name_of(url)


@pytest.fixture
def accounts_url(postgresql: Server, with_accounts: str) -> Iterator[str]:
    """The URL of a database with the tables of accounts."""
    url = postgresql.new_database(f"TEMPLATE {with_accounts}")
    yield url
    postgresql.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(tmp_path: Path, request: pytest.FixtureRequest) -> Where:
    """Where accounts are, in each database."""
    file = tmp_path / "service" / "accounts.sqlite"
    if request.param == "sqlite":
        return Where(file)
    return Where(file, request.getfixturevalue("accounts_url"))


@pytest.fixture
def clock() -> QuickClock:
    return QuickClock()


@pytest.fixture
def accounts(where: Where, clock: QuickClock) -> Iterator[Accounts]:
    """With an authority, two holders and some people."""
    with where.create(clock) as made:
        made.add_organisation(POLICE, "Police", "authority")
        made.add_organisation(STUDIO, "Studio", "holder")
        made.add_organisation(OTHER, "Other Studio", "holder")
        made.add_account(POLICE, KIM, ["analyst", "auditor"], PASSWORD)
        made.add_account(POLICE, ANN, ["admin"])
        made.add_account(STUDIO, LEE, ["holder"], PASSWORD)
        yield made
