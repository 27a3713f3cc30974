"""What only a server can do: be gone, keep somebody out, come back, be shared."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from psycopg.sql import SQL, Literal
from sqlalchemy import create_engine

from reference_catalog.catalog import Catalog
from reference_catalog.engine import append_only
from reference_catalog.errors import (
    CatalogDamaged,
    CatalogMissing,
    CatalogTooNew,
    CatalogUnavailable,
)
from reference_catalog.models import SCHEMA, Base
from reference_catalog.place import Place, checked_url, without_password
from tests.postgresql import Server
from tests.reference_catalog.builders import VIDEO, details, new_reference, sha256_of
from tests.reference_catalog.test_processes import adder, finish

SECRET = "kein@geheim:nis"
ENGLISH = "LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C'"
ESCAPED = "kein%40geheim%3Anis"


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture
def place(folder: Path, database_url: str) -> Place:
    """A place on a server."""
    return Place(folder, database_url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "cannot be read"),
        ("works.sqlite", "cannot be read"),
        (f"postgresql://user:{ESCAPED}@host:port/works", "cannot be read"),
        (f"mysql://user:{ESCAPED}@host/works", "not one of PostgreSQL"),
        (f"postgresql+psycopg2://user:{ESCAPED}@host/works", "not one of PostgreSQL"),
        ("postgresql://user:kein@geheim@host/works", "an @ too many"),
        (f"postgresql://user:{ESCAPED}@host", "names no database"),
        (f"postgresql://host/works?password={ESCAPED}", "use a password file"),
    ],
)
def test_a_url_that_names_no_database_is_refused_and_not_shown(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as caught:
        checked_url(url)
    assert "geheim" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.fixture
def guarded(postgresql: Server) -> str:
    """A user who is asked for a password."""
    role = SQL("DROP ROLE IF EXISTS guarded; CREATE ROLE guarded LOGIN PASSWORD {}")
    with psycopg.connect(postgresql.url(), autocommit=True) as connection:
        connection.execute(role.format(Literal(SECRET)))
    return "guarded"


def test_a_password_is_shown_nowhere(folder: Path, postgresql: Server, guarded: str) -> None:
    right = postgresql.url(user=f"{guarded}:{ESCAPED}")
    wrong = postgresql.url(user=f"{guarded}:geheimer")
    for url in (right, wrong):
        assert "geheim" not in without_password(url) + repr(Place(folder, url))
    with pytest.raises(CatalogUnavailable, match="password authentication failed") as caught:
        Catalog.create(Place(folder, wrong))
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(CatalogMissing) as missing:  # let in, and nothing is there
        Catalog.open(Place(folder, right))
    assert "geheim" not in str(missing.value)


def test_a_password_comes_from_where_psql_takes_it(
    folder: Path, postgresql: Server, guarded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    escaped = SECRET.replace(":", "\\:")
    folder.mkdir()
    (folder / "pass").write_text(f"*:*:*:{guarded}:{escaped}\n", encoding="utf-8")
    (folder / "pass").chmod(0o600)
    service = f"[works]\nhost={postgresql.folder}\ndbname=postgres\nuser={guarded}\n"
    (folder / "services").write_text(service, encoding="utf-8")
    monkeypatch.setenv("PGSERVICEFILE", str(folder / "services"))
    for url in (postgresql.url(user=guarded), "postgresql:///?service=works"):
        monkeypatch.delenv("PGPASSFILE", raising=False)
        with pytest.raises(CatalogUnavailable, match="no password"):
            Catalog.open(Place(folder, url))
        monkeypatch.setenv("PGPASSFILE", str(folder / "pass"))
        with pytest.raises(CatalogMissing):
            Catalog.open(Place(folder, url))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("test", "no_such"), "does not exist"),
        (("reelprint@/test", "nobody@/test"), "does not exist"),
        (("?host=", "?host=/nowhere"), "No such file"),
    ],
)
def test_what_keeps_one_from_a_server_is_told(
    place: Place, change: tuple[str, str], why: str
) -> None:
    assert place.url is not None
    elsewhere = Place(place.folder, place.url.replace(*change))
    for made in (Catalog.create, Catalog.open):
        with pytest.raises(CatalogUnavailable, match=why):
            made(elsewhere)


def test_a_driver_that_is_not_installed_is_told(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CatalogUnavailable, match=r"install .*'reelprint\[postgresql\]'"):
        Catalog.create(place)


def test_a_database_of_another_encoding_is_refused(folder: Path, postgresql: Server) -> None:
    url = postgresql.new_database("ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(CatalogUnavailable, match="LATIN1"):
        Catalog.create(Place(folder, url))
    postgresql.drop(url)


def test_an_empty_database_is_no_catalogue_until_one_is_made(place: Place) -> None:
    with pytest.raises(CatalogMissing, match="not a catalogue"):
        Catalog.open(place)
    Catalog.create(place).close()
    Catalog.open(place).close()


def test_tables_of_somebody_else_are_left_alone(place: Place) -> None:
    assert place.url is not None
    execute(place.url, "CREATE TABLE work (name text)")
    with pytest.raises(CatalogDamaged, match="already exists"):
        Catalog.create(place)
    execute(place.url, "SELECT name FROM work")


def test_two_catalogues_can_share_a_database_by_schemas(place: Place, tmp_path: Path) -> None:
    assert place.url is not None
    execute(place.url, "CREATE SCHEMA other")
    other = Place(tmp_path / "other", f"{place.url}&options=-csearch_path%3Dother")
    with Catalog.create(place) as one, Catalog.create(other) as two:
        assert one.identity() != two.identity()
        one.add(details("w"), new_reference(1))
        assert two.add(details("w"), new_reference(1)).number == 1


def test_a_newer_schema_is_refused_and_left_alone(place: Place) -> None:
    assert place.url is not None
    Catalog.create(place).close()
    execute(place.url, "UPDATE alembic_version SET version_num = '9999'")
    for opened in (Catalog.open, Catalog.create):
        with pytest.raises(CatalogTooNew, match=r"later release .* 9999"):
            opened(place)
    execute(place.url, f"UPDATE alembic_version SET version_num = '{SCHEMA}'")
    Catalog.open(place).close()


def test_a_lost_table_is_told(place: Place) -> None:
    assert place.url is not None
    with Catalog.create(place) as catalog:
        execute(place.url, "DROP TABLE fingerprint")
        with pytest.raises(CatalogDamaged, match='"fingerprint" does not exist'):
            catalog.numbers(VIDEO)
        with pytest.raises(CatalogDamaged):
            catalog.add(details("w"), new_reference(1))
        assert catalog.work("w") is None


def test_who_may_only_read_is_told_so(place: Place, postgresql: Server) -> None:
    assert place.url is not None
    Catalog.create(place).close()
    execute(
        place.url,
        "DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN; "
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
    )
    with Catalog.open(Place(place.folder, place.url.replace("reelprint@", "reader@"))) as catalog:
        assert list(catalog.works()) == []
        with pytest.raises(CatalogUnavailable, match="permission denied"):
            catalog.add(details("w"), new_reference(1))
    execute(place.url, "DROP OWNED BY reader; DROP ROLE reader")


def test_a_stuck_writer_is_told_and_readers_go_on(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reference_catalog.backend.BUSY_TIMEOUT_S", 0.1)
    with (
        Catalog.create(place) as catalog,
        closing(place.database()) as database,
        database.write() as stuck,
    ):
        assert stuck.connection()
        with pytest.raises(CatalogUnavailable, match="lock timeout"):
            catalog.add(details("w"), new_reference(1))
        assert list(catalog.works()) == []
    with Catalog.open(place) as catalog:
        assert catalog.add(details("w"), new_reference(1)).number == 1


def test_models_and_migrations_make_the_same_tables(place: Place, postgresql: Server) -> None:
    columns = (
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, "
        "column_default, collation_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2"
    )
    constraints = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE 'alembic%' ORDER BY 1, 2"
    )
    indexes = "SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'ix_%' ORDER BY 1"
    Catalog.create(place).close()
    other = postgresql.new_database()
    engine = create_engine(other.replace("postgresql:", "postgresql+psycopg:"))
    Base.metadata.create_all(engine)
    engine.dispose()
    assert place.url is not None
    with psycopg.connect(place.url) as connection:
        found = connection.execute(columns.encode()).fetchall()
    assert {one[-1] for one in found if one[2] in {"text", "character varying"}} == {"C"}
    for question in (columns, constraints, indexes):
        answers = []
        for url in (place.url, other):
            with psycopg.connect(url) as connection:
                answers.append(connection.execute(question.encode()).fetchall())
        assert answers[0] == answers[1]
        assert answers[0]
    postgresql.drop(other)


def test_order_is_that_of_code_points_whatever_the_locale(folder: Path, postgresql: Server) -> None:
    try:
        url = postgresql.new_database(f"TEMPLATE template0 {ENGLISH}")
    except psycopg.errors.FeatureNotSupported as error:
        pytest.skip(f"{error}; the columns are looked at all the same")
    names = ["B", "a", "Ä", "b", "A", "_", "가", "\U0001f3b5", "\ufb01", "z a", "z-a", "za"]
    with psycopg.connect(url) as connection:
        asked = SQL("SELECT name FROM unnest({}::text[]) AS name ORDER BY name")
        found = [name for (name,) in connection.execute(asked.format(Literal(names)))]
        assert found != sorted(names)  # the server itself has another order
    with Catalog.create(Place(folder, url)) as catalog:
        for seed, name in enumerate(names):
            catalog.add(details(name), new_reference(seed))
        assert [work.work_id for work in catalog.works()] == sorted(names)
    postgresql.drop(url)


def test_rows_that_are_only_added_cannot_be_changed(database_url: str) -> None:
    engine = create_engine(database_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE kept (n integer)")
        append_only(connection, "kept")
        connection.exec_driver_sql("INSERT INTO kept VALUES (1)")
    engine.dispose()
    for change in ("UPDATE kept SET n = 2", "DELETE FROM kept", "TRUNCATE kept"):
        with pytest.raises(psycopg.errors.RaiseException, match="nothing in kept"):
            execute(database_url, change)


def test_a_server_that_was_started_anew_is_used_again(place: Place, postgresql: Server) -> None:
    with Catalog.create(place) as catalog:
        catalog.add(details("w"), new_reference(1))
        postgresql.stop()
        with pytest.raises(CatalogUnavailable):
            catalog.work("w")
        postgresql.start()
        assert catalog.add(details("w"), new_reference(2)).number > 1
        postgresql.stop()
        postgresql.start()
        assert len(catalog.numbers(VIDEO)) == 2  # nobody noticed


def test_what_was_acknowledged_survives_a_server_that_is_killed(
    place: Place, postgresql: Server
) -> None:
    process = adder(place, 0, 10_000, "w")
    assert process.stdout is not None
    said = [process.stdout.readline().split() for _ in range(10)]
    postgresql.kill()
    said += [line.split() for line in process.stdout if line.endswith("\n")]
    assert process.wait() == 1  # CatalogUnavailable, which the command line makes a sentence of
    process.stdout.close()
    postgresql.start()
    with Catalog.open(place) as catalog:
        for seed, told in said:
            reference = catalog.by_sha256(sha256_of(int(seed)))
            assert reference is not None
            assert str(reference.number) == told
            assert len(catalog.fingerprint(reference.number, VIDEO)) > 0
    again = finish(adder(place, 0, len(said) + 1, "w"))
    assert {number for _, number in again[:-1]} == {"duplicate"}
