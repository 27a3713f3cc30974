"""Verification of sound: do the reference's spectral peaks fall on the suspect's, peak by peak?

Along a line each reference peak either finds a suspect peak within ±24 ms and a quarter tone, or
not. It is the reference that asks, for its peaks are few and strong: what was laid on top of a
copy adds peaks of its own, and takes few away. The chance of finding one by accident is measured on
the pair itself, for each peak: by sliding it in time (tonality stays) and in pitch (rhythm stays),
so that music alike in key or beat gains nothing. Each peak then gives a likelihood ratio between
two explanations: that a share of the reference's peaks survives in the suspect, each falling as
exactly as those of copies do, or that all is accident. The best run of them is the match.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.landmark import STEPS_PER_OCTAVE
from matchers.aligning import REACH_S, align
from matchers.alignment import Line, Segment, middle_of
from matchers.calibration import MAX_STEPS, TIME_STEP_S, calibration
from matchers.constellation import CELLS, F64, OCTAVES, Map, Peaks
from matchers.runs import best_run, runs
from media.clip import Span

MAX_SLOPE = 0.02  # by which a line may be turned
TIME_DECOYS_S = np.multiply.outer((-1, 1), (0.37, 0.61, 0.83, 1.13, 1.49, 1.91, 2.37, 3.1)).ravel()
PITCH_DECOYS_OCTAVES = np.array([c / CELLS for c in range(-21, 22, 2) if abs(c) >= 5])
LEAST_CHANCE = 0.02  # of a peak being found by accident
SHARED_TRIALS = 16.0  # that the chance of all peaks is worth beside the trials of one
SURVIVAL = (0.08, 0.2, 0.45, 0.8, 0.95)  # shares of a true copy's peaks: badly … hardly damaged
EXACT = 4.0  # how much more often than by accident: exact to about 6 cents and 4 ms
MOMENT_S = 0.02  # one frame and a bit
CROWDING = 0.4  # n peaks of a moment count as n to the power of 0.6
MIN_PEAKS = 5
MIN_RUN = 8.0  # nats; a shorter run is not worth keeping apart
UNITS_PER_S = 4000  # observations are named by their time and pitch


def verify(suspect: Map, reference: Peaks, line: Line) -> list[Segment]:
    """The stretches of a line along which suspect and reference peaks coincide."""
    part = reference.within(_touched(suspect.window, line))
    aligned = align(suspect, part, line)
    if aligned is None:
        return []
    inside = suspect.covers(part.along(aligned))
    if inside.sum() < MIN_PEAKS:
        return []
    part = Peaks(part.times[inside], part.octaves[inside])
    peaks = part.along(aligned)
    exactness = _exactness(suspect, peaks)
    evidence = _evidence(suspect, peaks, exactness)
    return [
        _segment(part, peaks.times, aligned, evidence, exactness, slice(first, end))
        for first, end in runs(evidence, MIN_RUN)
    ]


def _touched(window: Span, line: Line) -> Span:
    """The part of the reference that a line may touch, with room to align it."""
    slack = 2 * REACH_S + window.duration_s * MAX_SLOPE
    ends = line.reference_time(np.array([window.start_s, window.end_s]))
    return Span(float(ends[0]) - slack, float(ends[1]) + slack)


def _evidence(suspect: Map, peaks: Peaks, exactness: F64) -> F64:
    """Nats of each peak, under the share of survival that speaks most for a match."""
    weight, novelty = exactness / _chance(suspect, peaks), _novelty(peaks.times)
    tried: list[F64] = [novelty * np.log(1 - share + share * weight) for share in SURVIVAL]
    return max(tried, key=lambda evidence: best_run(evidence)[2])


def _exactness(suspect: Map, peaks: Peaks) -> F64:
    """How much more often a copy's peak falls this near than one that is there by accident; zero
    for a peak without a partner.

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


def _chance(suspect: Map, peaks: Peaks) -> F64:
    """The chance of each peak to be found by accident: its own when slid in time, drawn towards
    that of all peaks slid in time or in pitch, whichever is greater.

    An accident counts once, or as its exactness where that is more: in music that is exactly in
    tune, accidents are exact as well.
    """
    n = len(peaks.times)
    slid = _slid(peaks, TIME_DECOYS_S, 0.0)
    there = suspect.covers(slid).reshape(-1, n)
    found = _accidents(_exactness(suspect, slid).reshape(-1, n) * there)
    tries = there.sum(axis=0)
    in_time = found.sum() / max(1, tries.sum())
    lifted = _exactness(suspect, _slid(peaks, 0.0, PITCH_DECOYS_OCTAVES)).reshape(-1, n)
    in_pitch = _accidents(lifted).sum() / lifted.size
    shared = max(LEAST_CHANCE, float(in_time), float(in_pitch))
    return np.asarray(
        np.maximum((found + SHARED_TRIALS * shared) / (tries + SHARED_TRIALS), LEAST_CHANCE)
    )


def _accidents(exactness: F64) -> F64:
    """Over the slides, shape (slides, n): how often each peak was found, or how exactly in sum."""
    return np.asarray(np.maximum(exactness.sum(axis=0), (exactness > 0).sum(axis=0)))


def _slid(peaks: Peaks, by_s: F64 | float, by_octaves: F64 | float) -> Peaks:
    """All peaks under one slide after the other, (slides * n,)."""
    times = np.add.outer(np.atleast_1d(by_s), peaks.times)
    octaves = np.add.outer(np.atleast_1d(by_octaves), peaks.octaves)
    return Peaks(*(a.ravel() for a in np.broadcast_arrays(times, octaves)))


def _novelty(times: F64) -> F64:
    """What a peak counts beside others of the same moment, shape (n,): the peaks of one stroke
    stand or fall together."""
    first = np.searchsorted(times, times - MOMENT_S)
    last = np.searchsorted(times, times + MOMENT_S, side="right")
    return np.asarray((last - first) ** -CROWDING)


def _segment(
    part: Peaks, suspect_s: F64, line: Line, evidence: F64, exactness: F64, run: slice
) -> Segment:
    query = Span(float(suspect_s[run][0]), float(suspect_s[run][-1]))
    return Segment(
        reference=line.reference,
        hypothesis=line.hypothesis,
        offset_s=line.offset_s,
        query=query,
        anchor=middle_of(query, line),
        units=_units(part)[run],
        evidence=evidence[run],
        closeness=_closeness(evidence[run], exactness[run]),
    )


def _closeness(evidence: F64, exactness: F64) -> F64:
    """Up to as much again as the evidence, the more the more exactly the peaks coincide: a repeat
    in the music misses some peaks, and is less exact about the others."""
    exact = float(np.minimum(exactness / EXACT, 1.0).mean())
    return np.full(len(evidence), evidence.mean() * exact)


def _units(reference: Peaks) -> NDArray[np.int64]:
    """A name for each peak that is the same in every window."""
    ticks = np.rint(reference.times * UNITS_PER_S).astype(np.int64)
    pitch = np.rint(reference.octaves * STEPS_PER_OCTAVE).astype(np.int64)
    return ticks * (OCTAVES * STEPS_PER_OCTAVE * 2) + pitch
