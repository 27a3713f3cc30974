"""Features: where they lie, which of them are kept, and which frames are read."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint.extract import mirror
from fingerprint.scheme import Fingerprint
from fingerprint.synthetic import synthetic_clips
from fingerprint.video.orb import (
    CHOSEN,
    DESCRIPTOR,
    FEATURES,
    KEPT,
    KEY_S,
    OF_PARTS,
    PART,
    PARTS,
    SHARES,
    Orb,
    OrbParts,
    _order,
    features,
    features_of_parts,
    places,
    shape,
)
from fingerprint.video.words import WORD_BITS, WORDS, beside, signatures, words
from media.clip import Clip, Frames, Span

U8 = NDArray[np.uint8]
SIZES = [(288, 512), (512, 288), (300, 300), (120, 200)]


def scene(height: int, width: int, seed: int = 1) -> U8:
    """Many plates of grey: a picture full of corners."""
    rng = np.random.default_rng(seed)
    luma = np.full((height, width), 90, np.uint8)
    for _ in range(250):
        x, y = rng.integers(0, width), rng.integers(0, height)
        w, h = rng.integers(5, width // 5, 2)
        luma[y : y + h, x : x + w] = rng.integers(0, 256)
    return np.asarray(cv2.GaussianBlur(luma, (0, 0), 0.8), np.uint8)


def clip(luma: U8, every_s: float = 0.5) -> Clip:
    times = (np.arange(len(luma)) * every_s).astype(np.float64)
    return Clip(Span(0.0, float(times[-1]) + every_s), detail=Frames(luma, times))


def read_times(codes: Fingerprint) -> list[float]:
    return sorted(set(codes.times.tolist()))


@pytest.mark.parametrize("size", SIZES)
def test_the_shape_of_the_frame_is_told(size: tuple[int, int]) -> None:
    width, height = shape(features(scene(*size)))
    assert max(width, height) == 1.0
    assert width / height == pytest.approx(size[1] / size[0], rel=0.009)
    assert shape(np.empty((0, 16), np.uint8)) == (1.0, 1.0)


@pytest.mark.parametrize("size", SIZES)
def test_places_are_in_units_of_the_longer_side(size: tuple[int, int]) -> None:
    height, width = size
    luma = np.full(size, 60, np.uint8)
    luma[height // 4 : height // 2, width // 4 : width // 2] = 200
    for read in (features, features_of_parts):
        at = places(read(luma)) * (max(size) - 1)
        x, y = at.T
        assert len(at) >= 4
        for corner in ((width // 4, height // 4), (width // 2, height // 2)):
            assert np.hypot(x - corner[0], y - corner[1]).min() < 4
        assert ((x > width / 4 - 12) & (x < width / 2 + 12)).all()
        assert ((y > height / 4 - 12) & (y < height / 2 + 12)).all()


def test_features_of_parts_lie_in_the_parts() -> None:
    luma = scene(288, 512)
    at = places(features_of_parts(luma)) / shape(features(luma))
    inside = [((at >= corner) & (at <= np.array(corner) + PART)).all(axis=1) for corner in PARTS]
    assert np.any(inside, axis=0).all()
    assert all(own.sum() > 100 for own in inside)


def test_a_small_picture_keeps_features_when_it_is_shown_large() -> None:
    """It is enlarged first: features of 160 pixels are those of the same picture at 512."""
    large = scene(288, 512)
    small = np.asarray(cv2.resize(large, (160, 90), interpolation=cv2.INTER_AREA), np.uint8)
    assert common(features(small), features(large)) > 40


def test_a_picture_in_a_corner_has_more_features_in_parts() -> None:
    inner, host = scene(288, 512, 2), scene(288, 512, 3)
    small = cv2.resize(inner, (180, 101), interpolation=cv2.INTER_AREA)
    host[20:121, 40:220] = small
    assert common(features_of_parts(host), features(inner)) > 1.5 * common(
        features(host), features(inner)
    )


def common(some: U8, others: U8) -> int:
    """How many features have a counterpart that is much like them."""
    ours, theirs = some[:, :DESCRIPTOR], others[:, :DESCRIPTOR]
    apart = [np.bitwise_count(theirs ^ code).sum(axis=1).min() for code in ours]
    return int((np.array(apart) <= 15).sum())


def test_a_descriptor_is_the_chosen_comparisons_of_opencv() -> None:
    assert len(set(CHOSEN)) == len(CHOSEN) == DESCRIPTOR * 8
    assert 0 <= min(CHOSEN) < max(CHOSEN) < 256
    luma = scene(288, 512)
    _, whole = cv2.ORB.create(nfeatures=FEATURES, fastThreshold=8).detectAndCompute(luma, None)
    bits = np.unpackbits(np.asarray(whole, np.uint8), axis=1)
    naive = sorted(bytes(np.packbits([row[i] for i in CHOSEN])) for row in bits)
    assert sorted(map(bytes, features(luma)[:, :DESCRIPTOR])) == naive


@pytest.mark.parametrize("name", KEPT)
def test_the_quality_says_the_rank_and_what_a_reference_keeps(name: str) -> None:
    luma = np.stack([scene(288, 512, seed) for seed in range(3)])
    shown = clip(luma, KEY_S[name])
    codes = Orb(name).fingerprint(shown)
    kept = Orb(name).kept(codes)
    assert read_times(kept) == read_times(codes) == [i * KEY_S[name] for i in range(3)]
    for time in read_times(codes):
        own, left = codes.take(codes.times == time), kept.take(kept.times == time)
        assert 400 < len(own) <= FEATURES
        assert len(left) == KEPT[name]
        assert (np.diff(own.quality.astype(int)) <= 0).all()
        np.testing.assert_array_equal(left.codes, own.codes[: len(left)])
    assert OrbParts().fingerprint(shown).quality.max() == OF_PARTS < kept.quality.min()


def frames_at(times: list[float], name: str) -> Fingerprint:
    """Frames of three features each, strong enough to be kept."""
    repeated = np.repeat(np.array(times), 3)
    codes = np.zeros((len(repeated), 16), np.uint8)
    return Fingerprint(name, codes, repeated, np.full(len(repeated), 100, np.uint8))


@pytest.mark.parametrize(("name", "a_second"), [("video-orb-2", 2), ("video-orbcompact-2", 1)])
@pytest.mark.parametrize("late_s", [0.0, 0.04])
def test_a_reference_keeps_so_many_key_frames_a_second(
    name: str, a_second: int, late_s: float
) -> None:
    """Also if frames come a little late, or a little early after one that did."""
    due = np.arange(40) / 4
    late = due + late_s * np.random.default_rng(3).random(len(due))
    kept = Orb(name).kept(frames_at(late.tolist(), name))
    assert len(kept) == 3 * a_second * 10
    assert np.abs(np.array(read_times(kept)) - np.arange(10 * a_second) / a_second).max() <= late_s


@pytest.mark.parametrize(("name", "kept"), [("video-orb-2", 4), ("video-orbcompact-2", 2)])
def test_frames_that_come_seldom_are_all_kept_and_none_is_waited_for(name: str, kept: int) -> None:
    seldom = [0.0, 1.4, 2.8, 9.0]
    assert read_times(Orb(name).kept(frames_at(seldom, name))) == seldom
    burst = [0.3, 0.35, 0.7, 0.8, 1.2, 1.25, 1.3, 1.75]
    assert len(read_times(Orb(name).kept(frames_at(burst, name)))) == kept


def test_weak_features_are_not_kept_however_few_there_are() -> None:
    some = frames_at([0.0, 1.0], "video-orb-2")
    weak = Fingerprint(some.scheme, some.codes, some.times, np.full(len(some), 91, np.uint8))
    assert len(Orb().kept(weak)) == 0
    assert Orb().kept(some.take(np.zeros(len(some), bool))).codes.shape == (0, 16)


def test_nothing_is_kept_of_parts() -> None:
    codes = OrbParts().fingerprint(synthetic_clips()["shingle"])
    assert len(codes) > 0
    assert len(OrbParts().kept(codes)) == 0


def test_any_first_part_has_its_share_of_every_scale() -> None:
    """By strength alone nearly all would be fine."""
    octaves = np.repeat(np.arange(8), 300)
    strengths = np.random.default_rng(1).random(len(octaves)) / (1 + octaves)
    order = _order(octaves, strengths)
    assert sorted(order.tolist()) == list(range(len(octaves)))
    for n in (*KEPT.values(), 300):
        counts = np.bincount(octaves[order[:n]], minlength=8)
        assert np.abs(counts - SHARES * n).max() <= 2
    finest = order[octaves[order] == 0]
    assert (np.diff(strengths[finest]) <= 0).all()


def test_a_still_picture_is_read_once_a_second() -> None:
    still = np.repeat(scene(144, 256)[None], 25, axis=0)
    for scheme in (Orb(), OrbParts()):
        assert read_times(scheme.fingerprint(clip(still, 1 / 8))) == [0.0, 1.0, 2.0, 3.0]


def test_of_moving_pictures_all_are_read_and_of_their_parts_four_a_second() -> None:
    wide = scene(144, 400)
    moving = np.stack([wide[:, 6 * i : 6 * i + 256] for i in range(17)])
    assert read_times(Orb().fingerprint(clip(moving, 1 / 8))) == [i / 8 for i in range(17)]
    assert read_times(OrbParts().fingerprint(clip(moving, 1 / 8))) == [i / 4 for i in range(9)]


def test_a_word_and_a_signature_are_their_bits_and_nothing_else() -> None:
    assert (WORD_BITS, WORDS) == (20, 1 << 20)
    rng = np.random.default_rng(4)
    bits = rng.integers(0, 2, (500, 16 * 8), dtype=np.uint8)
    naive = [int("".join(map(str, row)), 2) for row in bits[:, :52].tolist()]
    for read in (bits, np.hstack([bits[:, :52], 1 - bits[:, 52:]])):
        codes = np.packbits(read, axis=1)
        for part in (codes, codes[:, :DESCRIPTOR]):  # also of descriptors alone
            assert words(part).tolist() == [n >> 32 for n in naive]
            assert signatures(part).tolist() == [n & 0xFFFF_FFFF for n in naive]


def test_beside_a_word_are_those_that_differ_in_one_bit() -> None:
    own = np.array([0, WORDS - 1, 0b1010_1100_0011_0101_1001, 1], np.int64)
    every = beside(own)
    assert every.shape == (21, 4)
    assert every.dtype == np.int64
    np.testing.assert_array_equal(every[0], own)
    assert ((every >= 0) & (every < WORDS)).all()
    for word, column in zip(own.tolist(), every.T.tolist(), strict=True):
        assert sorted((word ^ other).bit_count() for other in column) == [0, *[1] * 20]
        assert len(set(column)) == 21


def test_no_features_have_no_words() -> None:
    nothing = np.empty((0, 16), np.uint8)
    assert words(nothing).shape == signatures(nothing).shape == (0,)
    assert beside(np.empty(0, np.int64)).shape == (21, 0)


@pytest.mark.parametrize("size", [*SIZES, (291, 509)])
@pytest.mark.parametrize("scheme", [Orb(), OrbParts()])
def test_twins_are_what_each_view_gives_alone(
    scheme: Orb | OrbParts, size: tuple[int, int]
) -> None:
    shown = clip(np.stack([scene(*size, seed=1), scene(*size, seed=2)]))
    plain, mirrored = scheme.twins(shown)
    alone, flipped = scheme.fingerprint(shown), scheme.fingerprint(mirror(shown))
    assert np.array_equal(plain.codes, alone.codes)
    assert np.array_equal(plain.quality, alone.quality)
    assert np.array_equal(mirrored.times, flipped.times)
    same = {*map(bytes, mirrored.codes)} & {*map(bytes, flipped.codes)}
    assert len(same) >= 0.995 * len({*map(bytes, flipped.codes)})  # a corner may turn by a hair


def test_nothing_has_no_twin() -> None:
    for scheme in (Orb(), OrbParts()):
        assert [len(f) for f in scheme.twins(Clip(Span(0.0, 1.0)))] == [0, 0]
