from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from accounts.errors import AccountsDamaged, AccountsMissing, AccountsTooNew
from accounts.models import SCHEMA, Base
from accounts.store import Accounts
from tests.accounts.conftest import POLICE, Where


def statements(database: Path) -> dict[str, list[str]]:
    """The clauses that make each table and index, in any order."""
    with closing(sqlite3.connect(database)) as connection:
        made = connection.execute("SELECT name, sql FROM sqlite_master WHERE type != 'trigger'")
        return {name: sorted(re.split(r"[,\s]*[,\n]\s*", sql or "")) for name, sql in made}


def test_models_and_migrations_make_the_same_tables(tmp_path: Path) -> None:
    file = tmp_path / "accounts.sqlite"
    Accounts.create(file).close()
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == SCHEMA
    engine.dispose()
    made = create_engine(f"sqlite:///{tmp_path / 'models.sqlite'}")
    Base.metadata.create_all(made)
    made.dispose()
    ours = statements(file)
    assert statements(tmp_path / "models.sqlite") == {
        name: sql for name, sql in ours.items() if "alembic_version" not in name
    }


def test_the_known_schema_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "accounts:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


def test_what_was_made_is_there_when_opened_again(accounts: Accounts, where: Where) -> None:
    where.create().close()
    with Accounts.open(where.file, where.url) as again:
        assert again.organisations() == accounts.organisations()
        assert again.organisation(POLICE).kind == "authority"


def test_where_there_are_none_none_are_opened(tmp_path: Path, database_url: str) -> None:
    for url in (None, database_url):
        with pytest.raises(AccountsMissing):
            Accounts.open(tmp_path / "accounts.sqlite", url)


def test_another_file_is_damaged(tmp_path: Path) -> None:
    file = tmp_path / "accounts.sqlite"
    file.write_bytes(b"no database" * 1000)
    with pytest.raises(AccountsDamaged):
        Accounts.open(file)


def test_a_newer_schema_is_refused(accounts: Accounts, where: Where) -> None:
    where.tamper("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(AccountsTooNew, match="later release"):
        Accounts.open(where.file, where.url)


@pytest.mark.parametrize("slip", ["UPDATE audit SET organisation = 'x'", "DELETE FROM audit"])
def test_nothing_in_the_audit_log_is_changed_by_slip(
    accounts: Accounts, where: Where, slip: str
) -> None:
    with pytest.raises((sqlite3.Error, psycopg.Error), match="nothing in audit is changed"):
        where.slip(slip)
    assert accounts.verify_audit() == []
