"""How exactly a reference's peaks fall on a suspect's, and how often they would by accident."""

from __future__ import annotations

import numpy as np

from fingerprint.audio.landmark import STEPS_PER_OCTAVE
from matchers.calibration import MAX_STEPS, TIME_STEP_S, calibration
from matchers.constellation import CELLS, F64, I64, Map, Peaks

TIME_DECOYS_S = np.multiply.outer((-1, 1), (0.37, 0.61, 0.83, 1.13, 1.49, 1.91, 2.37, 3.1)).ravel()
PITCH_DECOYS_OCTAVES = np.array([c / CELLS for c in range(-21, 22, 2) if abs(c) >= 5])
LEAST_CHANCE = 0.02  # of a peak being found by accident
SHARED_TRIALS = 16.0  # that the chance of all peaks is worth beside the trials of a few
STROKE_S = 0.07  # half the window of the spectrum: what sounds at once


def exactness(suspect: Map, peaks: Peaks) -> F64:
    """How much more often a copy's peak falls this near than one that is there by accident, shape
    (n,); zero for a peak without a partner.

    Peaks of a copy fall on the reference's to a few cents and milliseconds. Those of another take,
    of the same words in the same voice say, fall anywhere in the neighbourhood.
    """
    partner = suspect.partner(peaks)
    if not len(suspect.peaks.times):
        return np.zeros(len(partner))
    model = calibration()
    off_pitch = np.abs(suspect.peaks.octaves[partner] - peaks.octaves) * STEPS_PER_OCTAVE
    off_time = np.abs(suspect.peaks.times[partner] - peaks.times)
    pitch = model.pitch_fit[np.minimum(np.rint(off_pitch).astype(np.int64), MAX_STEPS)]
    moment = model.time_fit[np.minimum((off_time / TIME_STEP_S).astype(np.int64), MAX_STEPS)]
    return np.where(partner >= 0, np.exp(pitch + moment), 0.0)


def chance(suspect: Map, peaks: Peaks) -> F64:
    """The chance of each peak to be found by accident, shape (n,): the greater of two.

    Slid in time a peak keeps its pitch, so it is found as often as the suspect dwells on that
    pitch. Slid in pitch it keeps its moment, so the peaks of one stroke are found as often as the
    suspect has a stroke there too.
    """
    n = len(peaks.times)
    later = peaks.slid(TIME_DECOYS_S, 0.0)
    there = suspect.covers(later).reshape(-1, n)
    found = _accidents(exactness(suspect, later).reshape(-1, n) * there)
    tries = there.sum(axis=0)
    in_time = _rate(found, tries, _overall(found, tries))
    higher = peaks.slid(0.0, PITCH_DECOYS_OCTAVES)
    found = _accidents(exactness(suspect, higher).reshape(-1, n))
    tries = np.full(n, len(PITCH_DECOYS_OCTAVES))
    stroke = beside(peaks.times, STROKE_S)
    in_pitch = _rate(_sums(found, *stroke), _sums(tries, *stroke), _overall(found, tries))
    return np.maximum(np.maximum(in_time, in_pitch), LEAST_CHANCE)


def beside(times: F64, reach_s: float) -> tuple[I64, I64]:
    """First and past-last position of the peaks within `reach_s` of each, shapes (n,)."""
    return (
        np.searchsorted(times, times - reach_s),
        np.searchsorted(times, times + reach_s, side="right"),
    )


def _accidents(exactness: F64) -> F64:
    """Over the slides, shape (slides, n): how often each peak was found, or how exactly in sum.

    An accident counts once, or as its exactness where that is more: in music that is exactly in
    tune, accidents are exact as well.
    """
    return np.asarray(np.maximum(exactness.sum(axis=0), (exactness > 0).sum(axis=0)))


def _overall(found: F64, tries: I64) -> float:
    return max(LEAST_CHANCE, float(found.sum() / max(1, tries.sum())))


def _rate(found: F64, tries: F64 | I64, overall: float) -> F64:
    """Accidents per trial, drawn towards the rate of all peaks."""
    return np.asarray((found + SHARED_TRIALS * overall) / (tries + SHARED_TRIALS))


def _sums(of: F64 | I64, first: I64, end: I64) -> F64:
    """Sums from each first to before each end, shape (n,)."""
    total = np.concatenate([[0.0], np.cumsum(of)])
    return np.asarray(total[end] - total[first])
