"""Moving peaks does what resampling or shifting the sound itself would have done."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import resample_poly  # type: ignore[attr-defined]  # named at run time

from fingerprint.audio.landmark import STEPS_PER_OCTAVE, Landmark, decode, encode
from fingerprint.audio.warp import OCTAVES, warp
from fingerprint.scheme import Fingerprint
from fingerprint.synthetic import synthetic_clips

HALF_WINDOW_S = 0.064


def notes(up: int = 1, down: int = 1) -> Fingerprint:
    """The peaks of the notes when they are played `down / up` times as fast."""
    clip = synthetic_clips()["notes"]
    assert clip.sound is not None
    samples = resample_poly(clip.sound.samples, up, down).astype(np.float32)
    return Landmark().fingerprint(replace(clip, sound=replace(clip.sound, samples=samples)))


def shared(reference: Fingerprint, suspect: Fingerprint) -> float:
    """The share of the reference's strong peaks that have a partner at their place."""
    strong = np.flatnonzero(reference.quality >= 40)
    near_time = np.abs(reference.times[strong][:, None] - suspect.times) <= 0.025
    steps = np.abs(decode(reference.codes)[strong][:, None] - decode(suspect.codes))
    return float((near_time & (steps * STEPS_PER_OCTAVE <= 6)).any(axis=1).mean())


@pytest.mark.parametrize(("up", "down"), [(24, 25), (25, 24), (20, 21), (21, 20)])
def test_a_resampled_sound_is_warped_back_onto_itself(up: int, down: int) -> None:
    reference, suspect = notes(), notes(up, down)
    speed = down / up
    back = warp(suspect, speed, np.log2(speed))
    assert shared(reference, back) > 0.75
    assert shared(reference, suspect) < 0.3


def test_times_and_pitch_move_apart() -> None:
    peaks = notes()
    moved = warp(peaks, 1.25, 0.0)
    np.testing.assert_allclose(moved.times, peaks.times * 1.25)
    np.testing.assert_array_equal(moved.codes, peaks.codes)
    higher = warp(peaks, 1.0, -7 / STEPS_PER_OCTAVE)
    np.testing.assert_array_equal(higher.times, peaks.times)
    np.testing.assert_allclose(decode(higher.codes), decode(peaks.codes) + 7 / STEPS_PER_OCTAVE)


def test_nothing_moves_by_nothing() -> None:
    peaks, still = notes(), warp(notes(), 1.0, 0.0)
    np.testing.assert_array_equal(still.codes, peaks.codes)
    np.testing.assert_array_equal(still.times, peaks.times)
    np.testing.assert_array_equal(still.quality, peaks.quality)


@pytest.mark.parametrize("octaves", [-5.9, -3.0, 0.5, 2.0, 5.9])
def test_peaks_that_leave_the_band_are_dropped(octaves: float) -> None:
    peaks = notes()
    moved = warp(peaks, 1.0, octaves)
    there = decode(peaks.codes) - octaves
    assert len(moved) == np.count_nonzero((there >= 0) & (there < OCTAVES))
    assert decode(moved.codes).max(initial=0) <= OCTAVES


def test_codes_survive_encoding() -> None:
    steps = np.arange(round(OCTAVES * STEPS_PER_OCTAVE) + 1) / np.float64(STEPS_PER_OCTAVE)
    codes = encode(steps)
    assert codes.shape == (len(steps), 2)
    np.testing.assert_array_equal(decode(codes), steps)
    assert codes[300].tobytes() == (300).to_bytes(2, "big")
