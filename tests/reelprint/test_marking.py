"""Logos in real films, encoded apart: found in the cage, told from each other, told from none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fingerprint.video.overlay import SAME_LOGO, Overlay, likeness
from media.clip import Unreadable
from reelprint.cage.parcel import Parcel
from reelprint.marking import believed, overlays_of
from tests.media.build import silent_film
from tests.reelprint.branding import QUICK, branded, film, shots


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Overlay:
    """The logo of one site, over one film."""
    path = tmp_path_factory.mktemp("ours") / "a.mp4"
    return only(film(path, "big-buck-bunny.mp4", "KINO7"))


def only(path: Path) -> Overlay:
    found = overlays_of(path)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("opaque", [1.0, 0.5])
def test_one_logo_over_two_films_is_one(tmp_path: Path, ours: Overlay, opaque: float) -> None:
    path = film(tmp_path / "b.mp4", "sintel-trailer.mp4", "KINO7", (480, 270), 32, opaque)
    theirs = only(path)
    assert likeness(ours, theirs) == likeness(theirs, ours) >= SAME_LOGO
    assert ours.box == pytest.approx((0.835, 0.05, 0.96, 0.117), abs=0.012)
    assert theirs.box == pytest.approx(ours.box, abs=0.012)


def test_another_logo_at_that_place_is_another(tmp_path: Path, ours: Overlay) -> None:
    theirs = only(film(tmp_path / "b.mp4", "sintel-trailer.mp4", "XGATE"))
    assert theirs.box == pytest.approx(ours.box, abs=0.012)
    assert likeness(ours, theirs) < SAME_LOGO


@pytest.mark.parametrize(
    ("name", "bars"),
    [("big-buck-bunny.mp4", 0), ("sintel-trailer.mp4", 0), ("big-buck-bunny.mp4", 46)],
)
def test_films_and_bars_have_none(tmp_path: Path, name: str, bars: int) -> None:
    assert overlays_of(film(tmp_path / "a.mp4", name, bars=bars)) == ()


@pytest.mark.parametrize("is_empty", [False, True])
def test_a_picture_that_stands_still_shows_nothing(tmp_path: Path, is_empty: bool) -> None:
    scene = shots("big-buck-bunny.mp4")[5]
    still = branded(np.full_like(scene, 60) if is_empty else scene.copy(), "KINO7", 1.0)
    path = silent_film(tmp_path / "a.mp4", range(0, 24000, 1000), (640, 360), QUICK, [still] * 24)
    assert overlays_of(path) == ()


@pytest.mark.parametrize("size", [(16, 16), (2, 640), (640, 2)])
def test_any_size_is_read(tmp_path: Path, size: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    pictures = [rng.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8) for _ in range(8)]
    stamps = range(0, 8000, 1000)
    assert overlays_of(silent_film(tmp_path / "a.mp4", stamps, size, pictures=pictures)) == ()


def test_no_media_and_what_the_cage_never_gives_are_unreadable(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_bytes(b"nothing")
    with pytest.raises(Unreadable):
        overlays_of(tmp_path / "a.ts")
    edges = np.zeros((2, 9, 40), np.uint8)
    assert believed(Parcel({"places": [[0, 0]], "frames": 9}, [edges]))[0][0].right == 40
    for places, arrays in (
        ([[0, 0]], []),
        ([[620, 0]], [edges]),
        ([[-1, 0]], [edges]),
        ([[0.5, 0]], [edges]),
        ([[0, 0]], [edges[0]]),
        ([[0, 0]], [edges.astype(np.float64)]),
        ([[0, 0]] * 4, [edges] * 4),
    ):
        with pytest.raises(Unreadable):
            believed(Parcel({"places": places, "frames": 9}, arrays))
