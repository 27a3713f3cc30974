"""Rooms that keep their tables beside the catalogue's: in files, or in schemas of one database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from casework.models import SCHEMA
from casework.place import KIND
from reference_catalog import schema
from reference_catalog.apart import backend
from reference_catalog.catalog import Catalog
from reference_catalog.engine import Database
from reference_catalog.place import Place
from reference_catalog.sqlite import Sqlite
from tests.postgresql import Server

Rooms = Callable[[str], Database]


@pytest.fixture(params=["sqlite", "postgresql"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rooms]:
    """A room of this name; each has the tables of casework here."""
    url = request.getfixturevalue("database_url") if request.param == "postgresql" else None
    made: list[Database] = []

    def of(name: str) -> Database:
        made.append(Database(backend(tmp_path / f"{name}.sqlite", url, name), KIND))
        return made[-1]

    yield of
    for one in made:
        one.close()


def lines(database: Database) -> int:
    with database.read() as session:
        return int(session.scalar(text("SELECT count(*) FROM custody")) or 0)


def put(database: Database, case: str) -> None:
    with database.write() as session:
        session.execute(text("INSERT INTO custody VALUES (:case, 1, 'line')"), {"case": case})


def test_rooms_of_one_database_do_not_see_each_other(room: Rooms) -> None:
    one, two = room("one"), room("two")
    schema.create(one)
    with two.read() as session:
        assert not schema.is_there(session)
    schema.create(two)
    put(one, "a")
    assert (lines(one), lines(two)) == (1, 0)
    put(two, "a")


def test_making_again_changes_nothing(room: Rooms) -> None:
    first = room("one")
    schema.create(first)
    put(first, "a")
    again = room("one")
    schema.create(again)
    schema.require(again)
    assert lines(again) == 1


def test_many_make_one_room_at_once(room: Rooms) -> None:
    databases = [room("one") for _ in range(6)]
    together = threading.Barrier(len(databases))

    def make(database: Database) -> None:
        together.wait()
        schema.create(database)
        put(database, str(id(database)))

    with ThreadPoolExecutor(len(databases)) as pool:
        list(pool.map(make, databases))
    assert lines(databases[0]) == len(databases)


def test_the_writer_of_one_room_does_not_hold_up_another(
    room: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reference_catalog.backend.BUSY_TIMEOUT_S", 0.2)
    one, two, one_again = room("one"), room("two"), room("one")
    schema.create(one)
    schema.create(two)
    with one.write() as session:
        session.execute(text("SELECT 1"))  # now it writes
        put(two, "a")
        with pytest.raises(KIND.unavailable):
            put(one_again, "a")


def test_a_room_is_beside_the_catalogue(tmp_path: Path, database_url: str) -> None:
    with (
        Catalog.create(Place(tmp_path / "catalog", database_url)) as catalog,
        closing(Database(backend(tmp_path / "x", database_url, "reelprint_x"), KIND)) as room,
    ):
        before = catalog.identity()
        schema.create(room)
        assert catalog.identity() == before
    with psycopg.connect(database_url) as connection:
        versions = connection.execute(
            "SELECT table_schema FROM information_schema.tables "
            "WHERE table_name = 'alembic_version' ORDER BY 1"
        ).fetchall()
        assert versions == [("public",), ("reelprint_x",)]
        found = connection.execute("SELECT version_num FROM reelprint_x.alembic_version").fetchone()
        assert found == (SCHEMA,)


def test_what_a_url_asks_of_the_server_stays(database_url: str, tmp_path: Path) -> None:
    asking = f"{database_url}&options=-cwork_mem%3D7MB%20-csearch_path%3Delsewhere"
    with closing(Database(backend(tmp_path, asking, "apart"), KIND)) as room:
        schema.create(room)
        with room.read() as session:
            assert session.scalar(text("SHOW work_mem")) == "7MB"
            assert session.scalar(text("SELECT current_schema()")) == "apart"


def test_a_schema_that_was_made_for_somebody_is_used(
    postgresql: Server, database_url: str, tmp_path: Path
) -> None:
    # Who may not make schemas in a database can be given one.
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS tenant; CREATE ROLE tenant LOGIN")
        connection.execute("CREATE SCHEMA given AUTHORIZATION tenant")
    theirs = database_url.replace("reelprint@", "tenant@")
    with closing(Database(backend(tmp_path, theirs, "given"), KIND)) as room:
        schema.create(room)
    with (
        closing(Database(backend(tmp_path, theirs, "not_given"), KIND)) as other,
        pytest.raises(KIND.unavailable, match="permission denied"),
    ):
        schema.create(other)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("DROP OWNED BY tenant; DROP ROLE tenant")


@pytest.mark.parametrize("name", ["", "Jobs", "a b", "a;b", "x" * 64, '"x"', "a\n"])
def test_a_schema_needs_a_plain_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no plain name"):
        backend(tmp_path, "postgresql://user@host/works", name)


def test_a_url_that_names_no_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not one of PostgreSQL"):
        backend(tmp_path, "mysql://user@host/works", "jobs")


def test_without_a_url_it_is_a_file(tmp_path: Path) -> None:
    assert isinstance(backend(tmp_path / "a.sqlite", None, "jobs"), Sqlite)
