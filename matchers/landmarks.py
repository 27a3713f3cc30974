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
from matchers.constellation import F64, I32, OCTAVES, Map, Peaks
from matchers.runs import best_run, runs
from media.clip import Span

MAX_SLOPE = 0.02  # by which a line may be turned
TIME_DECOYS_S = tuple(
    s * d for d in (0.37, 0.61, 0.83, 1.13, 1.49, 1.91, 2.37, 3.1) for s in (-1, 1)
)
PITCH_DECOYS = tuple(s * d for d in range(5, 22, 2) for s in (-1, 1))  # cells
LEAST_CHANCE = 0.02  # of a peak being found by accident
SHARED_TRIALS = 16.0  # that the chance of all peaks is worth beside the trials of one
SURVIVAL = (0.08, 0.2, 0.45, 0.8)  # shares of a true copy's peaks: badly … hardly damaged
MOMENT_S = 0.02  # one frame and a bit
CROWDING = 0.5  # n peaks of a moment count as the square root of n
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
    evidence = _evidence(suspect, peaks)
    return [
        _segment(part, peaks.times, aligned, evidence, a, b) for a, b in runs(evidence, MIN_RUN)
    ]


def _touched(window: Span, line: Line) -> Span:
    """The part of the reference that a line may touch, with room to align it."""
    slack = 2 * REACH_S + window.duration_s * MAX_SLOPE
    ends = line.reference_time(np.array([window.start_s, window.end_s]))
    return Span(float(ends[0]) - slack, float(ends[1]) + slack)


def _evidence(suspect: Map, peaks: Peaks) -> F64:
    """Nats of each peak, under the share of survival that speaks most for a match."""
    partner = suspect.partner(peaks)
    weight = np.where(partner >= 0, _exactness(suspect, peaks, partner), 0.0)
    weight = weight / _chance(suspect, peaks)
    novelty = _novelty(peaks.times)
    tried: list[F64] = [novelty * np.log(1 - share + share * weight) for share in SURVIVAL]
    return max(tried, key=lambda evidence: best_run(evidence)[2])


def _exactness(suspect: Map, peaks: Peaks, partner: I32) -> F64:
    """How much more often a copy's peak falls this near than one that is there by accident.

    Peaks of a copy fall on the reference's to a few cents and milliseconds. Those of another take,
    of the same words in the same voice say, fall anywhere in the neighbourhood.
    """
    if not len(suspect.peaks.times):
        return np.zeros(len(partner))
    model = calibration()
    off_pitch = np.abs(suspect.peaks.octaves[partner] - peaks.octaves) * STEPS_PER_OCTAVE
    off_time = np.abs(suspect.peaks.times[partner] - peaks.times)
    pitch = model.pitch_fit[np.minimum(np.rint(off_pitch).astype(np.int64), MAX_STEPS)]
    moment = model.time_fit[np.minimum((off_time / TIME_STEP_S).astype(np.int64), MAX_STEPS)]
    return np.asarray(np.exp(pitch + moment))


def _chance(suspect: Map, peaks: Peaks) -> F64:
    """The chance of each peak to be found by accident: its own in time, drawn towards that of all
    peaks in time or in pitch, whichever is greater."""
    tries = np.zeros(len(peaks.times))
    found = np.zeros(len(peaks.times))
    shares = [0.0]
    for slide in TIME_DECOYS_S:
        there = suspect.covers(peaks, slide)
        hits = there & (suspect.partner(peaks, slide_s=slide) >= 0)
        tries += there
        found += hits
        if there.sum() >= MIN_PEAKS:
            shares.append(hits.sum() / there.sum())
    in_pitch = [np.mean(suspect.partner(peaks, slide_cells=d) >= 0) for d in PITCH_DECOYS]
    in_time = np.sum(shares) / max(1, len(shares) - 1)
    shared = max(LEAST_CHANCE, float(in_time), float(np.mean(in_pitch)))
    own = (found + SHARED_TRIALS * shared) / (tries + SHARED_TRIALS)
    return np.asarray(np.maximum(own, LEAST_CHANCE))


def _novelty(times: F64) -> F64:
    """What a peak counts beside others of the same moment, shape (n,): the peaks of one stroke
    stand or fall together."""
    first = np.searchsorted(times, times - MOMENT_S)
    last = np.searchsorted(times, times + MOMENT_S, side="right")
    return np.asarray((last - first) ** -CROWDING)


def _segment(
    part: Peaks, suspect_s: F64, line: Line, evidence: F64, first: int, end: int
) -> Segment:
    query = Span(float(suspect_s[first]), float(suspect_s[end - 1]))
    return Segment(
        reference=line.reference,
        hypothesis=line.hypothesis,
        offset_s=line.offset_s,
        query=query,
        anchor=middle_of(query, line),
        units=_units(part)[first:end],
        evidence=evidence[first:end],
        closeness=np.zeros(end - first),
    )


def _units(reference: Peaks) -> NDArray[np.int64]:
    """A name for each peak that is the same in every window."""
    ticks = np.rint(reference.times * UNITS_PER_S).astype(np.int64)
    pitch = np.rint(reference.octaves * STEPS_PER_OCTAVE).astype(np.int64)
    return ticks * (OCTAVES * STEPS_PER_OCTAVE * 2) + pitch
