from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from matchers.features import Pictures
from matchers.placement import LEAST_PAIRS, Placement, distinct, find
from reelprint.watching import LEAST_AGREED
from tests.matchers.scenery import SAME, SIZE, Shot, copied, pictures, random_shot

F64 = NDArray[np.float64]
CORNERS = np.array([[0, 0], [SIZE[0], 0], SIZE, [0, SIZE[1]]])


def affine(
    scale: float = 1.0,
    degrees: float = 0.0,
    stretch: float = 1.0,
    by: tuple[float, float] = (0.0, 0.0),
    flip: bool = False,
) -> Placement:
    """Scaled, stretched in width and turned clockwise about the middle, and moved."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    linear = scale * np.array([[c, -s], [s, c]]) @ np.diag([-stretch if flip else stretch, 1.0])
    middle = np.array(SIZE) / 2
    return Placement(np.column_stack([linear, middle - linear @ middle + by]))


def found(shown: Pictures, key: Pictures) -> tuple[Placement, int] | None:
    return find(shown, np.arange(len(shown.at)), key, 0)


def pair(placement: Placement, seed: int = 1) -> tuple[Pictures, Pictures]:
    """A frame of a suspect, and the frame of a reference that it shows."""
    key = random_shot(seed, 180)
    return pictures([copied(key, placement, seed, 0.0)]), pictures([key])


@pytest.mark.parametrize(
    "placement",
    [
        SAME,
        affine(0.5, by=(0.2, -0.1)),
        affine(0.35, by=(-0.25, 0.12)),
        affine(1.6, by=(0.05, 0.02)),
        affine(degrees=15),
        affine(0.8, degrees=-33),
        affine(degrees=180),
        affine(0.7, stretch=1.33),
        affine(0.9, degrees=5, stretch=0.8, by=(0.03, 0.0)),
    ],
)
def test_a_known_placement_is_recovered(placement: Placement) -> None:
    shown, key = pair(placement)
    match = found(shown, key)
    assert match is not None
    np.testing.assert_allclose(match[0].place(CORNERS), placement.place(CORNERS), atol=0.006)
    assert match[1] > 20


def test_a_mirrored_picture_is_found_in_the_mirror_only() -> None:
    flipped, key = pair(affine(0.8, flip=True))
    wrong = found(flipped, key)
    mirrored = pictures([Shot(0.0, flipped.descriptors, abs(flipped.at - (1, 0)))])
    match = found(mirrored, key)
    assert match is not None
    assert wrong is None or wrong[1] < match[1] / 5  # those on the axis, turned about
    np.testing.assert_allclose(match[0].matrix, affine(0.8).matrix, atol=0.006)


@pytest.mark.parametrize("seed", range(8))
def test_the_same_features_elsewhere_hardly_agree(seed: int) -> None:
    key = random_shot(seed, 180)
    elsewhere = Shot(0.0, key.descriptors, random_shot(seed + 100, 180).at)
    match = found(pictures([elsewhere]), pictures([key]))
    assert match is None or match[1] < LEAST_AGREED


def test_features_of_another_picture_give_none() -> None:
    assert found(pictures([random_shot(1)]), pictures([random_shot(2)])) is None


def test_frames_without_features_give_none() -> None:
    nothing, key = pictures([random_shot(1, 0)]), pictures([random_shot(1)])
    assert found(nothing, key) is found(key, nothing) is None
    assert found(pictures([random_shot(1, LEAST_PAIRS - 1)]), key) is None


def test_only_the_features_that_are_shown_are_looked_at() -> None:
    key = random_shot(3)
    both = pictures([random_shot(4, time_s=0.0), copied(key, SAME, 3, 1.0)])
    assert find(both, np.arange(150), pictures([key]), 0) is None
    assert find(both, np.arange(150, len(both.at)), pictures([key]), 0) is not None


def test_the_same_frames_give_the_same_placement() -> None:
    shown, key = pair(affine(0.6, degrees=10))
    first, second = found(shown, key), found(shown, key)
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first[0].matrix, second[0].matrix)


def test_a_crowd_of_pairs_counts_little() -> None:
    across = np.linspace(0.0, 0.999, 200)
    line_of_text = np.stack([across, np.full(200, 0.5)], axis=1)
    logo = np.random.default_rng(1).uniform((0.90, 0.01), (0.99, 0.08), (200, 2))
    everywhere = random_shot(2, 200).at
    assert distinct(everywhere, everywhere) > 100
    assert distinct(line_of_text, line_of_text) == 24  # two of each of twelve cells
    assert distinct(logo, logo) <= 4
    assert distinct(everywhere, np.full((200, 2), 0.3)) == 1  # all on one spot of the suspect


def test_a_placement_and_its_inverse_undo_each_other() -> None:
    placement = affine(0.6, degrees=25, stretch=1.2, by=(0.1, -0.2))
    back = placement.inverse.place(placement.place(CORNERS))
    np.testing.assert_allclose(back, CORNERS, atol=1e-12)
    moved = placement.moved((0.3, -0.1)).place(CORNERS)
    np.testing.assert_allclose(moved, placement.place(CORNERS) + np.array([0.3, -0.1]))


@pytest.mark.parametrize(
    ("placement", "sound"),
    [
        (affine(), True),
        (affine(0.21), True),
        (affine(0.19), False),
        (affine(4.9), True),
        (affine(5.1), False),
        (affine(0.6, degrees=40, stretch=1.75), True),
        (affine(0.6, stretch=1.85), False),
        (affine(flip=True), False),
    ],
)
def test_a_picture_is_neither_torn_nor_flipped_nor_made_to_vanish(
    placement: Placement, sound: bool
) -> None:
    assert placement.is_sound is sound
