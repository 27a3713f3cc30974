from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reference_catalog.catalog import Catalog
from reference_catalog.place import Place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the catalogue of this test is."""
    return tmp_path / "catalogue"


@pytest.fixture(params=["sqlite", "postgresql"])
def place(folder: Path, request: pytest.FixtureRequest) -> Place:
    """Where a catalogue can be made, in each database."""
    if request.param == "sqlite":
        return Place(folder)
    return Place(folder, request.getfixturevalue("database_url"))


@pytest.fixture
def catalog(place: Place) -> Iterator[Catalog]:
    """A new catalogue, in each database."""
    with Catalog.create(place) as new:
        yield new
