"""Hash keys are those of plain loops; no two cells share one; a reference's are looked up."""

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
    DELAYS,
    DT_MAX_S,
    DT_MIN_S,
    FREQUENCY_CELL,
    INTERVAL_MAX,
    INTERVALS,
    PROBE_EDGE,
    QUERY_FAN_OUT,
    REFERENCE_FAN_OUT,
    TIME_CELL_S,
    Keys,
    _pack,
    query_keys,
    reference_keys,
)
from fingerprint.audio.warp import OCTAVES
from fingerprint.synthetic import synthetic_clips

F64 = NDArray[np.float64]


def naive_pairs(octaves: F64, times: F64, fan_out: int) -> list[tuple[int, int]]:
    pairs = []
    for i in range(len(times)):
        targets = [
            j
            for j in range(i + 1, len(times))
            if DT_MIN_S <= times[j] - times[i] <= DT_MAX_S
            and abs(octaves[j] - octaves[i]) <= INTERVAL_MAX
        ]
        pairs += [(i, j) for j in targets[:fan_out]]
    return pairs


def naive_place(octaves: F64, times: F64, i: int, j: int) -> tuple[float, float, float]:
    return (
        octaves[i] / FREQUENCY_CELL,
        (octaves[j] - octaves[i]) / FREQUENCY_CELL,
        (times[j] - times[i]) / TIME_CELL_S,
    )


def naive_key(frequency: int, interval: int, delay: int) -> int:
    return (max(frequency + 1, 0) * INTERVALS + interval + INTERVALS // 2) * DELAYS + delay


def naive_reference(octaves: F64, times: F64) -> Counter[tuple[int, float]]:
    return Counter(
        (naive_key(*(round(c) for c in naive_place(octaves, times, i, j))), float(times[i]))
        for i, j in naive_pairs(octaves, times, REFERENCE_FAN_OUT)
    )


def naive_query(octaves: F64, times: F64) -> Counter[tuple[int, float]]:
    return Counter(
        (naive_key(*cell), float(times[i]))
        for i, j in naive_pairs(octaves, times, QUERY_FAN_OUT)
        for cell in product(*(naive_cells(c) for c in naive_place(octaves, times, i, j)))
    )


def naive_cells(place: float) -> list[int]:
    """The cell of a place, and the neighbour whose edge is near."""
    home = round(place)
    lean = place - home
    near = abs(lean) > 0.5 - PROBE_EDGE
    return [home, home + (1 if lean > 0 else -1)] if near else [home]


def counted(keys: Keys) -> Counter[tuple[int, float]]:
    return Counter(zip(keys.keys.tolist(), keys.times.tolist(), strict=True))


def peaks(seed: int, n: int, gap_s: float) -> tuple[F64, F64]:
    """Peaks as landmarks have them: on steps of frequency and of time, some at the same time."""
    rng = np.random.default_rng(seed)
    frames = np.sort(rng.integers(0, max(1, int(n * gap_s / 0.016)), n))
    return rng.integers(0, round(OCTAVES * 192), n) / np.float64(192), frames * np.float64(0.016)


many = given(
    seed=st.integers(0, 2**32 - 1), n=st.integers(0, 60), gap_s=st.sampled_from([0.01, 0.04, 0.3])
)


@many
@settings(max_examples=60, deadline=None)
def test_reference_keys_are_those_of_plain_loops(seed: int, n: int, gap_s: float) -> None:
    assert counted(reference_keys(*peaks(seed, n, gap_s))) == naive_reference(
        *peaks(seed, n, gap_s)
    )


@many
@settings(max_examples=60, deadline=None)
def test_query_keys_are_those_of_plain_loops(seed: int, n: int, gap_s: float) -> None:
    assert counted(query_keys(*peaks(seed, n, gap_s))) == naive_query(*peaks(seed, n, gap_s))


@many
@settings(max_examples=60, deadline=None)
def test_what_is_stored_of_peaks_is_looked_up_for_them(seed: int, n: int, gap_s: float) -> None:
    stored, wanted = (counted(f(*peaks(seed, n, gap_s))) for f in (reference_keys, query_keys))
    assert stored <= wanted


@pytest.mark.parametrize("name", ["notes", "chirps"])
def test_keys_of_sound_are_those_of_plain_loops(name: str) -> None:
    found = Landmark().fingerprint(synthetic_clips()[name])
    octaves = decode(found.codes)
    assert counted(reference_keys(octaves, found.times)) == naive_reference(octaves, found.times)
    assert counted(query_keys(octaves, found.times)) == naive_query(octaves, found.times)


def test_most_keys_survive_a_small_shift() -> None:
    found = Landmark().fingerprint(synthetic_clips()["notes"])
    rng = np.random.default_rng(3)
    moved = decode(found.codes) + rng.uniform(-0.5, 0.5, len(found)) / 192
    stored = set(reference_keys(decode(found.codes), found.times).keys.tolist())
    wanted = set(query_keys(moved, found.times * 1.002).keys.tolist())
    assert len(stored & wanted) > 0.9 * len(stored)


def test_no_two_cells_share_a_key() -> None:
    frequencies = np.arange(-1, round(OCTAVES / FREQUENCY_CELL) + 2)
    widest = round(INTERVAL_MAX / FREQUENCY_CELL) + 1
    intervals = np.arange(-widest, widest + 1)
    delays = np.arange(round(DT_MAX_S / TIME_CELL_S) + 2)
    cells = np.stack(np.meshgrid(frequencies, intervals, delays, indexing="ij"), axis=-1)
    flat = cells.reshape(-1, 3).astype(np.int64)
    keys = _pack(flat)
    assert keys.dtype == np.uint32
    assert len(np.unique(keys)) == len(flat)
    assert keys.tolist()[::997] == [naive_key(*cell) for cell in flat.tolist()[::997]]


def test_no_cell_lies_beyond_what_keys_can_tell_apart() -> None:
    octaves = np.array([0.0, 1.0, OCTAVES, OCTAVES - 1.0])
    times = np.array([0.0, DT_MAX_S, 10.0, 10.0 + DT_MIN_S])
    assert counted(query_keys(octaves, times)) == naive_query(octaves, times)
    assert int(query_keys(octaves, times).keys.max()) < 2**20
