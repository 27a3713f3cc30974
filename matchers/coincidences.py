"""The evidence of a match in sound, for people to look at: which spectral peaks fall together.

A dot is a pair of one suspect peak and one reference peak of the same pitch, at its suspect time
and its reference time. Where the suspect carries the reference, dots line up along the match; by
chance they lie anywhere. Nothing is decided here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from matchers import landmarks
from matchers.alignment import Hypothesis, Line, Segment
from matchers.coinciding import accidents
from matchers.constellation import Map, Peaks
from matchers.hypotheses import windows
from matchers.joining import join
from matchers.match import Match
from media.clip import Span

MARGIN_S = 1.5  # shown around the match on all sides
# How near is together; as in verification, a frame and a half, and three eighths of a semitone.
NEAR_S = 0.024
NEAR_OCTAVES = 1 / 32
MOST_PEAKS = 1200  # on each side, for the dots off the line; keeps a long match cheap

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Dot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Coincidences:
    """Dots (suspect s, reference s) of one match."""

    suspect: Span  # the extent of the picture, a little more than the match
    reference: Span
    line: tuple[Dot, Dot]  # its ends
    along: tuple[Dot, ...]  # near the line
    elsewhere: tuple[Dot, ...]  # of the same pitch, off the line
    peaks: int  # of the suspect, in the match
    found: int  # of those, with a partner near the line


@dataclass(frozen=True, slots=True)
class Answered:
    """What verification asks: how many peaks of the reference does the suspect have?"""

    asked: int  # peaks of the reference, where the suspect could have them
    found: int
    by_accident: float  # how many would be found, as measured by sliding one over the other


def coincidences(
    suspect: Fingerprint,
    reference: Fingerprint,
    match: Match,
    most: int = 1500,
    known: Line | None = None,
) -> Coincidences:
    """What a match in sound rests on, in at most `most` dots, half of them for each kind; along
    the line of the sound, where that is known."""
    line = known or _fitted(suspect, reference, match)
    extent, there = _around(match.query), _around(match.matched)
    ours = Peaks.of(suspect.within(extent))
    ours = replace(ours, octaves=ours.octaves - line.hypothesis.pitch_octaves)
    theirs = Peaks.of(reference.within(there))
    inside = (ours.times >= match.query.start_s) & (ours.times <= match.query.end_s)
    a, b = _along(ours, theirs, line)
    c, d, few, others = _elsewhere(ours, theirs, line)
    ends = match.query.start_s, match.query.end_s
    return Coincidences(
        suspect=extent,
        reference=there,
        line=(_on(line, ends[0]), _on(line, ends[1])),
        along=_dots(ours.times[a], theirs.times[b], most // 2),
        elsewhere=_dots(few.times[c], others.times[d], most - most // 2),
        peaks=int(inside.sum()),
        found=len(np.unique(a[inside[a]])),
    )


def answered(suspect: Fingerprint, reference: Fingerprint, segment: Segment) -> Answered:
    """What the peaks of a reference found along a segment of sound, each asked for once."""
    line = Line(segment.reference, segment.hypothesis, segment.offset_s, 0.0)
    theirs = Peaks.of(reference).along(line).within(segment.query)
    asked, found, by_accident = 0, 0, 0.0
    begins = segment.query.start_s
    for window, part in windows(suspect):
        if window.end_s < begins:
            continue
        new = theirs.within(Span(begins, window.end_s))
        begins = math.nextafter(window.end_s, math.inf)
        if not len(new.times):
            continue
        here = Map.of(window, part)
        new = new.take(here.covers(new))
        asked += len(new.times)
        found += int((here.partner(new) >= 0).sum())
        by_accident += float(accidents(here, new).found.sum())
    return Answered(asked, found, by_accident)


def _fitted(suspect: Fingerprint, reference: Fingerprint, match: Match) -> Line:
    """The line of the sound itself: that of the match may be the picture's, which is coarser."""
    hypothesis = Hypothesis(match.speed, match.pitch_semitones / 12)
    offset = match.matched.start_s - match.speed * match.query.start_s
    line = Line(match.reference, hypothesis, offset, 0.0)
    peaks = Peaks.of(reference)
    found = join(
        segment
        for window, part in windows(suspect.within(match.query))
        for segment in landmarks.verify(Map.of(window, part), peaks, line)
    )
    best = max(found, key=lambda segment: segment.score, default=None)
    if best is None:
        return line
    return Line(match.reference, best.hypothesis, best.offset_s, 0.0)


def _along(ours: Peaks, theirs: Peaks, line: Line) -> tuple[I64, I64]:
    """Pairs near the line: suspect peak, reference peak."""
    at = line.offset_s + line.hypothesis.speed * ours.times
    first = np.searchsorted(theirs.times, at - NEAR_S)
    count = np.searchsorted(theirs.times, at + NEAR_S, side="right") - first
    a = np.repeat(np.arange(len(at)), count)
    b = np.arange(len(a)) - np.repeat(np.cumsum(count) - count - first, count)
    same = np.abs(ours.octaves[a] - theirs.octaves[b]) <= NEAR_OCTAVES
    return a[same], b[same]


def _elsewhere(ours: Peaks, theirs: Peaks, line: Line) -> tuple[I64, I64, Peaks, Peaks]:
    """Pairs of the same pitch off the line, among evenly chosen peaks."""
    ours, theirs = (p.take(_spread(len(p.times), MOST_PEAKS)) for p in (ours, theirs))
    at = line.offset_s + line.hypothesis.speed * ours.times
    same = np.abs(ours.octaves[:, None] - theirs.octaves) <= NEAR_OCTAVES
    off = np.abs(at[:, None] - theirs.times) > NEAR_S
    a, b = np.nonzero(same & off)
    return a, b, ours, theirs


def _dots(x: F64, y: F64, most: int) -> tuple[Dot, ...]:
    keep = _spread(len(x), most)
    return tuple(zip(x[keep].tolist(), y[keep].tolist(), strict=True))


def _spread(count: int, most: int) -> I64:
    """At most `most` of `count` positions, evenly: the same ones every time."""
    if count <= most:
        return np.arange(count)
    return np.arange(most) * count // most


def _on(line: Line, suspect_s: float) -> Dot:
    return suspect_s, line.offset_s + line.hypothesis.speed * suspect_s


def _around(span: Span) -> Span:
    return Span(span.start_s - MARGIN_S, span.end_s + MARGIN_S)
