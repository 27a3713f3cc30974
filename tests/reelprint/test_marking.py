"""Logos in real films, encoded apart: found in the cage, told from each other, told from none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint.video.overlay import SAME_LOGO, Overlay, likeness
from media.clip import Unreadable
from reelprint.cage.parcel import Parcel
from reelprint.marking import believed, overlays_of
from tests.media.build import silent_film

WORKS = Path("reelprint/demo/works")
U8 = NDArray[np.uint8]


def shots(name: str, every: int, size: tuple[int, int], bars: int = 0) -> Iterator[U8]:
    """Some frames of a shipped film, of a size, between bars."""
    with av.open(str(WORKS / name)) as container:
        container.streams.video[0].codec_context.thread_count = 1
        for number, frame in enumerate(container.decode(video=0)):
            if number % every == 0:
                rgb = frame.reformat(*size, "rgb24").to_ndarray()
                yield np.pad(rgb, ((bars, bars), (0, 0), (0, 0))).astype(np.uint8)


def branded(frame: U8, text: str, opaque: float) -> U8:
    """With a text in white at the upper right, a tenth of the width, half as wide for a frame."""
    height, width = frame.shape[:2]
    logo = np.zeros((60, 200), np.uint8)
    cv2.putText(logo, text, (8, 48), cv2.FONT_HERSHEY_DUPLEX, 1.7, 255, 6, cv2.LINE_AA)
    cv2.rectangle(logo, (1, 1), (198, 58), 255, 3)
    small = cv2.resize(logo, (width // 8, width * 3 // 80), interpolation=cv2.INTER_AREA)
    top, left = height // 20, width - width // 25 - small.shape[1]
    part = frame[top : top + small.shape[0], left : left + small.shape[1]]
    weight = (small / 255 * opaque)[..., None]
    part[:] = (part * (1 - weight) + 255 * weight).astype(np.uint8)
    return frame


def film(
    path: Path, name: str, text: str = "", size: tuple[int, int] = (640, 360), crf: int = 26,
    opaque: float = 1.0, bars: int = 0, every: int = 24,
) -> Path:  # fmt: skip
    """Shots of a shipped film, one a second, each a key frame."""
    pictures = [
        branded(frame, text, opaque) if text else frame for frame in shots(name, every, size, bars)
    ]
    options = {"preset": "ultrafast", "crf": str(crf), "g": "1", "threads": "1"}
    tall = size[0], size[1] + 2 * bars
    return silent_film(path, range(0, 1000 * len(pictures), 1000), tall, options, pictures)


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


def test_a_shot_that_stands_still_shows_nothing(tmp_path: Path) -> None:
    first = branded(next(shots("big-buck-bunny.mp4", 1, (640, 360))), "KINO7", 1.0)
    options = {"preset": "ultrafast", "g": "1", "threads": "1"}
    path = silent_film(tmp_path / "a.mp4", range(0, 24000, 1000), (640, 360), options, [first] * 24)
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
