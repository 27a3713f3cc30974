from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reference_catalog.catalog import Catalog


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the catalogue of this test is."""
    return tmp_path / "catalogue"


@pytest.fixture
def catalog(folder: Path) -> Iterator[Catalog]:
    """A new catalogue."""
    with Catalog.create(folder) as new:
        yield new
