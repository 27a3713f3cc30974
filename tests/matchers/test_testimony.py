"""What features prove: more the nearer they are, and nothing where any picture would fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint.video.orb import DESCRIPTOR
from matchers import testimony
from matchers.features import Pictures
from matchers.placement import NEAR_BITS, Placement
from matchers.testimony import FIT, FIT_APART, FIT_BITS, REACH, evidence, glimpse
from reelprint.watching import LEAST_GLIMPSE
from tests.matchers.scenery import SAME, SIZE, Shot, copied, pictures, random_shot
from tests.matchers.test_placement import affine

F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]
SPOT = np.array([0.3, 0.25])
PIXEL = 1 / 512


def shown(
    key: Shot, placement: Placement = SAME, bits: int = 0, apart: float = 0.0, seed: int = 1
) -> Pictures:
    """All features of a key frame in a frame of a suspect, so many bits wrong and so far from their
    places, in any direction, among as many others."""
    rng = np.random.default_rng(seed)
    n = len(key.at)
    angle = rng.uniform(0, 2 * np.pi, n)
    off = apart * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    other = random_shot(seed + 50, n)
    return pictures(
        [
            Shot(
                0.0,
                np.concatenate([key.descriptors ^ wrong(rng, n, bits), other.descriptors]),
                np.concatenate([placement.place(key.at) + off, other.at]),
            )
        ]
    )


def wrong(rng: np.random.Generator, n: int, bits: int) -> U8:
    """So many bits of each descriptor."""
    order = rng.permuted(np.tile(np.arange(DESCRIPTOR * 8), (n, 1)), axis=1)
    return np.packbits(order < bits, axis=1)


def proved(suspect: Pictures, key: Shot, placement: Placement = SAME) -> float:
    return glimpse(suspect, 0, pictures([key]), 0, placement)


def inside(n: int, seed: int = 3) -> Shot:
    """Features so far from the edges that none falls out."""
    some = random_shot(seed, n)
    return replace(some, at=some.at * 0.8 + np.array(SIZE) * 0.1)


def test_what_lies_near_its_place_proves_more_than_what_lies_far_from_it() -> None:
    key = inside(40)
    steps = [0.0, *(np.array(FIT_APART) + 0.5) * PIXEL]
    nats = [proved(shown(key, bits=13, apart=float(apart)), key) for apart in steps]
    assert nats == sorted(nats, reverse=True)
    assert nats[0] > nats[2] > nats[4]
    assert nats[0] > 1.5 * nats[-1]
    assert proved(shown(key, bits=13, apart=REACH * 1.5), key) <= 0


def test_what_hardly_differs_proves_more_than_what_differs_much() -> None:
    key = inside(40)
    steps = [0, *FIT_BITS]
    nats = [proved(shown(key, bits=bits, apart=2.5 * PIXEL), key) for bits in steps]
    assert nats == sorted(nats, reverse=True)
    assert nats[0] > 1.5 * nats[-1]
    assert proved(shown(key, bits=NEAR_BITS), key) > proved(shown(key, bits=NEAR_BITS + 1), key)
    assert proved(shown(key, bits=NEAR_BITS + 1), key) <= 0


def test_the_table_falls_with_bits_and_with_distance() -> None:
    assert FIT.shape == (len(FIT_BITS) + 1, len(FIT_APART) + 1)
    assert (np.diff(FIT, axis=0) <= 0).all()
    assert (np.diff(FIT, axis=1) <= 0).all()
    assert FIT_BITS[-1] <= NEAR_BITS
    assert FIT_APART[-1] * PIXEL < REACH


def test_of_several_that_are_found_the_best_one_counts() -> None:
    key = inside(40)
    near, worse = shown(key, bits=4), shown(key, bits=20, apart=7 * PIXEL, seed=1)
    half = len(key.at)
    both = Shot(
        0.0,
        np.concatenate([worse.descriptors[:half], near.descriptors]),
        np.concatenate([worse.at[:half], near.at]),
    )
    assert proved(worse, key) < proved(near, key)
    assert proved(pictures([both]), key) == pytest.approx(proved(near, key), rel=0.15)


def crowd_at(middle: F64, width: float, n: int = 40, seed: int = 8) -> Shot:
    """Features like no others in a small square."""
    some = random_shot(seed, n)
    return replace(some, at=middle + width * (some.at / np.array(SIZE) - 0.5))


@pytest.mark.parametrize("scale", [1.0, 0.5, 0.25])
def test_a_lonely_spot_proves_nothing(scale: float) -> None:
    """What is laid on one spot of the suspect fits whatever is there."""
    placement = affine(scale)
    key = crowd_at(SPOT, width=REACH / scale)
    suspect = shown(key, placement)
    assert proved(suspect, key, placement) == 0.0
    part, first = pictures([key]), np.zeros(1, np.int64)
    assert evidence(suspect, part, placement, first, first)[0].max() <= testimony.PRESENCE
    wider = crowd_at(SPOT, width=6 * REACH / scale)
    assert proved(shown(wider, placement), wider, placement) > LEAST_GLIMPSE


def test_features_outside_the_suspect_do_not_widen_a_spot() -> None:
    """Only what would be seen is asked for: the rest of a picture that is cropped away is not."""
    spot, rest = crowd_at(SPOT, width=REACH), crowd_at(np.array([0.9, 0.3]), width=0.1)
    key = Shot(
        0.0,
        np.concatenate([spot.descriptors, rest.descriptors]),
        np.concatenate([spot.at, rest.at]),
    )
    assert proved(shown(key), key) > LEAST_GLIMPSE
    aside = SAME.moved((0.25, 0.0))  # the rest falls out of the frame
    assert proved(shown(key, aside), key, aside) == 0.0


def corners(alike: bool, clusters: int = 6, each: int = 8) -> Shot:
    """Clusters far apart, of features that all look the same, or like no others."""
    rng = np.random.default_rng(4)
    middles = rng.permuted(np.stack([np.linspace(0.1, 0.9, clusters)] * 2, axis=1), axis=0)
    at = np.repeat(middles * SIZE, each, axis=0) + rng.uniform(-0.02, 0.02, (clusters * each, 2))
    own = random_shot(5, len(at)).descriptors
    return Shot(0.0, np.repeat(own[:1], len(at), axis=0) if alike else own, at)


def test_corners_that_all_look_alike_prove_half_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside them there is nothing, but any of them would fit in the place of any other."""
    same, own = corners(alike=True), corners(alike=False)
    alike, different = (proved(shown(key, bits=4), key) for key in (same, own))
    assert 0 <= alike < 0.6 * different
    monkeypatch.setattr(testimony, "EXCHANGES", 1)  # compared with nothing in their place
    assert proved(shown(same, bits=4), same) > 0.9 * different


def test_what_looks_alike_elsewhere_proves_less_than_what_is_only_here() -> None:
    """A pattern all over the suspect is found wherever it is looked for."""
    key = inside(60)
    here = shown(key)
    moved = [replace(key, at=key.at + by) for by in testimony.DECOYS]
    everywhere = pictures(
        [
            Shot(
                0.0,
                np.concatenate([here.descriptors, *(one.descriptors for one in moved)]),
                np.concatenate([here.at, *(one.at for one in moved)]),
            )
        ]
    )
    assert proved(everywhere, key) < 0.3 * proved(here, key)


def test_a_key_frame_of_no_features_or_none_inside_proves_nothing() -> None:
    key = inside(40)
    away = SAME.moved((3.0, 0.0))
    assert proved(shown(key), key, away) == 0.0
    assert proved(shown(key), random_shot(1, 0)) == 0.0


def test_a_poor_copy_of_a_picture_is_enough_of_a_glimpse() -> None:
    key = random_shot(6, 90)
    poor = pictures([copied(key, affine(0.5), 7, 0.0)])
    assert proved(poor, key, affine(0.5)) > 3 * LEAST_GLIMPSE
    assert proved(poor, random_shot(9, 90), affine(0.5)) < LEAST_GLIMPSE
