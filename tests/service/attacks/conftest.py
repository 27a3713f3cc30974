"""One world for all attacks of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.attacks.world import World, world


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[World]:
    """The same, for one test alone: one that means to change it."""
    with world(tmp_path / "home") as made:
        yield made


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A service with two studios and an authority."""
    with world(tmp_path_factory.mktemp("attacked") / "home") as made:
        yield made
