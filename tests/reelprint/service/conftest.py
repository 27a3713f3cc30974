"""Services to ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reelprint.workspace import Workspace
from tests.reelprint.service.running import Running, running


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service of an empty workspace, shared by the tests of a module."""
    home = tmp_path_factory.mktemp("service") / "home"
    Workspace.create(home)
    with running(home) as made:
        yield made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty workspace of a test's own."""
    return Workspace.create(tmp_path / "home").home
