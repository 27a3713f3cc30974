from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fingerprint.scheme import Fingerprint
from matchers.material import Detailed, Heard, Lack, Material, Seen, detailed, heard, lacking, seen
from tests.matchers.build import constellation, film

GOOD = Material(Heard(20, 600), Seen(320, 320, 60.0), Detailed(160, 300.0))


def test_sound_is_counted_in_seconds_that_have_any() -> None:
    sound = constellation(10, seed=1)
    halves = sound.take((sound.times < 3) | (sound.times >= 7))
    assert heard(halves) == Heard(6, len(halves))


def test_frames_are_counted_by_what_they_tell() -> None:
    moving, still = film(20, seed=1), film(20, seed=1, still=True)
    assert seen(moving) == Seen(40, 40, 40.0)
    assert seen(still) == Seen(40, 40, 1.0)
    dark = replace(moving, quality=np.where(moving.times < 5, moving.quality, 0).astype(np.uint8))
    assert (seen(dark).telling, seen(dark).new) == (10, 10.0)
    black = replace(moving, quality=np.zeros(40, np.uint8))
    assert seen(black) == Seen(40, 0, 0.0)


def test_features_are_counted_by_frame() -> None:
    codes = Fingerprint(
        "x", np.zeros((9, 1), np.uint8), np.repeat([1.0, 2.0, 3.0], [1, 2, 6]),
        np.full(9, 50, np.uint8),
    )  # fmt: skip
    assert detailed(codes) == Detailed(3, 2.0)
    assert detailed(Fingerprint.empty("x", 1)) == Detailed(0, 0.0)


@pytest.mark.parametrize(
    ("material", "lacks"),
    [
        (GOOD, []),
        (replace(GOOD, heard=Heard(0, 0)), ["no_sound"]),
        (replace(GOOD, seen=Seen(0, 0, 0.0), detailed=Detailed(0, 0.0)), ["no_picture"]),
        (replace(GOOD, seen=Seen(320, 0, 0.0), detailed=Detailed(0, 0.0)), ["flat_picture"]),
        (replace(GOOD, seen=Seen(320, 20, 9.0)), ["mostly_flat"]),
        (replace(GOOD, seen=Seen(320, 320, 1.2)), ["still"]),
        (replace(GOOD, detailed=Detailed(160, 7.0)), ["few_features"]),
        (Material(GOOD.heard, None, None), []),
    ],
)
def test_what_is_lacking_is_named(material: Material, lacks: list[Lack]) -> None:
    assert lacking(material, is_still=False) == lacks


def test_a_single_picture_is_still_and_needs_no_sound() -> None:
    one = Material(Heard(0, 0), Seen(1, 1, 1.0), Detailed(1, 300.0))
    assert lacking(one, is_still=True) == ["still"]
