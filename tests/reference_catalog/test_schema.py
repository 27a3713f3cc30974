from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from media.clip import Span
from reference_catalog.catalog import Catalog
from reference_catalog.errors import CatalogTooNew
from reference_catalog.models import SCHEMA, Base
from reference_catalog.work import Exclusion
from tests.reference_catalog.builders import details, new_reference


def set_version(folder: Path, version: str) -> None:
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        connection.commit()


def statements(database: Path) -> dict[str, list[str]]:
    """The clauses that make each table and index, in any order."""
    with closing(sqlite3.connect(database)) as connection:
        made = connection.execute("SELECT name, sql FROM sqlite_master")
        return {name: sorted(re.split(r"[,\s]*[,\n]\s*", sql or "")) for name, sql in made}


def test_models_and_migrations_agree(folder: Path) -> None:
    Catalog.create(folder).close()
    engine = create_engine(f"sqlite:///{folder / 'catalog.sqlite'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == SCHEMA
    engine.dispose()


def test_models_and_migrations_make_the_same_tables(folder: Path, tmp_path: Path) -> None:
    # What Alembic does not compare: cascades, AUTOINCREMENT, names of constraints.
    Catalog.create(folder).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'models.sqlite'}")
    Base.metadata.create_all(engine)
    engine.dispose()
    ours = statements(folder / "catalog.sqlite")
    assert statements(tmp_path / "models.sqlite") == {
        name: sql for name, sql in ours.items() if "alembic_version" not in name
    }


def test_the_known_schema_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "reference_catalog:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


def test_creating_again_changes_nothing(folder: Path) -> None:
    with Catalog.create(folder) as catalog:
        added = catalog.add(details("w"), new_reference(1))
    with Catalog.create(folder) as catalog:
        assert catalog.reference(1) == added


def test_a_newer_schema_is_refused_and_left_alone(folder: Path) -> None:
    Catalog.create(folder).close()
    set_version(folder, "9999")
    before = (folder / "catalog.sqlite").read_bytes()
    for opened in (Catalog.open, Catalog.create):
        with pytest.raises(CatalogTooNew, match=r"later release .* 9999"):
            opened(folder)
    assert (folder / "catalog.sqlite").read_bytes() == before


def test_a_failed_migration_leaves_no_half_made_tables(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = command.upgrade

    def upgrade_and_fail(config: Config, revision: str) -> None:
        upgrade(config, revision)
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(command, "upgrade", upgrade_and_fail)
        with pytest.raises(RuntimeError, match="power cut"):
            Catalog.create(folder)
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    Catalog.create(folder).close()


def test_the_database_is_in_wal_mode(folder: Path) -> None:
    Catalog.create(folder).close()
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_opening_a_current_catalogue_loads_no_alembic(folder: Path) -> None:
    Catalog.create(folder).close()
    code = (
        "import sys; from pathlib import Path\n"
        "from reference_catalog.catalog import Catalog\n"
        "Catalog.open(Path(sys.argv[1])).close()\n"
        "print([name for name in ('alembic', 'psycopg', 'stdnum', 'av', 'faiss')\n"
        " if name in sys.modules])"
    )
    arguments = [sys.executable, "-W", "error", "-c", code, str(folder)]
    run = subprocess.run(
        arguments, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"


def test_a_catalogue_of_the_first_schema_is_brought_up_to_date(folder: Path) -> None:
    with Catalog.create(folder) as catalog:
        added = catalog.add(details("w"), new_reference(1))
    engine = create_engine(f"sqlite:///{folder / 'catalog.sqlite'}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", "reference_catalog:migrations")
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    engine.dispose()
    assert "exclusion" not in statements(folder / "catalog.sqlite")
    with Catalog.open(folder) as catalog:
        assert catalog.reference(1) == added
        work = catalog.work("w")
        assert work is not None
        assert work.series is None
        assert catalog.exclude([Exclusion(added.number, Span(1, 2), "")]) == 1
    assert "exclusion" in statements(folder / "catalog.sqlite")
