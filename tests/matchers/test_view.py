"""Exact numbers: what a placement says in words."""

from __future__ import annotations

import numpy as np
import pytest

from matchers.placement import Placement
from matchers.view import Transform, View
from tests.matchers.scenery import SIZE
from tests.matchers.test_placement import affine

PORTRAIT = (0.5625, 1.0)


def transform(
    placement: Placement, mirrored: bool = False, reference: tuple[float, float] = SIZE
) -> Transform:
    return View(placement, reference, SIZE, mirrored).transform


def test_a_picture_as_it_is_was_not_transformed() -> None:
    assert transform(affine()) == Transform()
    assert transform(affine(), mirrored=True) == Transform(mirrored=True)


def test_what_is_nearly_the_whole_picture_is_the_whole() -> None:
    assert transform(affine(0.98)) == transform(affine(1.02)) == Transform()
    assert transform(affine(1.02, degrees=1.4)) == Transform()


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_crop_says_what_is_left_of_the_reference(mirrored: bool) -> None:
    said = transform(affine(1.25), mirrored)
    assert said == Transform(mirrored, crop=(0.1, 0.1, 0.9, 0.9))


def test_a_crop_at_one_side_only() -> None:
    said = transform(affine(1.25, by=(0.125, 0.0703125)))
    assert said == Transform(crop=(0.0, 0.0, 0.8, 0.8))


def test_a_small_picture_says_where_it_lies_in_the_suspect() -> None:
    said = transform(affine(0.5, by=(0.2, -0.05625)))
    assert said == Transform(picture=(0.45, 0.15, 0.95, 0.65))


def test_the_box_of_a_mirrored_picture_is_that_in_the_suspect_itself() -> None:
    said = transform(affine(0.5, by=(0.2, -0.05625)), mirrored=True)
    assert said == Transform(mirrored=True, picture=(0.05, 0.15, 0.55, 0.65))


def test_a_picture_half_outside_is_both_cropped_and_small() -> None:
    said = transform(affine(0.5, by=(0.5, 0.0)))
    assert said == Transform(crop=(0.0, 0.0, 0.5, 1.0), picture=(0.75, 0.25, 1.0, 0.75))


def test_a_picture_of_another_shape_between_bars() -> None:
    between_bars = Placement(np.array([[0.5625, 0, 0.341796875], [0, 0.5625, 0.0]]))
    said = transform(between_bars, reference=PORTRAIT)
    assert said.crop is None
    assert said.picture == (0.342, 0.0, 0.658, 1.0)


@pytest.mark.parametrize("degrees", [-170.0, -15.0, -1.6, 1.6, 15.0, 90.0])
def test_a_turn_is_clockwise_as_it_is_seen(degrees: float) -> None:
    assert transform(affine(degrees=degrees)).rotation_deg == degrees
    assert transform(affine(degrees=degrees), mirrored=True).rotation_deg == -degrees


def test_a_clockwise_turn_lowers_the_right_side() -> None:
    """The sign is not taken from the formula that it checks: y grows downwards."""
    placement = affine(degrees=15)
    (left, right) = placement.place(np.array([[0.0, 0.3], [1.0, 0.3]]))
    assert right[1] > left[1]
    assert transform(placement).rotation_deg > 0


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_picture_that_is_nearly_upright_is_upright(mirrored: bool) -> None:
    for degrees in (-1.4, 0.0, 1.4):
        assert str(transform(affine(degrees=degrees), mirrored).rotation_deg) == "0.0"


@pytest.mark.parametrize("mirrored", [False, True])
def test_corners_follow_the_picture_and_may_lie_outside(mirrored: bool) -> None:
    left, right = (1.125, -0.125) if mirrored else (-0.125, 1.125)
    view = View(affine(1.25), SIZE, SIZE, mirrored)
    expected = np.array([(left, -0.125), (right, -0.125), (right, 1.125), (left, 1.125)])
    assert np.array(view.corners) == pytest.approx(expected)
    # The crop is the box around what is left.
    assert view.left[0] == pytest.approx((0.1, 0.1))
    assert view.left[2] == pytest.approx((0.9, 0.9))


def test_corners_of_a_turned_picture_are_turned() -> None:
    corners = np.array(View(affine(degrees=90.0), SIZE, SIZE, False).corners) * SIZE
    sides = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    assert sides == pytest.approx(np.array([1.0, 0.5625, 1.0, 0.5625]))
    # The upper edge now stands upright.
    assert corners[0][0] == pytest.approx(corners[1][0])
    assert abs(corners[0][1] - corners[1][1]) == pytest.approx(1.0)
