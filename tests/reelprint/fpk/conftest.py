"""A package to be changed, and a workspace that takes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from reelprint.workspace import Workspace
from tests.reelprint.fpk.builders import Made, frames, package, workspace


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of one work."""
    return package(tmp_path_factory.mktemp("small") / "p.fpk", [Made("w", 1, (frames(1, 2),))])


@pytest.fixture
def copy(small: Path, tmp_path: Path) -> Path:
    path = tmp_path / "p.fpk"
    path.write_bytes(small.read_bytes())
    return path


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace in which nothing is ever registered."""
    return workspace(tmp_path_factory.mktemp("here") / "home")
