"""Verification of sound: do the suspect's spectral peaks fall on the reference's, peak by peak?

Along a line each suspect peak either finds a reference peak within ±24 ms and a quarter tone, or
not. The chance of finding one by accident is measured on the pair itself: by sliding the suspect in
time (its tonality stays) and in pitch (its rhythm stays), so that music alike in key or beat gains
nothing. Each peak then gives a log-likelihood ratio, and the best run of them is the match.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.landmark import STEPS_PER_OCTAVE, decode
from fingerprint.scheme import Fingerprint
from matchers.alignment import Line, Segment, middle_of
from matchers.calibration import MAX_STEPS, TIME_STEP_S, calibration
from matchers.constellation import F64, FRAME_S, OCTAVES, Bits, Grid, Peaks
from matchers.runs import best_run, runs
from media.clip import Span

# How far a true line may lie from the one voted for, nearest first so that ties change nothing.
COARSE_SLOPES = (0.0, -0.004, 0.004, -0.008, 0.008, -0.012, 0.012, -0.016, 0.016)
COARSE_S = tuple(FRAME_S * k for k in (0, *(s * k for k in range(2, 15, 2) for s in (-1, 1))))
FINE_SLOPES = (0.0, -0.001, 0.001, -0.002, 0.002)
FINE_S = tuple(FRAME_S * k / 2 for k in (0, -1, 1, -2, 2, -3, 3))
SPEED_COST = 3.0  # a change of 1 % has to bring in 3 % more of the peaks
TIME_DECOYS_S = (0.37, 0.61, 0.83, 1.13, 1.49, 1.91, 2.37, 3.1)
PITCH_DECOYS = (5, 7, 9, 11, 13, 15, 17, 19, 21)  # cells
LEAST_CHANCE = 0.02  # of a peak being found by accident
HIT_RATES = (0.15, 0.3, 0.6)  # of a true copy: badly, somewhat, or hardly damaged
MIN_FIT = 16  # peaks
SHRINK_S = 1.0  # of spread that the speed found before is worth
MIN_RUN = 8.0  # nats; a shorter run is not worth keeping apart
UNITS_PER_S = 4000  # observations are named by their time and pitch


def verify(query: Fingerprint, reference: Fingerprint, line: Line) -> list[Segment]:
    """The stretches of a line along which suspect and reference peaks coincide."""
    suspect = Peaks.of(query, line.hypothesis)
    if not len(suspect.times):
        return []
    grid = Grid.around(reference, suspect, line)
    line = _straighten(grid, suspect, _refine(grid, suspect, line))
    suspect = Peaks.of(query, line.hypothesis)
    found = grid.partner(suspect, line)
    inside = grid.covers(suspect, line)
    chance = _chance(grid, suspect, line)
    evidence = _evidence(found >= 0, _fit(grid, suspect, line, found), chance) * inside
    return [_segment(query, line, evidence, a, b) for a, b in runs(evidence, MIN_RUN)]


def _refine(grid: Grid, suspect: Peaks, line: Line) -> Line:
    """The nearby line on which most peaks are found: first in large steps, then in small ones."""
    middle = float(suspect.times[[0, -1]].mean())
    speed = line.hypothesis.speed
    for slopes, offsets in ((COARSE_SLOPES, COARSE_S), (FINE_SLOPES, FINE_S)):
        tried = [_tilted(line, a, o, middle) for a in slopes for o in offsets]
        line = max(tried, key=lambda t: _worth(grid, suspect, t, speed))
    return line


def _straighten(grid: Grid, suspect: Peaks, line: Line) -> Line:
    """The least-squares line through the coinciding peaks, shrunk towards the speed it had, and
    the pitch at which they coincide best.

    Averaging many peaks goes below the width of a frame and of a cell. A stretch too short to
    tell a change of speed from chance keeps its speed.
    """
    partner = grid.partner(suspect, line)
    ours, theirs = partner >= 0, partner[partner >= 0]
    if len(theirs) < MIN_FIT:
        return line
    old = line.hypothesis
    at = suspect.times[ours] - float(suspect.times[ours].mean())
    late = grid.times[theirs] - (line.offset_s + old.speed * suspect.times[ours])
    slope = float(late @ at / (at @ at + len(at) * SHRINK_S**2))
    offset = line.offset_s + float(late.mean()) - slope * float(suspect.times[ours].mean())
    high = float((suspect.octaves[ours] - grid.octaves[theirs]).mean())
    new = replace(old, speed=old.speed + slope, pitch_octaves=old.pitch_octaves + high)
    return replace(line, hypothesis=new, offset_s=offset)


def _worth(grid: Grid, suspect: Peaks, line: Line, speed: float) -> float:
    """Peaks found, less a little for each change of speed that they do not demand."""
    change = abs(line.hypothesis.speed / speed - 1)
    return float(grid.found(suspect, line).sum() - SPEED_COST * change * len(suspect.times))


def _tilted(line: Line, slope: float, offset_s: float, middle_s: float) -> Line:
    """The line turned about its value at `middle_s`, then moved."""
    old = line.hypothesis.speed
    speed = old * (1 + slope)
    return replace(
        line,
        hypothesis=replace(line.hypothesis, speed=speed),
        offset_s=line.offset_s + offset_s + (old - speed) * middle_s,
    )


def _chance(grid: Grid, suspect: Peaks, line: Line) -> float:
    """The share of peaks found when the suspect is slid away from where it belongs."""
    signs = (-1, 1)
    in_time = [grid.found(suspect, line, slide_s=s * d) for d in TIME_DECOYS_S for s in signs]
    in_pitch = [grid.found(suspect, line, slide_cells=s * d) for d in PITCH_DECOYS for s in signs]
    return max(LEAST_CHANCE, float(np.mean(in_time)), float(np.mean(in_pitch)))


def _fit(grid: Grid, suspect: Peaks, line: Line, partner: NDArray[np.int32]) -> F64:
    """What the exactness of each coincidence adds, in nats; zero where there is none.

    Peaks of a copy fall on the reference's to a few cents and milliseconds. Those of another take,
    of the same words in the same voice say, fall anywhere in the neighbourhood.
    """
    if not len(grid.times):
        return np.zeros(len(partner))
    model = calibration()
    off_pitch = np.abs(suspect.octaves - grid.octaves[partner]) * STEPS_PER_OCTAVE
    off_time = np.abs(line.reference_time(suspect.times) - grid.times[partner])
    pitch = model.pitch_fit[np.minimum(np.rint(off_pitch).astype(np.int64), MAX_STEPS)]
    moment = model.time_fit[np.minimum((off_time / TIME_STEP_S).astype(np.int64), MAX_STEPS)]
    return np.where(partner >= 0, pitch + moment, 0.0)


def _evidence(found: Bits, fit: F64, chance: float) -> F64:
    """Nats of each peak, under the rate of damage that speaks most for a match."""
    tried: list[F64] = [
        np.where(found, math.log(rate / chance) + fit, math.log((1 - rate) / (1 - chance)))
        for rate in HIT_RATES
        if rate > 1.5 * chance
    ]
    if not tried:
        return np.zeros(len(found))
    return max(tried, key=lambda evidence: best_run(evidence)[2])


def _segment(codes: Fingerprint, line: Line, evidence: F64, first: int, end: int) -> Segment:
    part = slice(first, end)
    query = Span(float(codes.times[first]), float(codes.times[end - 1]))
    return Segment(
        reference=line.reference,
        hypothesis=line.hypothesis,
        offset_s=line.offset_s,
        query=query,
        anchor=middle_of(query, line),
        units=_units(codes)[part],
        evidence=evidence[part],
        closeness=np.zeros(end - first),
    )


def _units(query: Fingerprint) -> NDArray[np.int64]:
    """A name for each peak that is the same in every window."""
    ticks = np.rint(query.times * UNITS_PER_S).astype(np.int64)
    pitch = np.rint(decode(query.codes) * STEPS_PER_OCTAVE).astype(np.int64)
    return ticks * (OCTAVES * STEPS_PER_OCTAVE * 2) + pitch
