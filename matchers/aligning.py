"""From a line that was voted for to the line along which the peaks of both sides coincide."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matchers.alignment import Line
from matchers.constellation import F64, I64, Map, Peaks

REACH_S = 0.32  # by which a line may be moved
REACH_OCTAVES = 1 / 32
SLOPES = tuple(s for k in range(10) for s in ((k / 500, -k / 500) if k else (0.0,)))  # to 1.8 %
STEP_S = 0.008
TOGETHER = 5  # steps that count as one time
SPEED_COST = 3.0  # a change of 1 % has to bring in 3 % more of the peaks
MIN_PAIRS = 6
MIN_FIT = 12  # peaks
FITS = 2
SHRINK_S = 1.0  # of spread that the speed found before is worth


def align(suspect: Map, reference: Peaks, line: Line) -> Line | None:
    """The best line near another one, its speed and pitch refined; none if hardly anything
    coincides."""
    moved = _move(suspect, reference.along(line), line)
    for _ in range(FITS if moved else 0):
        moved = _straighten(suspect, reference, moved) if moved else None
    return moved


def _move(suspect: Map, peaks: Peaks, line: Line) -> Line | None:
    """The line turned about the middle of the window and moved so that most pairs coincide."""
    ours, theirs = _pairs(suspect.peaks, peaks)
    if len(ours) < MIN_PAIRS:
        return None
    middle = (suspect.window.start_s + suspect.window.end_s) / 2
    late = suspect.peaks.times[ours] - peaks.times[theirs]
    lever = peaks.times[theirs] - middle
    together, moves = _most(late - np.multiply.outer(SLOPES, lever))
    best = int(np.argmax(together - SPEED_COST * len(peaks.times) * np.abs(SLOPES)))
    slope = SLOPES[best]
    return _turned(line, slope, float(moves[best]) - slope * middle)


def _pairs(ours: Peaks, theirs: Peaks) -> tuple[I64, I64]:
    """Pairs of a suspect's and a reference's peak that are near each other."""
    first = np.searchsorted(ours.times, theirs.times - REACH_S)
    count = np.searchsorted(ours.times, theirs.times + REACH_S) - first
    b = np.repeat(np.arange(len(first)), count)
    a = np.arange(len(b)) - np.repeat(np.cumsum(count) - count - first, count)
    near = np.abs(ours.octaves[a] - theirs.octaves[b]) <= REACH_OCTAVES
    return a[near], b[near]


def _most(late: F64) -> tuple[I64, F64]:
    """The number of times that fall together most in each row, shape (rows,), and when; of times of
    shape (rows, n)."""
    half = round(REACH_S * 1.5 / STEP_S)
    rows, bins = np.arange(len(late)), 2 * half + 1
    step = np.clip(np.floor(late / STEP_S).astype(np.int64) + half, 0, bins - 1)
    counts = np.bincount((step + rows[:, None] * bins).ravel(), minlength=len(late) * bins)
    reach = TOGETHER // 2
    upto = np.cumsum(np.pad(counts.reshape(-1, bins), ((0, 0), (reach + 1, reach))), axis=1)
    together = upto[:, TOGETHER:] - upto[:, :-TOGETHER]
    best = together.argmax(axis=1)
    return together[rows, best], (best - half + 0.5) * STEP_S


def _straighten(suspect: Map, reference: Peaks, line: Line) -> Line:
    """The least-squares line through the coinciding peaks, shrunk towards the speed it had, and
    the pitch at which they coincide best.

    Averaging many peaks goes below the width of a frame and of a cell. A stretch too short to
    tell a change of speed from chance keeps its speed.
    """
    peaks = reference.along(line)
    partner = suspect.partner(peaks)
    theirs = suspect.covers(peaks) & (partner >= 0)
    ours = partner[theirs]
    if len(ours) < MIN_FIT:
        return line
    late = suspect.peaks.times[ours] - peaks.times[theirs]
    high = float((suspect.peaks.octaves[ours] - peaks.octaves[theirs]).mean())
    at = peaks.times[theirs]
    lever = at - at.mean()
    slope = float(lever @ late / (lever @ lever + len(lever) * SHRINK_S**2))
    turned = _turned(line, slope, float(late.mean()) - slope * float(at.mean()))
    pitch = line.hypothesis.pitch_octaves + high
    return replace(turned, hypothesis=replace(turned.hypothesis, pitch_octaves=pitch))


def _turned(line: Line, slope: float, late_s: float) -> Line:
    """The line that puts what lay at suspect time t at t * (1 + slope) + late_s."""
    speed = line.hypothesis.speed / (1 + slope)
    return replace(
        line,
        hypothesis=replace(line.hypothesis, speed=speed),
        offset_s=line.offset_s - speed * late_s,
    )
