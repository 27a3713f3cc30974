from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from matchers.frames import STILL_NATS, informative, novelty, verify
from tests.matchers.build import film, line

REFERENCE = film(120, seed=1)


def shown(start_s: float, seconds: float, speed: float, flips: int, rate: float = 8) -> Fingerprint:
    """The reference as a suspect shows it: sampled densely, each code with a few bits flipped."""
    rng = np.random.default_rng(3)
    times = np.arange(int(seconds / speed * rate)) / rate
    at = np.clip(np.rint((start_s + times * speed) * 2).astype(int), 0, len(REFERENCE) - 1)
    bits = np.unpackbits(REFERENCE.codes[at], axis=1)
    for row in bits:
        row[rng.choice(256, flips, replace=False)] ^= 1
    return Fingerprint(
        REFERENCE.scheme, np.packbits(bits, axis=1), times, np.full(len(at), 90, np.uint8)
    )


@pytest.mark.parametrize("speed", [1.0, 0.96, 1.05])
@pytest.mark.parametrize("flips", [0, 20, 40])
def test_a_planted_line_is_recovered(speed: float, flips: int) -> None:
    near = line(offset_s=30.2, speed=speed)
    found = verify(shown(30, 10, speed, flips), REFERENCE, near)[0]
    assert abs(found.reference_time(5 / speed) - 35) < 0.3
    assert found.score > 60
    assert abs(found.query.duration_s - 10 / speed) < 1.2


def test_other_pictures_give_nothing() -> None:
    assert verify(film(10, seed=8, rate=8), REFERENCE, line(offset_s=20)) == []


def test_a_still_scene_counts_about_once() -> None:
    still = film(30, seed=4, still=True)
    assert novelty(still).sum() == 1
    assert informative(still) == 1
    query = replace(still, times=still.times / 4)
    assert verify(query, still, line())[0].score == pytest.approx(STILL_NATS, abs=0.01)


def grainy(still: Fingerprint, flips: int, seed: int) -> Fingerprint:
    """Each code with other bits flipped, as grain does it."""
    rng = np.random.default_rng(seed)
    bits = np.unpackbits(still.codes, axis=1)
    for row in bits:
        row[rng.choice(256, flips, replace=False)] ^= 1
    return replace(still, codes=np.packbits(bits, axis=1))


def test_grain_on_a_still_scene_proves_nothing_more() -> None:
    still = film(30, seed=4, still=True)
    reference = grainy(still, 20, seed=1)
    assert novelty(reference).sum() > 20  # it looks new at every moment
    query = grainy(replace(still, times=still.times / 4), 20, seed=2)
    assert verify(query, reference, line())[0].score < 1.1 * STILL_NATS


def test_grain_on_a_moving_scene_takes_nothing_away() -> None:
    clean = verify(shown(30, 10, 1.0, 0), REFERENCE, line(offset_s=30))[0].score
    noisy = verify(shown(30, 10, 1.0, 20), grainy(REFERENCE, 20, seed=1), line(offset_s=30))[0]
    assert noisy.score > 0.6 * clean  # forty bits of 256 are wrong, and cost that much


def turning(times: NDArray[np.float64]) -> Fingerprint:
    """One picture that turns into another all the time, 60 bits in half a second."""
    first, turn = film(1, seed=9).codes[0], np.random.default_rng(5).permutation(256)
    bits = np.tile(np.unpackbits(first), (len(times), 1))
    for row, time in zip(bits, times, strict=True):
        row[turn[: round(120 * time)]] ^= 1
    return Fingerprint(
        REFERENCE.scheme, np.packbits(bits, axis=1), times, np.full(len(times), 90, np.uint8)
    )


def test_a_frame_before_the_suspect_begins_takes_nothing_from_the_first_within() -> None:
    reference, suspect = turning(np.arange(4) / 2), turning(0.3 + np.arange(16) / 16)
    from_its_start = replace(suspect, times=suspect.times - 0.3)
    without = reference.take(reference.times > 0.3)
    (found,) = verify(from_its_start, reference, line(offset_s=0.3))
    (alone,) = verify(from_its_start, without, line(offset_s=0.3))
    assert found.score >= alone.score > 40


def test_frames_without_quality_are_no_evidence() -> None:
    dark = replace(REFERENCE, quality=np.zeros(len(REFERENCE), np.uint8))
    assert verify(shown(30, 10, 1.0, 0), dark, line(offset_s=30)) == []


def test_a_still_picture_matches_a_frame() -> None:
    picture = REFERENCE.take(REFERENCE.times == 40.0)
    query = replace(picture, times=np.zeros(1))
    found = verify(query, REFERENCE, line(offset_s=40.2))[0]
    assert found.reference_time(0.0) == pytest.approx(40.0, abs=0.04)
    assert found.query.duration_s == 0
