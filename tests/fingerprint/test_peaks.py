"""Peaks are what a loop over all bins finds, thinned as a loop over all peaks thins them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint.audio.landmark import Landmark, decode
from fingerprint.audio.peaks import (
    BAND_EDGES_HZ,
    KEEP,
    MIN_RISE,
    NEAR_FRAMES,
    NEIGHBOURHOOD,
    find_peaks,
)
from fingerprint.audio.spectrum import RATE, WINDOW, log_spectrum, whiten
from fingerprint.synthetic import synthetic_clips
from media.clip import Clip, Sound

F32 = NDArray[np.float32]
Peak = tuple[int, int, float]  # frame, bin, rise

LOW, HIGH = (int(edge * WINDOW / RATE) for edge in (BAND_EDGES_HZ[0], BAND_EDGES_HZ[-1]))


def maxima(white: F32) -> list[Peak]:
    """Bins that are the greatest of their neighbourhood, one by one."""
    bins = [(int(i), int(j) + LOW) for i, j in np.argwhere(white[:, LOW : HIGH + 1] >= MIN_RISE)]
    return [
        (i, j, float(white[i, j])) for i, j in bins if white[i, j] == neighbours(white, i, j).max()
    ]


def neighbours(white: F32, i: int, j: int) -> F32:
    up, across = NEIGHBOURHOOD[0] // 2, NEIGHBOURHOOD[1] // 2
    rows = white[max(i - up, 0) : i + up + 1]
    return rows[:, max(j - across, LOW) : min(j + across, HIGH) + 1]


def thinned(peaks: list[Peak]) -> list[Peak]:
    """Peaks with fewer than KEEP stronger ones of their band near them, one by one."""
    return [p for p in peaks if sum(outdoes(q, p) for q in peaks) < KEEP]


def outdoes(one: Peak, other: Peak) -> bool:
    """Whether a peak counts against another; of equal ones, the earlier does."""
    near = abs(one[0] - other[0]) <= NEAR_FRAMES and band(one[1]) == band(other[1])
    return near and (one[2] > other[2] or (one[2] == other[2] and one[:2] < other[:2]))


def band(column: int) -> int:
    return sum(column * RATE / WINDOW >= edge for edge in BAND_EDGES_HZ[1:-1])


def found(white: F32) -> list[Peak]:
    peaks = find_peaks(white, white)
    columns = np.rint(peaks.hertz * WINDOW / RATE).astype(int)
    return list(zip(peaks.frame.tolist(), columns.tolist(), peaks.rise.tolist(), strict=True))


@given(
    seed=st.integers(0, 2**32 - 1),
    frames=st.integers(1, 90),
    steps=st.sampled_from([3, 40, 100_000]),  # few steps make many ties
    share=st.floats(0.001, 0.05),
)
@settings(max_examples=25, deadline=None)
def test_peaks_are_those_of_plain_loops(seed: int, frames: int, steps: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    white = np.zeros((frames, WINDOW // 2 + 1), np.float32)
    lit = rng.random(white.shape) < share / 4
    white[lit] = (1 + rng.integers(0, steps, lit.sum()) / steps).astype(np.float32)
    assert rounded(found(white)) == rounded(thinned(maxima(white)))


def rounded(peaks: list[Peak]) -> list[tuple[int, int]]:
    """Without the half bin by which two equal neighbours pull a peak aside."""
    return [(frame, round(rise * 1e4)) for frame, _, rise in peaks]


@pytest.mark.parametrize("name", ["notes", "chirps"])
def test_peaks_of_sound_are_those_of_plain_loops(name: str) -> None:
    sound = synthetic_clips()[name].sound
    assert sound is not None
    spectrum = log_spectrum(sound.samples[: 6 * RATE])
    white = whiten(spectrum)
    peaks = find_peaks(spectrum, white)
    plain = thinned(maxima(white))
    assert [(f, r) for f, _, r in plain] == list(
        zip(peaks.frame.tolist(), peaks.rise.tolist(), strict=True)
    )
    columns = np.array([column for _, column, _ in plain])
    assert np.abs(peaks.hertz * WINDOW / RATE - columns).max() <= 0.5
    assert len(plain) > 80


@pytest.mark.parametrize("hertz", [150.0, 333.3, 777.0, 1500.0, 3333.0])
def test_a_tone_that_comes_and_goes_is_found_at_its_pitch_and_time(hertz: float) -> None:
    t = np.arange(8 * RATE) / RATE
    tone = 0.5 * np.exp(-(((t - 3.2) / 0.1) ** 2)) * np.sin(2 * np.pi * hertz * t)
    sound = Sound(tone.astype(np.float32), RATE, 0.0)
    peaks = Landmark().fingerprint(Clip(sound.span, sound=sound))
    best = int(peaks.quality.argmax())
    assert 100 * 2 ** decode(peaks.codes)[best] == pytest.approx(hertz, rel=0.004)
    assert peaks.times[best] == pytest.approx(3.2, abs=0.02)


def test_no_band_uses_up_the_peaks() -> None:
    rng = np.random.default_rng(9)
    white = rng.uniform(0, 3, (400, WINDOW // 2 + 1)).astype(np.float32)
    peaks = find_peaks(white, white)
    bands = np.array([band(round(hz * WINDOW / RATE)) for hz in peaks.hertz])
    for b in range(len(BAND_EDGES_HZ) - 1):
        for first in range(0, 400 - NEAR_FRAMES, NEAR_FRAMES):
            here = (bands == b) & (peaks.frame >= first) & (peaks.frame <= first + NEAR_FRAMES)
            assert here.sum() <= KEEP
