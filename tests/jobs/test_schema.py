"""The tables are what the models say, on each database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from jobs.errors import JobsDamaged, JobsTooNew
from jobs.models import SCHEMA, Base
from jobs.queue import ROOM
from tests.jobs.conftest import Where

ROOT = Path(__file__).parents[2]


def url_of(where: Where) -> str:
    if where.url is None:
        return f"sqlite:///{where.file}"
    return (
        where.url.replace("postgresql:", "postgresql+psycopg:") + f"&options=-csearch_path%3D{ROOM}"
    )


def test_models_and_migrations_agree(where: Where) -> None:
    where.create().close()
    engine = create_engine(url_of(where))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == SCHEMA
    engine.dispose()


def test_the_known_schema_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "jobs:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


def test_a_newer_queue_is_refused(where: Where) -> None:
    where.create().close()
    engine = create_engine(url_of(where))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    for opened in (where.create, where.open):
        with pytest.raises(JobsTooNew, match=r"later release .* 9999"):
            opened()


def test_a_file_that_is_no_queue_is_told(tmp_path: Path) -> None:
    where = Where(tmp_path / "jobs.sqlite", None)
    where.file.write_bytes(b"not a database " * 100)
    for opened in (where.create, where.open):
        with pytest.raises(JobsDamaged, match="not a queue of jobs"):
            opened()


def test_opening_a_current_queue_loads_no_alembic(tmp_path: Path) -> None:
    where = Where(tmp_path / "jobs.sqlite", None)
    where.create().close()
    code = (
        "import sys; from pathlib import Path\n"
        "from jobs.queue import Queue\n"
        "Queue.open(Path(sys.argv[1])).close()\n"
        "print([name for name in ('alembic', 'psycopg', 'av', 'faiss') if name in sys.modules])"
    )
    words = [sys.executable, "-W", "error", "-c", code, str(where.file)]
    run = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
