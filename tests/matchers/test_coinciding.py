"""What accident finds is measured on the pair itself, for each peak by itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matchers.coinciding import LEAST_CHANCE, accidents, exactness
from matchers.constellation import Map, Peaks
from media.clip import Span
from tests.matchers.build import constellation, excerpt, heard, mixed, peaks, ridges_at

TUNE = constellation(20, seed=3, rate=20)
BEATS = np.arange(0.5, 19.5, 0.5)


def strokes(seed: int) -> Peaks:
    """Six peaks at each beat, at pitches of chance, amid a tune."""
    octaves = np.random.default_rng(seed).uniform(0.3, 4.8, 6 * len(BEATS))
    return Peaks.of(mixed(peaks(np.repeat(BEATS, 6), octaves), TUNE))


def off_beat_s(of: Peaks) -> NDArray[np.float64]:
    """How far each peak lies from the nearest beat."""
    return np.asarray(np.min(np.abs(of.times[:, None] - BEATS), axis=1))


def test_a_peak_that_is_there_exactly_weighs_most() -> None:
    suspect = heard(TUNE)
    there = Peaks.of(TUNE)
    near = Peaks(there.times + 0.016, there.octaves, there.ranks)
    away = Peaks(there.times, there.octaves + 0.35, there.ranks)
    exact, blurred, none = (exactness(suspect, p).mean() for p in (there, near, away))
    assert exact > 2 * blurred > 4 * none


def test_peaks_of_strokes_are_found_by_accident_more_than_those_of_a_tune() -> None:
    """Where the suspect has a stroke of its own, and only there."""
    crowded = np.random.default_rng(8).uniform(0.3, 4.8, 40 * len(BEATS))
    suspect = heard(peaks(np.repeat(BEATS, 40), crowded))
    reference = strokes(1)
    by_accident = accidents(suspect, reference).found
    off = off_beat_s(reference)
    assert by_accident[off < 0.01].mean() > 4 * by_accident[off > 0.1].mean()


def test_a_pitch_that_the_suspect_dwells_on_is_found_by_accident() -> None:
    rng = np.random.default_rng(4)
    drone = peaks(rng.uniform(0, 20, 600), np.full(600, 2.0))
    suspect = heard(mixed(drone, TUNE))
    reference = Peaks.of(mixed(peaks(rng.uniform(0, 20, 60), np.full(60, 2.0)), TUNE))
    by_accident = accidents(suspect, reference).found
    droning = np.abs(reference.octaves - 2.0) < 0.005
    assert by_accident[droning].mean() > 3 * by_accident[~droning].mean()


def test_nothing_is_found_in_silence_even_by_accident() -> None:
    reference = Peaks.of(excerpt(TUNE, 0, 10))
    silence = heard(TUNE.take(np.zeros(len(TUNE), bool)))
    assert np.all(exactness(silence, reference) == 0)
    assert np.all(accidents(silence, reference).found == LEAST_CHANCE)


def test_a_ridge_where_other_sound_has_none_is_no_accident() -> None:
    """Ridges of a drone are found whenever the drone is slid; those of a tune hardly ever."""
    rng = np.random.default_rng(2)
    tune = Peaks.of(TUNE)
    ridges = ridges_at(
        np.concatenate([tune.times, np.linspace(0, 20, 1000)]),
        np.concatenate([tune.octaves, np.full(1000, 2.0)]),
    )
    silence = TUNE.take(np.zeros(len(TUNE), bool))
    suspect = Map.of(Span(0, 20), silence, ridges)
    drone = np.sort(rng.uniform(1, 19, 40))
    of_drone = Peaks(drone, np.full(40, 2.0), np.zeros(40, np.int64))
    assert suspect.has_ridge(tune).all()
    assert suspect.has_ridge(of_drone).all()
    assert accidents(suspect, of_drone).ridged.mean() > 0.8
    assert accidents(suspect, tune).ridged.mean() < 0.3
