"""Ridges are what a loop over bins finds, are packed without loss, and are a suspect's alone."""

from __future__ import annotations

import numpy as np
import pytest

from fingerprint.audio.landmark import Landmark
from fingerprint.audio.ridges import (
    BINS,
    HIGHEST,
    LOWEST,
    MIN_RISE,
    Ridges,
    bin_of,
    find_ridges,
    unpacked,
)
from fingerprint.audio.spectrum import BASE_HZ, RATE, WINDOW
from fingerprint.registry import BESIDE, SCHEMES
from media.clip import Clip, Sound


def tone(hertz: float, seconds: float = 2.0, rate: int = RATE) -> Clip:
    t = np.arange(int(seconds * rate)) / rate
    noise = np.random.default_rng(1).normal(0, 0.01, len(t))
    sound = Sound((0.2 * np.sin(2 * np.pi * hertz * t) + noise).astype(np.float32), rate, 3.0)
    return Clip(sound.span, sound=sound)


@pytest.mark.parametrize("seed", [1, 2])
def test_ridges_are_those_of_a_plain_loop(seed: int) -> None:
    whitened = np.random.default_rng(seed).normal(0, 1, (6, WINDOW // 2 + 1)).astype(np.float32)
    expected = np.zeros((6, BINS), bool)
    for frame in range(6):
        row = whitened[frame, LOWEST : HIGHEST + 1]
        for b in range(BINS):
            near = row[max(0, b - 3) : b + 4]
            expected[frame, b] = row[b] == near.max() and row[b] >= MIN_RISE
    assert np.array_equal(find_ridges(whitened), expected)


def test_a_tone_is_a_ridge_in_every_frame() -> None:
    found = Ridges().fingerprint(tone(1000.0))
    at = bin_of(np.array([np.log2(1000.0 / BASE_HZ)]))[0]
    assert len(found) > 100
    assert unpacked(found.codes)[:, at].all()


def test_ridges_lie_on_the_frames_of_peaks() -> None:
    clip = tone(700.0)
    ridges, peaks = Ridges().fingerprint(clip), Landmark().fingerprint(clip)
    assert np.isin(peaks.times, ridges.times).all()
    assert ridges.times[0] == pytest.approx(3.0 + WINDOW / 2 / RATE)


def test_packing_loses_nothing() -> None:
    ridges = np.random.default_rng(3).uniform(size=(9, BINS)) < 0.2
    assert np.array_equal(unpacked(np.packbits(ridges, axis=1)), ridges)


def test_no_sound_has_no_ridges_and_a_wrong_rate_is_refused() -> None:
    assert len(Ridges().fingerprint(tone(500.0, seconds=0.1))) == 0
    with pytest.raises(ValueError, match="8000 Hz"):
        Ridges().fingerprint(tone(500.0, rate=16_000))


def test_what_is_read_beside_a_scheme_is_neither_searched_nor_kept() -> None:
    names = {scheme.name for scheme in SCHEMES}
    for name, row in BESIDE.items():
        assert name in names
        for beside in row:
            assert beside.name not in names
            assert len(beside.kept(beside.fingerprint(tone(500.0)))) == 0
