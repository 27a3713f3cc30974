"""Hash keys are those of plain loops; no two cells share one; a reference's are looked up, also for
a suspect that was moved as the hypothesis says."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint.audio.landmark import Landmark, decode
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
    PROBE_EDGE,
    REFERENCE_FAN_OUT,
    ROUNDING,
    Keys,
    Pairs,
    _pack,
    query_keys,
    reference_keys,
)
from fingerprint.audio.peaks import BAND_EDGES_HZ
from fingerprint.audio.warp import OCTAVES
from fingerprint.synthetic import synthetic_clips

F64 = NDArray[np.float64]
Place = tuple[float, float, float]  # frequency, interval, delay, in cells
FAN_OUT, STRETCH = 8, 1.4
EVERY = 100  # a fan-out that no test's peaks use up


def naive_pairs(
    octaves: F64, times: F64, fan_out: int, stretch: float = 1.0
) -> list[tuple[int, int]]:
    pairs = []
    for i in range(len(times)):
        targets = [
            j
            for j in range(i + 1, len(times))
            if DT_MIN_S / stretch <= times[j] - times[i] <= DT_MAX_S * stretch
            and abs(octaves[j] - octaves[i]) <= INTERVAL_MAX + ROUNDING
        ]
        pairs += [(i, j) for j in targets[:fan_out]]
    return pairs


def naive_place(
    octaves: F64, times: F64, i: int, j: int, speed: float = 1.0, pitch: float = 0.0
) -> Place:
    return (
        (octaves[i] - pitch) / FREQUENCY_CELL - LOWEST,
        (octaves[j] - octaves[i]) / INTERVAL_CELL + INTERVALS // 2,
        (times[j] - times[i]) * speed / DELAY_CELL_S,
    )


def naive_keys(frequency: int, interval: int, delay: int) -> list[int]:
    """The key of a cell; none if it lies outside."""
    if frequency in range(FREQUENCIES) and interval in range(INTERVALS) and delay in range(DELAYS):
        return [frequency * INTERVALS * DELAYS + interval * DELAYS + delay]
    return []


def naive_reference(octaves: F64, times: F64) -> Counter[tuple[int, float]]:
    return Counter(
        (key, float(times[i]))
        for i, j in naive_pairs(octaves, times, REFERENCE_FAN_OUT)
        for key in naive_keys(*(round(c) for c in naive_place(octaves, times, i, j)))
    )


def naive_query(
    octaves: F64, times: F64, speed: float = 1.0, pitch: float = 0.0
) -> Counter[tuple[int, float]]:
    return Counter(
        (key, float(times[i]))
        for i, j in naive_pairs(octaves, times, FAN_OUT, STRETCH)
        for cell in product(
            *(naive_cells(c) for c in naive_place(octaves, times, i, j, speed, pitch))
        )
        for key in naive_keys(*cell)
    )


def naive_cells(place: float) -> list[int]:
    """The cell of a place, and the neighbour whose edge is near."""
    home = round(place)
    lean = place - home
    near = abs(lean) > 0.5 - PROBE_EDGE
    return [home, home + (1 if lean > 0 else -1)] if near else [home]


def counted(keys: Keys) -> Counter[tuple[int, float]]:
    return Counter(zip(keys.keys.tolist(), keys.times.tolist(), strict=True))


def asked(
    octaves: F64, times: F64, speed: float = 1.0, pitch: float = 0.0
) -> Counter[tuple[int, float]]:
    return counted(query_keys(Pairs.of(octaves, times, FAN_OUT, STRETCH), speed, pitch))


def peaks(seed: int, n: int, gap_s: float, steps: int = 192) -> tuple[F64, F64]:
    """Peaks as landmarks have them: on steps of frequency and of time, some at the same time."""
    rng = np.random.default_rng(seed)
    frames = np.sort(rng.integers(0, max(1, int(n * gap_s / 0.016)), n))
    return rng.integers(0, round(OCTAVES * steps), n) / np.float64(steps), frames * np.float64(
        0.016
    )


many = given(
    seed=st.integers(0, 2**32 - 1), n=st.integers(0, 60), gap_s=st.sampled_from([0.01, 0.04, 0.3])
)
moved = given(
    seed=st.integers(0, 2**32 - 1),
    gap_s=st.sampled_from([0.01, 0.04, 0.3]),
    speed=st.sampled_from([0.72, 0.9, 1.0, 1.0417, 1.3]),
    pitch=st.integers(-64, 64).map(lambda step: step / 256),
)


@many
@settings(max_examples=60, deadline=None)
def test_reference_keys_are_those_of_plain_loops(seed: int, n: int, gap_s: float) -> None:
    octaves, times = peaks(seed, n, gap_s)
    assert counted(reference_keys(octaves, times)) == naive_reference(octaves, times)


@moved
@settings(max_examples=60, deadline=None)
def test_query_keys_are_those_of_plain_loops(
    seed: int, gap_s: float, speed: float, pitch: float
) -> None:
    octaves, times = peaks(seed, 50, gap_s)
    assert asked(octaves, times, speed, pitch) == naive_query(octaves, times, speed, pitch)


@many
@settings(max_examples=60, deadline=None)
def test_what_is_stored_of_peaks_is_looked_up_for_them(seed: int, n: int, gap_s: float) -> None:
    octaves, times = peaks(seed, n, gap_s)
    pairs = Pairs.of(octaves, times, REFERENCE_FAN_OUT)
    assert counted(reference_keys(octaves, times)) <= counted(query_keys(pairs))


def found_again(
    octaves: F64, times: F64, suspect: tuple[F64, F64], speed: float, pitch: float
) -> bool:
    """Whether all that is stored of peaks is looked up for a suspect, each by the same anchor."""
    wanted = query_keys(Pairs.of(*suspect, EVERY, STRETCH), speed, pitch)
    anchor = np.searchsorted(times, np.interp(wanted.times, suspect[1], times) - 0.001)
    looked_up = {*zip(wanted.keys.tolist(), times[anchor].tolist(), strict=True)}
    return counted(reference_keys(octaves, times)).keys() <= looked_up


@moved
@settings(max_examples=60, deadline=None)
def test_it_is_looked_up_when_the_suspect_is_moved_as_the_hypothesis_says(
    seed: int, gap_s: float, speed: float, pitch: float
) -> None:
    octaves, times = peaks(seed, 50, gap_s, steps=256)
    assert found_again(octaves, times, (octaves + pitch, times / speed), speed, pitch)


@moved
@settings(max_examples=60, deadline=None)
def test_it_is_looked_up_when_the_hypothesis_is_a_little_wrong(
    seed: int, gap_s: float, speed: float, pitch: float
) -> None:
    rng = np.random.default_rng(seed)
    octaves, times = peaks(seed, 50, gap_s, steps=256)
    suspect = octaves + pitch, times / speed
    # An error below PROBE_EDGE of a cell at the longest delay, and in frequency.
    off_speed = rng.uniform(-0.99, 0.99) * PROBE_EDGE * DELAY_CELL_S / DT_MAX_S
    off_pitch = rng.uniform(-0.99, 0.99) * PROBE_EDGE * FREQUENCY_CELL
    assert found_again(octaves, times, suspect, speed * (1 + off_speed), pitch + off_pitch)


def test_another_hypothesis_finds_hardly_anything() -> None:
    octaves, times = peaks(1, 400, 0.03, steps=256)
    stored = set(reference_keys(octaves, times).keys.tolist())
    suspect = Pairs.of(octaves + 0.25, times, REFERENCE_FAN_OUT)
    right, wrong = (set(query_keys(suspect, 1.0, p).keys.tolist()) for p in (0.25, 0.0))
    assert stored <= right
    assert len(stored & wrong) < 0.2 * len(stored)


@pytest.mark.parametrize("name", ["notes", "chirps"])
def test_keys_of_sound_are_those_of_plain_loops(name: str) -> None:
    found = Landmark().fingerprint(synthetic_clips()[name])
    octaves = decode(found.codes)
    stored = reference_keys(octaves, found.times)
    assert counted(stored) == naive_reference(octaves, found.times)
    assert len(stored.keys) > 1.5 * len(found)
    assert asked(octaves, found.times, 1.05, 0.0625) == naive_query(
        octaves, found.times, 1.05, 0.0625
    )


def test_most_keys_survive_a_small_shift() -> None:
    found = Landmark().fingerprint(synthetic_clips()["notes"])
    rng = np.random.default_rng(3)
    shifted = decode(found.codes) + rng.uniform(-0.5, 0.5, len(found)) / 192
    stored = set(reference_keys(decode(found.codes), found.times).keys.tolist())
    pairs = Pairs.of(shifted, found.times * 1.002, FAN_OUT, STRETCH)
    wanted = set(query_keys(pairs).keys.tolist())
    assert len(stored & wanted) > 0.9 * len(stored)


def test_no_two_cells_share_a_key() -> None:
    cells = np.stack(
        np.meshgrid(*(np.arange(n) for n in (FREQUENCIES, INTERVALS, DELAYS)), indexing="ij"),
        axis=-1,
    ).reshape(-1, 3)
    keys = _pack(cells)
    assert keys.dtype == np.uint32
    assert len(np.unique(keys)) == len(cells) == KEYS
    assert int(keys.max()) == KEYS - 1
    assert [[k] for k in keys.tolist()[::997]] == [naive_keys(*c) for c in cells.tolist()[::997]]


@pytest.mark.parametrize("hertz", [BAND_EDGES_HZ[0], BAND_EDGES_HZ[-1]])
@pytest.mark.parametrize("interval", [-INTERVAL_MAX, INTERVAL_MAX])
@pytest.mark.parametrize("delay_s", [DT_MIN_S, DT_MAX_S])
def test_cells_reach_from_end_to_end_of_what_is_paired(
    hertz: float, interval: float, delay_s: float
) -> None:
    anchor = float(np.log2(hertz / 100.0))
    octaves, times = np.array([anchor, anchor + interval]), np.array([0.0, delay_s])
    assert len(reference_keys(octaves, times).keys) == 1
    wanted = asked(octaves, times)
    assert wanted == naive_query(octaves, times)
    probed = [naive_cells(c) for c in naive_place(octaves, times, 0, 1)]
    assert len(wanted) == np.prod([len(cells) for cells in probed])  # none is dropped


@pytest.mark.parametrize(("octave", "pitch"), [(0.02, 0.0), (0.3, 0.25), (5.4, 0.0), (5.2, -0.25)])
def test_what_lies_outside_the_cells_has_no_key(octave: float, pitch: float) -> None:
    octaves, times = np.full(2, octave), np.array([3.0, 3.3])
    assert asked(octaves, times, 1.0, pitch) == Counter()
    assert len(reference_keys(octaves - pitch, times).keys) == 0


def test_a_faster_hypothesis_drops_what_would_be_too_late_in_the_reference() -> None:
    pairs = Pairs.of(np.ones(2), np.array([0.0, DT_MAX_S]), 1)
    assert len(query_keys(pairs, 1.0).keys) > 0
    assert len(query_keys(pairs, 1.3).keys) == 0
