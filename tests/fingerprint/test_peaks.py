"""Peaks are what a loop over all bins finds, ranked as a loop over all peaks ranks them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint.audio.landmark import (
    QUALITY_PER_RANK,
    REFERENCE_RANKS,
    Landmark,
    decode,
    lowest_ranks,
)
from fingerprint.audio.peaks import (
    BAND_EDGES_HZ,
    MIN_RISE,
    NEAR_FRAMES,
    NEIGHBOURHOOD,
    RANKS,
    Peaks,
    find_peaks,
)
from fingerprint.audio.spectrum import HOP, RATE, WINDOW, log_spectrum, whiten
from fingerprint.synthetic import synthetic_clips
from media.clip import Clip, Sound, Span

F32 = NDArray[np.float32]
Peak = tuple[int, int, float]  # frame, bin, rise
Ranked = tuple[int, int, int]  # frame, bin, rank

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


def ranked(peaks: list[Peak]) -> list[Ranked]:
    """How many stronger ones of its band are near each peak, one by one; fewer than RANKS."""
    ranks = [(frame, column, sum(outdoes(q, (frame, column, rise)) for q in peaks))
             for frame, column, rise in peaks]  # fmt: skip
    return [peak for peak in ranks if peak[2] < RANKS]


def outdoes(one: Peak, other: Peak) -> bool:
    """Whether a peak counts against another; of equal ones, the earlier does."""
    near = abs(one[0] - other[0]) <= NEAR_FRAMES and band(one[1]) == band(other[1])
    return near and (one[2] > other[2] or (one[2] == other[2] and one[:2] < other[:2]))


def band(column: int) -> int:
    return sum(column * RATE / WINDOW >= edge for edge in BAND_EDGES_HZ[1:-1])


def assert_same(peaks: Peaks, plain: list[Ranked]) -> None:
    """Frames and ranks in order; frequencies up to the half bin by which neighbours pull."""
    assert list(zip(peaks.frame.tolist(), peaks.rank.tolist(), strict=True)) == [
        (frame, rank) for frame, _, rank in plain
    ]
    columns = np.array([column for _, column, _ in plain])
    assert np.abs(peaks.hertz * WINDOW / RATE - columns).max(initial=0) <= 0.5 + 1e-9


@given(
    seed=st.integers(0, 2**32 - 1),
    frames=st.integers(1, 90),
    steps=st.sampled_from([3, 40, 100_000]),  # few steps make many ties
    share=st.floats(0.001, 0.25),
)
@settings(max_examples=25, deadline=None)
def test_peaks_are_those_of_plain_loops(seed: int, frames: int, steps: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    white = np.zeros((frames, WINDOW // 2 + 1), np.float32)
    lit = rng.random(white.shape) < share / 4  # up to about fifty peaks a band and second
    white[lit] = (1 + rng.integers(0, steps, lit.sum()) / steps).astype(np.float32)
    assert_same(find_peaks(white, white), ranked(maxima(white)))


@pytest.mark.parametrize("name", ["notes", "chirps"])
def test_peaks_of_sound_are_those_of_plain_loops(name: str) -> None:
    sound = synthetic_clips()[name].sound
    assert sound is not None
    spectrum = log_spectrum(sound.samples[: 6 * RATE])
    white = whiten(spectrum)
    peaks = find_peaks(spectrum, white)
    plain = ranked(maxima(white))
    assert_same(peaks, plain)
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


def test_a_limit_on_the_rank_limits_the_peaks_of_a_band() -> None:
    rng = np.random.default_rng(9)
    white = rng.uniform(0, 3, (400, WINDOW // 2 + 1)).astype(np.float32)
    peaks = find_peaks(white, white)
    bands = np.array([band(round(hz * WINDOW / RATE)) for hz in peaks.hertz])
    for b in range(len(BAND_EDGES_HZ) - 1):
        for first in range(0, 400 - NEAR_FRAMES, NEAR_FRAMES):
            here = (bands == b) & (peaks.frame >= first) & (peaks.frame <= first + NEAR_FRAMES)
            for ranks in (1, REFERENCE_RANKS, RANKS):
                assert (here & (peaks.rank < ranks)).sum() <= ranks
    assert set(peaks.rank.tolist()) == set(range(RANKS))


def crowded() -> tuple[Clip, Peaks]:
    """Noise that has peaks of every rank, and what they are."""
    samples = np.random.default_rng(4).normal(0, 0.1, 12 * RATE).astype(np.float32)
    spectrum = log_spectrum(samples)
    sound = Sound(samples, RATE, 0.0)
    return Clip(sound.span, sound=sound), find_peaks(spectrum, whiten(spectrum))


def test_the_quality_of_a_peak_says_its_rank() -> None:
    clip, peaks = crowded()
    found = Landmark().fingerprint(clip)
    assert set(peaks.rank.tolist()) == set(range(RANKS))
    assert found.quality.tolist() == [100 - QUALITY_PER_RANK * r for r in peaks.rank.tolist()]
    assert found.quality.min() > 0  # every peak carries some evidence


@pytest.mark.parametrize("ranks", [0, 1, 3, REFERENCE_RANKS, RANKS])
def test_the_lowest_ranks_are_the_peaks_under_a_rank(ranks: int) -> None:
    clip, peaks = crowded()
    found = Landmark().fingerprint(clip)
    low = lowest_ranks(found, ranks)
    under = peaks.rank < ranks
    np.testing.assert_array_equal(low.codes, found.codes[under])
    np.testing.assert_array_equal(low.times, found.times[under])
    np.testing.assert_array_equal(low.quality, found.quality[under])


def test_of_a_reference_the_lower_ranks_are_kept() -> None:
    clip, peaks = crowded()
    found = Landmark().fingerprint(clip)
    kept = Landmark().kept(found)
    np.testing.assert_array_equal(kept.times, found.times[peaks.rank < REFERENCE_RANKS])
    assert len(kept) == len(Landmark().kept(kept))
    assert 0 < len(kept) < 0.8 * len(found)


def test_a_peak_has_the_same_rank_wherever_the_file_is_cut() -> None:
    clip, _ = crowded()
    assert clip.sound is not None
    start = 188 * HOP  # 3 s
    part = Sound(clip.sound.samples[start : 9 * RATE], RATE, start / RATE)
    cut, whole = (Landmark().fingerprint(Clip(s.span, sound=s)) for s in (part, clip.sound))
    inside = Span(5.0, 7.0)  # far enough from either end for windows, whitening and ranks
    np.testing.assert_array_equal(cut.within(inside).quality, whole.within(inside).quality)
    np.testing.assert_array_equal(cut.within(inside).codes, whole.within(inside).codes)
    assert len(cut.within(inside)) > 80
