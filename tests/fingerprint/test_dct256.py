"""`video-dct256-1` equals the sums it stands for; thumbnails and quality do what they say."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.fft import dctn

from fingerprint.extract import mirror
from fingerprint.synthetic import synthetic_clips
from fingerprint.video.dct256 import Dct256, dct256, mirrored
from fingerprint.video.thumbnail import GRADIENT_SCALE, SIDE, quality, thumbnails
from media.clip import Frames

FILMS = ["weave", "mosaic", "portrait"]


def frames(name: str) -> Frames:
    found = synthetic_clips()[name].frames
    assert found is not None
    return found


def naive(thumb: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The code of one thumbnail, by a general DCT."""
    low = dctn(thumb)[1:17, 1:17]
    return np.packbits((low > np.median(low)).ravel())


@pytest.mark.parametrize("name", FILMS)
def test_bits_are_those_of_a_general_dct(name: str) -> None:
    thumbs = thumbnails(frames(name).luma)
    np.testing.assert_array_equal(dct256(thumbs), [naive(thumb) for thumb in thumbs])


def test_bits_of_noise_are_those_of_a_general_dct() -> None:
    thumbs = np.random.default_rng(1).uniform(0, 255, (50, SIDE, SIDE))
    np.testing.assert_array_equal(dct256(thumbs), [naive(thumb) for thumb in thumbs])


@pytest.mark.parametrize("name", FILMS)
def test_half_of_the_bits_are_set(name: str) -> None:
    codes = dct256(thumbnails(frames(name).luma))
    assert np.unpackbits(codes, axis=1).sum(axis=1).tolist() == [128] * len(codes)


@pytest.mark.parametrize("name", FILMS)
def test_brightness_and_contrast_change_hardly_a_bit(name: str) -> None:
    luma = frames(name).luma
    duller = (luma * 0.6 + 40).astype(np.uint8)
    flips = np.bitwise_count(dct256(thumbnails(luma)) ^ dct256(thumbnails(duller))).sum(axis=1)
    assert flips.max() <= 32


def test_a_mirrored_picture_has_another_code_that_comes_back() -> None:
    clip, scheme = synthetic_clips()["mosaic"], Dct256()
    here, there = scheme.fingerprint(clip), scheme.fingerprint(mirror(clip))
    flips = np.bitwise_count(here.codes ^ there.codes).sum(axis=1)
    assert flips.min() > 72
    again = scheme.fingerprint(mirror(mirror(clip)))
    np.testing.assert_array_equal(again.codes, here.codes)


@pytest.mark.parametrize("name", FILMS)
def test_codes_of_mirrored_pictures_follow_from_those_that_are_kept(name: str) -> None:
    clip, scheme = synthetic_clips()[name], Dct256()
    real = scheme.fingerprint(mirror(clip))
    guessed = mirrored(scheme.fingerprint(clip))
    assert np.bitwise_count(real.codes ^ guessed.codes).sum(axis=1).max() <= 32
    np.testing.assert_array_equal(guessed.times, real.times)


@pytest.mark.parametrize("factor", [1, 2, 3, 5])
def test_thumbnails_are_means_of_areas(factor: int) -> None:
    side = SIDE * factor
    luma = np.random.default_rng(factor).integers(0, 256, (2, side, side), dtype=np.uint8)
    means = luma.reshape(2, SIDE, factor, SIDE, factor).mean(axis=(2, 4))
    np.testing.assert_allclose(thumbnails(luma), means, rtol=0, atol=1e-3)


def test_quality_is_the_sum_of_steps() -> None:
    thumb = np.zeros((SIDE, SIDE))
    thumb[:, 32:] = 51.0  # one step of 20 hundredths a row
    expected = 64 * 20 // GRADIENT_SCALE
    assert quality(thumb[None]).tolist() == [expected]
    assert quality(thumb.T[None]).tolist() == [expected]


def test_quality_ends_at_a_hundred() -> None:
    stripes = np.tile(np.repeat([0.0, 255.0], 8), (SIDE, 4))
    assert quality(stripes[None]).tolist() == [100]


def test_fine_structure_alone_is_worth_nothing() -> None:
    fine = np.tile([0.0, 255.0], (SIDE, SIDE // 2))
    assert quality(fine[None]).tolist() == [0]
