"""How exactly a reference's peaks fall on a suspect's, and how often they would by accident."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fingerprint.audio.landmark import STEPS_PER_OCTAVE
from matchers.calibration import MAX_STEPS, TIME_STEP_S, calibration
from matchers.constellation import F64, I64, Map, Peaks
from matchers.decoys import PITCH_DECOYS_OCTAVES, TIME_DECOYS_S

LEAST_CHANCE, MOST_CHANCE = 0.02, 0.95  # of an accident
SHARED_TRIALS = 16.0  # that the chance of all peaks is worth beside the trials of a few
STROKE_S = 0.07  # half the window of the spectrum: what sounds at once


def exactness(suspect: Map, peaks: Peaks) -> F64:
    """How much more often a copy's peak falls this near than one that is there by accident, shape
    (n,), or of slid ones (slides, n); zero for a peak without a partner.

    Peaks of a copy fall on the reference's to a few cents and milliseconds. Those of another take,
    of the same words in the same voice say, fall anywhere in the neighbourhood.
    """
    partner = suspect.partner(peaks)
    exact = np.zeros(partner.shape)
    there = partner >= 0
    ours = partner[there]
    times, octaves = (
        np.broadcast_to(of, there.shape)[there] for of in (peaks.times, peaks.octaves)
    )
    model = calibration()
    off_pitch = np.abs(suspect.peaks.octaves[ours] - octaves) * STEPS_PER_OCTAVE
    off_time = np.abs(suspect.peaks.times[ours] - times)
    pitch = model.pitch_fit[np.minimum(np.rint(off_pitch).astype(np.int64), MAX_STEPS)]
    moment = model.time_fit[np.minimum((off_time / TIME_STEP_S).astype(np.int64), MAX_STEPS)]
    exact[there] = np.exp(pitch + moment)
    return exact


@dataclass(frozen=True, slots=True)
class Accidents:
    """The chance of each peak, by accident, …"""

    found: F64  # (n,) … to have a partner
    ridged: F64  # (n,) … to lie on a ridge, if it has none


def accidents(suspect: Map, peaks: Peaks) -> Accidents:
    """Both chances as measured by sliding, in time and in pitch.

    Slid in time a peak keeps its pitch, so it is found as often as the suspect dwells on that
    pitch. Slid in pitch it keeps its moment, so the peaks of one stroke are found as often as the
    suspect has a stroke there too. The greater chance of the two counts for a partner; ridges are
    so many that both reasons add up.
    """
    in_time = _slides(suspect, peaks.slid(TIME_DECOYS_S, 0.0))
    in_pitch = _slides(suspect, peaks.slid(0.0, PITCH_DECOYS_OCTAVES))
    stroke = beside(peaks.times, STROKE_S)
    found = np.maximum(in_time.found.rate(), in_pitch.found.rate(stroke))
    ridged = in_time.ridged.rate() + in_pitch.ridged.rate(stroke)
    ridged -= min(in_time.ridged.overall, in_pitch.ridged.overall)
    return Accidents(np.maximum(found, LEAST_CHANCE), np.clip(ridged, LEAST_CHANCE, MOST_CHANCE))


def beside(times: F64, reach_s: float) -> tuple[I64, I64]:
    """First and past-last position of the peaks within `reach_s` of each, shapes (n,)."""
    return (
        np.searchsorted(times, times - reach_s),
        np.searchsorted(times, times + reach_s, side="right"),
    )


@dataclass(frozen=True, slots=True)
class _Trials:
    """How often each peak was found when slid, and how often it could have been."""

    found: F64  # (n,)
    tries: I64  # (n,)

    @property
    def overall(self) -> float:
        """The rate of all peaks."""
        return max(LEAST_CHANCE, float(self.found.sum() / max(1, self.tries.sum())))

    def rate(self, pooled: tuple[I64, I64] | None = None) -> F64:
        """Accidents per trial of each peak, or of those from the first to before the end of each,
        drawn towards the rate of all peaks; shape (n,)."""
        found, tries = self.found, self.tries.astype(np.float64)
        if pooled is not None:
            found, tries = _sums(found, *pooled), _sums(tries, *pooled)
        shared = SHARED_TRIALS * self.overall
        return np.asarray((found + shared) / (tries + SHARED_TRIALS))


@dataclass(frozen=True, slots=True)
class _Slides:
    found: _Trials
    ridged: _Trials


def _slides(suspect: Map, slid: Peaks) -> _Slides:
    there = suspect.covers(slid)
    exact = exactness(suspect, slid) * there
    alone = there & (exact == 0)
    ridged = suspect.has_ridge(slid) & alone
    return _Slides(
        _Trials(_counted(exact), there.sum(axis=0)),
        _Trials(ridged.sum(axis=0).astype(np.float64), alone.sum(axis=0)),
    )


def _counted(exactness: F64) -> F64:
    """Over the slides, shape (slides, n): how often each peak was found, or how exactly in sum.

    An accident counts once, or as its exactness where that is more: in music that is exactly in
    tune, accidents are exact as well.
    """
    return np.asarray(np.maximum(exactness.sum(axis=0), (exactness > 0).sum(axis=0)))


def _sums(of: F64, first: I64, end: I64) -> F64:
    """Sums from each first to before each end, shape (n,)."""
    total = np.concatenate([[0.0], np.cumsum(of)])
    return np.asarray(total[end] - total[first])
