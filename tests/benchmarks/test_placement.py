"""What an answer says of the transform, held against the truth."""

from __future__ import annotations

import pytest

from benchmarks.metrics.placement import Placement, judge_account, overlap_share

SQUARE = (0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0)
SAME = Placement((1, 0, 0, 0, 1, 0, 0, 0, 1), SQUARE, (1.0, 1.0))
MIRRORED = Placement((-1, 0, 1, 0, 1, 0, 0, 0, 1), SQUARE, (1.6, 1.6))
# The lower right quarter of the suspect shows the whole reference, turned clockwise.
CORNER = Placement(
    (0, -0.5, 1.0, 0.5, 0, 0.5, 0, 0, 1), (0.5, 0.5, 1, 0.5, 1, 1, 0.5, 1), (1.0, 1.0), True
)


def test_the_truth_said_back_is_right() -> None:
    for truth in (SAME, MIRRORED, CORNER):
        account = judge_account(
            truth,
            {
                "mirrored": truth.mirrored,
                "inverted": truth.inverted,
                "rotation_deg": truth.rotation_deg,
                "crop": list(truth.crop),
                "picture": list(truth.picture),
            },
        )
        assert (account.mirrored, account.inverted) == (True, True)
        assert account.rotation_error_deg == pytest.approx(0.0)
        assert account.crop_overlap == account.picture_overlap == pytest.approx(1.0)


def test_what_is_not_said_is_not_judged() -> None:
    for said in ({}, {"mirrored": None, "crop": None, "rotation_deg": None, "picture": "left"}):
        account = judge_account(CORNER, said)
        assert account.mirrored is account.inverted is account.rotation_error_deg is None
        assert account.crop_overlap is account.picture_overlap is None


def test_what_is_wrong_is_wrong() -> None:
    said = {"mirrored": True, "inverted": False, "rotation_deg": -170, "crop": (0, 0, 0.5, 1)}
    account = judge_account(CORNER, said)
    assert (account.mirrored, account.inverted) == (False, False)
    assert account.rotation_error_deg == pytest.approx(100.0)
    assert account.crop_overlap == pytest.approx(0.5)


def test_the_properties_of_a_matrix() -> None:
    assert (SAME.mirrored, MIRRORED.mirrored, CORNER.mirrored) == (False, True, False)
    assert CORNER.rotation_deg == pytest.approx(90.0)
    assert MIRRORED.rotation_deg == pytest.approx(0.0)
    assert CORNER.picture == (0.5, 0.5, 1.0, 1.0)
    assert CORNER.crop == pytest.approx((0.0, 0.0, 1.0, 1.0))


def test_boxes_that_do_not_meet_share_nothing() -> None:
    assert overlap_share((0, 0, 0.4, 1), (0.5, 0, 1, 1)) == 0.0
    assert overlap_share((0, 0, 0, 0), (0, 0, 0, 0)) == 0.0
