"""Verification of sound: do the reference's spectral peaks fall on the suspect's, peak by peak?

Along a line each reference peak either finds a suspect peak within ±24 ms and a quarter tone, or
not. It is the reference that asks, for its peaks are few and strong: what was laid on top of a
copy adds peaks of its own, and takes few away. The chance of finding one by accident is measured on
the pair itself, for each peak (`coinciding`), so that music alike in key or beat gains nothing.
Each peak then gives a likelihood ratio between two explanations: that a share of the reference's
peaks survives in the suspect, more of the strong ones than of the weak, each falling as exactly as
those of copies do, or that all is accident. The best run of them is the match. Where the peaks
speak for a match, the outline of the reference is asked as well (`outlining`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.landmark import STEPS_PER_OCTAVE
from matchers.aligning import REACH_S, align
from matchers.alignment import UNITS_A_TICK, UNITS_PER_S, Line, Segment, middle_of
from matchers.calibration import calibration
from matchers.coinciding import accidents, beside, exactness
from matchers.constellation import F64, Map, Peaks
from matchers.outlining import Laid, Outline
from matchers.runs import best_run, runs
from media.clip import Span

MAX_SLOPE = 0.02  # by which a line may be turned
SURVIVAL = (0.08, 0.2, 0.45, 0.8, 0.95)  # shares of a true copy's peaks: badly … hardly damaged
FAIR = slice(1, None)  # of these, shares from which it is fair to ask that a copy be heard
MIDDLE_RANK, PER_RANK = 3, 0.3  # the odds of survival fall by a quarter with each rank
RIDGE_ODDS = 2.0  # for a peak of a copy that is gone; measured, three and more in a room
EXACT = 4.0  # how much more often than by accident: exact to about 6 cents and 4 ms
MOMENT_S = 0.02  # one frame and a bit
CROWDING = 0.3  # n peaks of a moment count as n to the power of 0.7
MIN_PEAKS = 5
MIN_RUN = 8.0  # nats; a shorter run is not worth keeping apart


def verify(
    suspect: Map, reference: Peaks, line: Line, outline: Callable[[], Outline | None] | None = None
) -> list[Segment]:
    """The stretches of a line along which suspect and reference peaks coincide.

    `outline` gives that of the reference, and is called only if the peaks speak for a match.
    """
    part = reference.within(_touched(suspect.window, line))
    aligned = align(suspect, part, line)
    if aligned is None:
        return []
    part = part.take(suspect.covers(part.along(aligned)))
    if len(part.times) < MIN_PEAKS:
        return []
    seen = _observed(suspect, part, aligned, outline)
    return [
        _segment(seen, aligned, slice(first, end)) for first, end in runs(seen.evidence, MIN_RUN)
    ]


def denied(suspect: Map, reference: Peaks, line: Line) -> float | None:
    """Nats by which accident explains what a line puts into a window better than a copy does of
    which a fair share of the peaks survives; negative where a copy does better, and None where
    there are too few peaks to say anything."""
    part = reference.within(_touched(suspect.window, line))
    aligned = align(suspect, part, line) or line
    peaks = part.along(aligned)
    peaks = peaks.take(suspect.covers(peaks))
    if len(peaks.times) < MIN_PEAKS:
        return None
    tried = _tried(suspect, peaks, exactness(suspect, peaks))
    return -max(float(nats.sum()) for nats in tried[FAIR]) / calibration().peak_dispersion


@dataclass(frozen=True, slots=True)
class _Observations:
    """Peaks and moments of an outline along a line, in order of time."""

    times: F64  # (n,) of the suspect
    units: NDArray[np.int64]  # (n,)
    evidence: F64  # (n,) nats
    exact: F64  # (n,) of peaks; of moments none


def _observed(
    suspect: Map, part: Peaks, line: Line, outline: Callable[[], Outline | None] | None
) -> _Observations:
    peaks = part.along(line)
    exact = exactness(suspect, peaks)
    tried = _tried(suspect, peaks, exact)
    best = max(tried, key=_best)
    alone = _Observations(peaks.times, _units(part), best, exact)
    if outline is None or suspect.relief is None or _best(best) < MIN_RUN:
        return alone
    known = outline()
    return alone if known is None else _with_outline(alone, tried, suspect, known, line)


def _with_outline(
    alone: _Observations, tried: Sequence[F64], suspect: Map, outline: Outline, line: Line
) -> _Observations:
    """The observations with the moments of an outline among them, over the whole window or where
    the peaks speak for a match, if that makes more of it."""
    first, end, _ = best_run(alone.evidence)
    spans = (suspect.window, Span(float(alone.times[first]), float(alone.times[end - 1])))
    assert suspect.relief is not None
    laid = Laid(suspect.relief, outline, line)
    beside = [_beside(alone, tried, laid, span) for span in spans]
    return max(alone, *beside, key=lambda seen: _worth(seen.evidence))


def _beside(alone: _Observations, tried: Sequence[F64], laid: Laid, span: Span) -> _Observations:
    """The observations with the moments of an outline in one stretch among them. What they prove
    together is shared among them evenly, for parts of a stretch are no draws of their own."""
    times, nats = laid.agreement(span)
    units = np.concatenate([alone.units, _moments(laid.moments(span))])
    order = np.argsort(units, kind="stable")
    shared = np.full(len(times), nats / max(len(times), 1))
    best = max((np.concatenate([evidence, shared])[order] for evidence in tried), key=_best)
    times = np.concatenate([alone.times, times])
    exact = np.concatenate([alone.exact, np.full(len(shared), np.nan)])
    return _Observations(times[order], units[order], best, exact[order])


def _best(evidence: F64) -> float:
    return best_run(evidence)[2]


def _worth(evidence: F64) -> float:
    """Nats of all runs that are kept: what will be joined."""
    return sum(float(evidence[first:end].sum()) for first, end in runs(evidence, MIN_RUN))


def _touched(window: Span, line: Line) -> Span:
    """The part of the reference that a line may touch, with room to align it."""
    slack = 2 * REACH_S + window.duration_s * MAX_SLOPE
    ends = line.reference_time(np.array([window.start_s, window.end_s]))
    return Span(float(ends[0]) - slack, float(ends[1]) + slack)


def _tried(suspect: Map, peaks: Peaks, exact: F64) -> list[F64]:
    """Nats of each peak, under each survival."""
    by_accident = accidents(suspect, peaks)
    alive = exact / by_accident.found
    lost = np.where(exact > 0, 1.0, _lost(suspect.has_ridge(peaks), by_accident.ridged))
    novelty = _novelty(peaks.times)
    shares = (_survival(middle, peaks.ranks) for middle in SURVIVAL)
    return [novelty * np.log((1 - share) * lost + share * alive) for share in shares]


def _lost(on_ridge: NDArray[np.bool_], by_accident: F64) -> F64:
    """Likelihood ratio of each peak of a copy that has no partner: the odds of a ridge where it
    was are so much greater than by accident."""
    return np.where(on_ridge, RIDGE_ODDS, 1.0) / (1 - by_accident + RIDGE_ODDS * by_accident)


def _survival(middle: float, ranks: NDArray[np.int64]) -> F64:
    """The share of peaks of each rank that survives, if `middle` of those of the middle rank do."""
    odds = middle / (1 - middle) * np.exp(PER_RANK * (MIDDLE_RANK - ranks))
    return np.asarray(odds / (1 + odds))


def _novelty(times: F64) -> F64:
    """What a peak counts beside others of the same moment, shape (n,): the peaks of one stroke
    stand or fall together."""
    first, end = beside(times, MOMENT_S)
    return np.asarray((end - first) ** -CROWDING)


def _segment(seen: _Observations, line: Line, run: slice) -> Segment:
    # Of observations of one moment the last may lie a rounding error before the first.
    query = Span(float(seen.times[run].min()), float(seen.times[run].max()))
    return Segment(
        reference=line.reference,
        hypothesis=line.hypothesis,
        offset_s=line.offset_s,
        query=query,
        anchor=middle_of(query, line),
        units=seen.units[run],
        evidence=seen.evidence[run],
        closeness=_closeness(seen.evidence[run], seen.exact[run]),
        kind="peaks",
    )


def _closeness(evidence: F64, exactness: F64) -> F64:
    """Up to as much again as the evidence, the more the more exactly the peaks coincide: a repeat
    in the music misses some peaks, and is less exact about the others."""
    of_peaks = exactness[~np.isnan(exactness)]
    exact = float(np.minimum(of_peaks / EXACT, 1.0).mean()) if len(of_peaks) else 0.0
    return np.full(len(evidence), evidence.mean() * exact)


def of_outline(units: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which observations of sound are moments of an outline, shape (n,); the others are peaks."""
    tick = UNITS_A_TICK["peaks"]
    return np.asarray(units % tick == tick - 1)


def _units(reference: Peaks) -> NDArray[np.int64]:
    """A name for each peak that is the same in every window."""
    pitch = np.rint(reference.octaves * STEPS_PER_OCTAVE).astype(np.int64)
    return _ticks(reference.times) + pitch


def _moments(times: F64) -> NDArray[np.int64]:
    """A name for each moment of an outline, after the peaks of that moment."""
    return _ticks(times) + UNITS_A_TICK["peaks"] - 1


def _ticks(times: F64) -> NDArray[np.int64]:
    return np.rint(times * UNITS_PER_S).astype(np.int64) * UNITS_A_TICK["peaks"]
