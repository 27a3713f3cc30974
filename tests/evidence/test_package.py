"""A package that nobody touched."""

from __future__ import annotations

import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from evidence.contents import Contents
from evidence.verifying import verify
from reelprint.demo import makers
from reelprint.demo.streams import Cut
from reelprint.proving.exhibits import GAP
from reelprint.proving.sealing import contents_of
from tests.evidence.casebook import KEY, Casebook, recorded
from tests.evidence.conftest import DEEP, data_of, registered, sealed
from tests.evidence.forging import files_of
from tests.reelprint.conftest import MUSIC, SHORT, UNREGISTERED, work


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Casebook:
    """A short film is registered, and was captured with another sound."""
    folder = tmp_path_factory.mktemp("film")
    shutil.copy(work(SHORT), folder)
    other = Cut(UNREGISTERED / "calm-race.ogg", 10, 12.5)
    makers.with_another_sound(Cut(work(SHORT), 3, 5.5), other, folder / "suspect.mp4")
    one = recorded(folder / "captures", folder / "suspect.mp4").folder
    return Casebook(registered(folder, SHORT), {one.name: one}, one.name, None)


def test_what_was_sealed_holds_and_is_derived_again(package: Path) -> None:
    found = verify(package, DEEP)
    assert found.holds, found.checks
    states = {check.name: check.state for check in found.checks}
    assert [n for n, s in states.items() if s == "not checked"] == ["verdict", "time stamp"]
    (again,) = (c.detail for c in found.checks if c.name == "re-derivation")
    assert again == f"F000001: {MUSIC}: equal in every figure"


@pytest.mark.long
def test_so_is_a_film_with_its_pictures(film: Casebook, tmp_path: Path) -> None:
    path = sealed(contents_of(film.given, KEY), tmp_path)
    found = verify(path, DEEP)
    assert found.holds, found.checks
    (again,) = (c.detail for c in found.checks if c.name == "re-derivation")
    assert again == f"F000001: {SHORT}: equal in every figure"
    frames = [d for n, d in files_of(path).items() if n.startswith("matches/F000001/frames-")]
    assert frames
    for png in frames:
        height, width, _ = decoded(png).shape
        assert (width - GAP) % 2 == 0
        assert height <= width


def decoded(png: bytes) -> NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return image.astype(np.uint8)


def test_the_same_contents_and_key_give_the_same_bytes(contents: Contents, package: Path) -> None:
    assert data_of(contents) == package.read_bytes()
