"""Hash keys are those of plain loops; no two cells share one; of a reference only pairs of sure
peaks are stored."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprint.audio.landmark import QUALITY_PER_RANK, Landmark, decode, encode
from fingerprint.audio.pairs import (
    DELAY_CELL_S,
    DELAYS,
    DT_MAX_S,
    DT_MIN_S,
    FREQUENCIES,
    FREQUENCY_CELL,
    INTERVAL_CELL,
    INTERVAL_MAX,
    INTERVALS,
    KEYS,
    LOWEST,
    REFERENCE_RANKS,
    ROUNDING,
    SHORTEST,
    Keys,
    Pairs,
    reference_keys,
)
from fingerprint.audio.peaks import BAND_EDGES_HZ
from fingerprint.audio.warp import OCTAVES
from fingerprint.scheme import Fingerprint
from fingerprint.synthetic import synthetic_clips

FRAME_S = 0.016


def peaks_at(octaves: list[float], times: list[float], ranks: list[int]) -> Fingerprint:
    quality = 100 - QUALITY_PER_RANK * np.array(ranks)
    return Fingerprint(
        "audio-landmark-2", encode(np.array(octaves)), np.array(times), quality.astype(np.uint8)
    )


def peaks(seed: int, n: int, gap_s: float) -> Fingerprint:
    """Peaks as landmarks have them: on steps of frequency and of time, some at the same time."""
    rng = np.random.default_rng(seed)
    frames = np.sort(rng.integers(0, max(1, int(n * gap_s / FRAME_S)), n))
    octaves = rng.integers(0, round(OCTAVES * 192), n) / 192
    return peaks_at(octaves.tolist(), (frames * FRAME_S).tolist(), rng.integers(0, 7, n).tolist())


def naive_pairs(found: Fingerprint, most_ranks: int, stretch: float = 1.0) -> list[tuple[int, int]]:
    octaves, times = decode(found.codes), found.times
    ranks = (100 - found.quality.astype(int)) // QUALITY_PER_RANK
    return [
        (i, j)
        for i in range(len(times))
        for j in range(i + 1, len(times))
        if DT_MIN_S / stretch <= times[j] - times[i] <= DT_MAX_S * stretch
        and abs(octaves[j] - octaves[i]) <= INTERVAL_MAX + ROUNDING
        and ranks[i] + ranks[j] <= most_ranks
    ]


def naive_keys(found: Fingerprint) -> Counter[tuple[int, float]]:
    octaves, times = decode(found.codes), found.times
    keys: Counter[tuple[int, float]] = Counter()
    for i, j in naive_pairs(found, REFERENCE_RANKS):
        frequency = round(octaves[i] / FREQUENCY_CELL - LOWEST)
        interval = round((octaves[j] - octaves[i]) / INTERVAL_CELL + INTERVALS // 2)
        delay = round((times[j] - times[i]) / DELAY_CELL_S - SHORTEST)
        cells = ((frequency, FREQUENCIES), (interval, INTERVALS), (delay, DELAYS))
        if all(cell in range(size) for cell, size in cells):
            key = frequency * INTERVALS * DELAYS + interval * DELAYS + delay
            keys[key, float(times[i])] += 1
    return keys


def counted(keys: Keys) -> Counter[tuple[int, float]]:
    return Counter(zip(keys.keys.tolist(), keys.times.tolist(), strict=True))


many = given(
    seed=st.integers(0, 2**32 - 1), n=st.integers(0, 60), gap_s=st.sampled_from([0.01, 0.04, 0.3])
)


@many
@settings(max_examples=60, deadline=None)
def test_reference_keys_are_those_of_plain_loops(seed: int, n: int, gap_s: float) -> None:
    found = peaks(seed, n, gap_s)
    assert counted(reference_keys(found)) == naive_keys(found)


@many
@settings(max_examples=60, deadline=None)
def test_pairs_are_those_of_plain_loops(seed: int, n: int, gap_s: float) -> None:
    found = peaks(seed, n, gap_s)
    octaves, times = decode(found.codes), found.times
    ranks = (100 - found.quality.astype(int)) // QUALITY_PER_RANK
    pairs = Pairs.of(found, 9, 1.4)
    listed = zip(
        *(c.tolist() for c in (pairs.octaves, pairs.intervals, pairs.times, pairs.delays)),
        pairs.ranks.tolist(),
        strict=True,
    )
    assert sorted(listed) == sorted(
        (octaves[i], octaves[j] - octaves[i], times[i], times[j] - times[i], ranks[i] + ranks[j])
        for i, j in naive_pairs(found, 9, 1.4)
    )


@many
@settings(max_examples=60, deadline=None)
def test_the_surest_pairs_are_all_those_of_the_lowest_ranks(
    seed: int, n: int, gap_s: float
) -> None:
    pairs = Pairs.of(peaks(seed, n, gap_s), 28)
    for most in (0, 5, 40, len(pairs.ranks)):
        kept = pairs.surest(most).ranks
        left = pairs.ranks[pairs.ranks > kept.max(initial=-1)]
        assert len(kept) + len(left) == len(pairs.ranks)
        if len(pairs.ranks):
            assert len(kept) <= most or kept.min() == kept.max() == pairs.ranks.min()
        if len(left):
            assert len(kept) + np.sum(left == left.min()) > most
    assert len(pairs.surest(len(pairs.ranks)).ranks) == len(pairs.ranks)


def test_keys_of_sound_are_those_of_plain_loops() -> None:
    found = Landmark().fingerprint(synthetic_clips()["notes"])
    stored = reference_keys(found)
    assert counted(stored) == naive_keys(found)
    assert len(stored.keys) > 0.5 * len(found)


def test_no_two_cells_share_a_key() -> None:
    """The keys of pairs in the middle of every cell, a few cells at a time."""
    rng = np.random.default_rng(1)
    cells = np.stack([rng.integers(0, n, 4000) for n in (FREQUENCIES, INTERVALS, DELAYS)])
    keys = (cells[0] * INTERVALS + cells[1]) * DELAYS + cells[2]
    assert len(np.unique(keys)) == len(np.unique(cells, axis=1).T)
    assert int(keys.max()) < KEYS == FREQUENCIES * INTERVALS * DELAYS


@pytest.mark.parametrize("hertz", [BAND_EDGES_HZ[0], BAND_EDGES_HZ[-1]])
@pytest.mark.parametrize("to", [-INTERVAL_MAX, INTERVAL_MAX])
@pytest.mark.parametrize("frames", [4, 37])
def test_cells_reach_from_end_to_end_of_what_is_paired(
    hertz: float, to: float, frames: int
) -> None:
    """The target may lie outside all bands here: the key knows the interval alone."""
    anchor = float(np.log2(hertz / 100.0)) + 1.0
    found = peaks_at([anchor, anchor + to], [0.0, frames * FRAME_S], [0, 0])
    pairs = Pairs.of(found, REFERENCE_RANKS)
    places = pairs.places(1.0, 1.0)  # an octave down again
    assert len(pairs.ranks) == 1
    for place, size in zip(places, (FREQUENCIES, INTERVALS, DELAYS), strict=True):
        assert 0 <= np.floor(place[0]) < np.floor(place[0]) + 1 < size


@pytest.mark.parametrize(("ranks", "kept"), [((0, 4), 1), ((4, 0), 1), ((2, 3), 0), ((2, 2), 1)])
def test_only_pairs_of_sure_peaks_are_stored(ranks: tuple[int, int], kept: int) -> None:
    found = peaks_at([1.0, 1.5], [0.0, 0.32], list(ranks))
    assert len(reference_keys(found).keys) == kept
