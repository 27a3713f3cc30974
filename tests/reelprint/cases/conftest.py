"""A pirated piece of music on a site on loopback, and an office that leads a case against it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.capture.server import Site, serving
from tests.reelprint.cases.office import Office, office
from tests.reelprint.conftest import MUSIC, CommandLine, new_workspace
from tests.reelprint.streams import pirated_music


@pytest.fixture(scope="session")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pirated_music(tmp_path_factory.mktemp("stream"))


@pytest.fixture
def site(stream: Path) -> Iterator[Site]:
    with serving() as running:
        for path in stream.iterdir():
            running.put(f"/{path.name}", path.read_bytes())
        yield running


@pytest.fixture(scope="session")
def registered(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A workspace with a piece of music, and a key. Tests must not change it."""
    run = new_workspace(tmp_path_factory.mktemp("registered") / "home", (MUSIC,))
    assert run("key", "new").code == 0
    return run


@pytest.fixture(scope="session")
def found(registered: CommandLine, stream: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with an office, in which ann sampled and examined case C-1. Not to be changed."""
    home = shutil.copytree(registered.home, tmp_path_factory.mktemp("found") / "home")
    with serving() as running, office(home) as made:
        for path in stream.iterdir():
            running.put(f"/{path.name}", path.read_bytes())
        made.post("ann@police", "/cases", {"case_id": "C-1", "authority": "complaint 7"}, 201)
        source = {"source": running.url("/a.m3u8"), "site": "pirate.example"}
        made.did("cap@police", "/cases/C-1/samples", source)
        made.did("ann@police", "/cases/C-1/examine")
    return home


REVIEWS = "/cases/C-1/findings/F000001/reviews"
SECRET = "a-reason-that-is-secret"


@pytest.fixture(scope="session")
def halfway(found: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, after one person rejected the finding, and jobs made what they make of a case."""
    home = shutil.copytree(found, tmp_path_factory.mktemp("halfway") / "home")
    with office(home) as made:
        rejected = {"disposition": "rejected", "reason": SECRET}
        made.post("roy@police", REVIEWS, rejected, 201)
        made.did("ann@police", "/links", {"cases": ["C-1"]})
        made.did("ann@police", "/cases/C-1/findings/F000001/frames")
        made.did("exp@police", "/cases/C-1/evidence")
    return home


@pytest.fixture
def half(halfway: Path, tmp_path: Path) -> Iterator[Office]:
    """An office with a case whose finding one person rejected."""
    with office(shutil.copytree(halfway, tmp_path / "home")) as made:
        yield made


@pytest.fixture
def bureau(registered: CommandLine, tmp_path: Path) -> Iterator[Office]:
    """An office without a case."""
    with office(shutil.copytree(registered.home, tmp_path / "home")) as made:
        yield made


@pytest.fixture
def led(found: Path, tmp_path: Path) -> Iterator[Office]:
    """An office with a case in which something was found."""
    with office(shutil.copytree(found, tmp_path / "home")) as made:
        yield made
