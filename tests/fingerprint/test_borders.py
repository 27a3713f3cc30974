"""Bars are found to the pixel, with text in them or not; a picture without any is left alone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint.synthetic import synthetic_clips
from fingerprint.video.borders import Inside, inside
from fingerprint.video.dct256 import Dct256, Dct256Inside, alike
from media.clip import Clip, Frames, Span

HEIGHT, WIDTH = 90, 160


def moving(count: int = 8) -> NDArray[np.uint8]:
    """Frames of which every part changes, shape (n, HEIGHT, WIDTH)."""
    rng = np.random.default_rng(3)
    coarse = rng.integers(20, 236, (count, HEIGHT // 10, WIDTH // 10), dtype=np.uint8)
    return np.kron(coarse, np.ones((1, 10, 10), np.uint8))


def barred(edges: tuple[int, int, int, int], level: int = 0) -> NDArray[np.uint8]:
    """The same with bars of so many pixels above, below, left and right."""
    above, below, left, right = edges
    around = ((0, 0), (above, below), (left, right))
    return np.pad(moving(), around, constant_values=level)


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("edges", [(20, 20, 0, 0), (0, 0, 30, 30), (40, 12, 0, 0), (10, 9, 8, 7)])
def test_bars_are_found_to_the_pixel(edges: tuple[int, int, int, int], level: int) -> None:
    above, _, left, _ = edges
    found = inside(barred(edges, level))
    assert found == Inside(above, above + HEIGHT, left, left + WIDTH)
    np.testing.assert_array_equal(found.of(barred(edges, level)), moving())


def test_a_line_of_text_in_a_bar_is_a_part_of_it() -> None:
    shown = barred((30, 0, 0, 0), 255)
    shown[:, 10:20, 30:90:3] = 0
    assert inside(shown) == Inside(30, 30 + HEIGHT, 0, WIDTH)


def test_noise_of_coding_does_not_hide_bars() -> None:
    rng = np.random.default_rng(5)
    noisy = barred((20, 20, 0, 0), 16) + rng.normal(0, 2, (8, HEIGHT + 40, WIDTH))
    assert inside(noisy.clip(0, 255).astype(np.uint8)) == Inside(20, 20 + HEIGHT, 0, WIDTH)


@pytest.mark.parametrize(
    "luma",
    [
        moving(),
        barred((2, 2, 0, 0)),  # too narrow
        np.full((8, HEIGHT, WIDTH), 30, np.uint8),  # nothing but a bar
        barred((200, 0, 0, 0)),  # hardly anything else
    ],
)
def test_other_pictures_have_no_bars(luma: NDArray[np.uint8]) -> None:
    assert inside(luma) is None


def test_codes_within_bars_are_those_of_the_picture_alone() -> None:
    frames = Frames(barred((20, 25, 0, 0)), np.arange(8) / 8)
    codes = Dct256Inside().fingerprint(Clip(Span(0, 1), frames=frames))
    alone = Dct256().fingerprint(Clip(Span(0, 1), frames=Frames(moving(), frames.times)))
    ((box, shape, within),) = alike(codes)
    np.testing.assert_array_equal(within.codes, alone.codes)
    assert within.scheme == alone.scheme
    assert box == pytest.approx((0, 20 / 135, 1, 110 / 135), abs=0.003)
    assert shape == pytest.approx(160 / 135, rel=0.01)


def test_a_clip_without_bars_has_no_codes_within_them() -> None:
    assert len(Dct256Inside().fingerprint(synthetic_clips()["weave"])) == 0
    assert len(Dct256Inside().fingerprint(synthetic_clips()["barred"])) == 4
