from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from reference_catalog import schema
from reference_catalog.catalog import Catalog
from reference_catalog.place import Place
from tests.postgresql import Server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the catalogue of this test is."""
    return tmp_path / "catalogue"


@pytest.fixture(scope="session")
def with_tables(postgresql: Server) -> str:
    """The name of a database with the tables of a catalogue: to copy it is quicker."""
    url = postgresql.new_database()
    with closing(Place(Path(), url).database()) as database:
        schema.create(database)
    return postgresql.name_of(url)


@pytest.fixture
def furnished_url(postgresql: Server, with_tables: str) -> Iterator[str]:
    """The URL of a database with the tables of a catalogue."""
    url = postgresql.new_database(f"TEMPLATE {with_tables}")
    yield url
    postgresql.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(folder: Path, request: pytest.FixtureRequest) -> Place:
    """Where a catalogue can be made, in each database."""
    if request.param == "sqlite":
        return Place(folder)
    return Place(folder, request.getfixturevalue("furnished_url"))


@pytest.fixture
def catalog(place: Place) -> Iterator[Catalog]:
    """A new catalogue, in each database."""
    with Catalog.create(place) as new:
        yield new
