"""What is stored of a reference is asked for, also for a suspect that was moved as the hypothesis
says; and what is surest and nearest promises most."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprint.audio.landmark import Landmark, decode, encode
from fingerprint.audio.pairs import (
    DELAY_CELL_S,
    DT_MAX_S,
    FREQUENCY_CELL,
    KEYS,
    Pairs,
    reference_keys,
)
from fingerprint.audio.probes import NEVER, PROBES, RANK_STEPS, Probes
from fingerprint.scheme import Fingerprint
from fingerprint.synthetic import synthetic_clips
from tests.fingerprint.test_pairs import peaks, peaks_at

EVERY = 28  # ranks
STRETCH = 1.4


def asked(suspect: Fingerprint, speed: float = 1.0, pitch: float = 0.0) -> set[tuple[int, float]]:
    """Keys and times of all that is asked for."""
    probes = Probes.of(Pairs.of(suspect, EVERY, STRETCH), speed, pitch)
    there = np.flatnonzero(probes.promise > NEVER)
    return {
        *zip(
            probes.keys[there].tolist(),
            probes.times[there % max(len(probes.times), 1)].tolist(),
            strict=True,
        )
    }


def stored(reference: Fingerprint, speed: float) -> set[tuple[int, float]]:
    """Keys of a reference, with the times that a suspect has them at."""
    keys = reference_keys(reference)
    return {*zip(keys.keys.tolist(), (keys.times / speed).tolist(), strict=True)}


def moved(reference: Fingerprint, speed: float, steps: int) -> Fingerprint:
    codes = encode(decode(reference.codes) + steps / 192)
    return Fingerprint(reference.scheme, codes, reference.times / speed, reference.quality)


cases = given(
    seed=st.integers(0, 2**32 - 1),
    gap_s=st.sampled_from([0.01, 0.04, 0.3]),
    speed=st.sampled_from([0.75, 0.9, 1.0, 1.0417, 1.3]),
    steps=st.integers(0, 48),
)


@cases
@settings(max_examples=60, deadline=None)
def test_what_is_stored_is_asked_for_when_the_suspect_was_moved_as_the_hypothesis_says(
    seed: int, gap_s: float, speed: float, steps: int
) -> None:
    reference = peaks(seed, 50, gap_s)
    suspect = moved(reference, speed, steps)
    # The pitch is off by a thousandth of a cell, lest rounding decide between two cells.
    assert stored(reference, speed) <= asked(suspect, speed, steps / 192 + FREQUENCY_CELL / 1000)


@cases
@settings(max_examples=60, deadline=None)
def test_and_when_the_hypothesis_is_a_little_wrong(
    seed: int, gap_s: float, speed: float, steps: int
) -> None:
    """By less than half a cell at the longest delay, and in frequency."""
    rng = np.random.default_rng(seed)
    reference = peaks(seed, 50, gap_s)
    off_speed = rng.uniform(-0.49, 0.49) * DELAY_CELL_S / DT_MAX_S
    off_pitch = rng.uniform(-0.49, 0.49) * FREQUENCY_CELL
    suspect = moved(reference, speed, steps)
    wanted = asked(suspect, speed * (1 + off_speed), steps / 192 + off_pitch)
    assert stored(reference, speed) <= wanted


def test_another_hypothesis_asks_for_hardly_anything_of_it() -> None:
    reference = peaks(1, 400, 0.03)
    keys = {key for key, _ in stored(reference, 1.0)}
    suspect = moved(reference, 1.0, 48)
    right, wrong = ({key for key, _ in asked(suspect, 1.0, p)} for p in (0.25, 0.0))
    assert keys <= right
    assert len(keys & wrong) < 0.2 * len(keys)


def test_a_pair_in_the_middle_of_a_cell_promises_that_cell_most() -> None:
    suspect = peaks_at([1.0, 1.5], [0.0, 20 * 0.016], [0, 0])
    probes = Probes.of(Pairs.of(suspect, EVERY))
    (key,) = reference_keys(suspect).keys.tolist()
    assert probes.keys[np.argmax(probes.promise)] == key
    assert sorted(probes.promise)[-1] > sorted(probes.promise)[-2]
    assert len(set(probes.keys.tolist())) == PROBES


@pytest.mark.parametrize("ranks", [(0, 3), (3, 0), (2, 1)])
def test_each_rank_takes_from_what_is_promised(ranks: tuple[int, int]) -> None:
    sure, less = (
        Probes.of(Pairs.of(peaks_at([1.0, 1.5], [0.0, 0.32], list(r)), EVERY))
        for r in ((0, 0), ranks)
    )
    np.testing.assert_array_equal(sure.keys, less.keys)
    np.testing.assert_array_equal(sure.promise - less.promise, 3 * RANK_STEPS)


@pytest.mark.parametrize(("octave", "pitch"), [(0.02, 0.0), (0.3, 0.25), (5.4, 0.0), (5.2, -0.25)])
def test_what_lies_outside_the_cells_is_never_there(octave: float, pitch: float) -> None:
    probes = Probes.of(Pairs.of(peaks_at([octave] * 2, [3.0, 3.3], [0, 0]), EVERY), 1.0, pitch)
    assert len(probes.keys) == PROBES
    assert probes.promise.max() <= NEVER
    assert 0 <= probes.keys.min() <= probes.keys.max() < KEYS


def test_a_faster_hypothesis_drops_what_would_be_too_late_in_the_reference() -> None:
    pairs = Pairs.of(peaks_at([1.0, 1.0], [0.0, 37 * 0.016], [0, 0]), EVERY)
    assert Probes.of(pairs, 1.0).promise.max() > NEVER
    assert Probes.of(pairs, 1.3).promise.max() <= NEVER


def test_most_keys_survive_a_small_shift() -> None:
    found = Landmark().fingerprint(synthetic_clips()["notes"])
    rng = np.random.default_rng(3)
    octaves = decode(found.codes) + rng.uniform(-0.5, 0.5, len(found)) / 192
    shifted = Fingerprint(found.scheme, encode(octaves), found.times * 1.002, found.quality)
    keys = set(reference_keys(found).keys.tolist())
    assert len(keys & {key for key, _ in asked(shifted)}) > 0.9 * len(keys)
