"""One real case for all tests, its package, and ways to open and close packages."""

from __future__ import annotations

import io
from pathlib import Path
from unittest.mock import patch

import pytest

from evidence.building import build
from evidence.checks import Verified
from evidence.contents import Contents
from evidence.signing import SigningKey
from evidence.verifying import Asked, verify
from reelprint.demo import makers
from reelprint.demo.streams import Cut
from reelprint.pipeline import item_of, register
from reelprint.proving.again import rederived
from reelprint.proving.sealing import contents_of
from reelprint.workspace import Workspace
from tests.capture.server import serving
from tests.evidence.casebook import KEY, Casebook, recorded, with_gap
from tests.reelprint.conftest import MUSIC, work
from tests.reelprint.here import Here

DEEP = Asked(KEY.signer, deeper=(rederived,))
SHALLOW = Asked(KEY.signer)


@pytest.fixture(scope="session")
def casebook(tmp_path_factory: pytest.TempPathFactory) -> Casebook:
    """Two pieces of music are registered; one was captured, and a stream with a gap."""
    folder = tmp_path_factory.mktemp("evidence")
    for name in (MUSIC, "musicbox"):
        makers.music(Cut(work(name), 18, 34), folder / f"{name}.mp3")
    makers.music(Cut(work(MUSIC), 21.7, 27.7), folder / "suspect.mp3")
    with patch("os.fsync"), serving() as site:
        workspace = registered(folder, MUSIC, "musicbox")
        one = recorded(folder / "captures", folder / "suspect.mp3").folder
        two = with_gap(folder / "captures", site).folder
    return Casebook(workspace, {path.name: path for path in (one, two)}, one.name, two.name)


def registered(folder: Path, *names: str) -> Workspace:
    workspace = Workspace.create(folder / "home")
    works = [item_of(path) for path in folder.iterdir() if path.stem in names]
    with patch("reelprint.pool.ProcessPool", Here):
        done = list(register(workspace, sorted(works, key=str), 1))
    assert all(one.outcome == "registered" for one in done)
    return workspace


@pytest.fixture(scope="session")
def contents(casebook: Casebook) -> Contents:
    return contents_of(casebook.given, KEY)


@pytest.fixture(scope="session")
def package(contents: Contents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sealed(contents, tmp_path_factory.mktemp("package"))


def sealed(contents: Contents, folder: Path, key: SigningKey = KEY) -> Path:
    path = folder / "case.evidence.zip"
    with path.open("wb") as out:
        build(contents, key, out)
    return path


def data_of(contents: Contents) -> bytes:
    out = io.BytesIO()
    build(contents, KEY, out)
    return out.getvalue()


def failed(found: Verified) -> set[str]:
    return {check.name for check in found.checks if check.state == "fail"}


def checked(path: Path, asked: Asked = SHALLOW) -> set[str]:
    """The checks that fail."""
    return failed(verify(path, asked))
