"""The line that one sense found, looked at with the other.

Where the sound of a suspect runs along a reference, its picture should be seen there too, and the
reverse. Nothing is searched for: peaks, whole frames and features are verified along the line as
they are along lines that were voted for. So a sense too damaged to be found by itself still speaks,
and where it should speak and does not, that can be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from fingerprint.scheme import Fingerprint
from matchers import frames, keyframes, landmarks
from matchers.alignment import Hypothesis, Line, Segment
from matchers.constellation import Map, Peaks
from matchers.features import Pictures
from matchers.hypotheses import WINDOW_S, is_unaltered
from matchers.keyframes import Seed
from matchers.outlining import Outline
from matchers.placement import Placement, find
from matchers.sightings import units
from matchers.testimony import glimpse
from media.clip import Span

WIDER_S = 5.0  # beyond the stretch that the one sense found, the other may know more
LOOKED_AT = 6  # key frames of a window in which a placement is looked for
LEAST_AGREED, LEAST_GLIMPSE = 5, 6.0  # places of a picture, nats: as for a search
TELLING_FEATURES = 40  # of a frame; in one with fewer nothing may be found
ENOUGH = 60.0  # nats of features from which no other placement is tried


@dataclass(frozen=True, slots=True)
class Glimpses:
    """How far pairs of frames along a line agree."""

    seeds: Sequence[Seed]  # those that are worth verifying, best first
    looked: int  # pairs of frames with features enough on both sides
    agreed: int  # places of the picture, in the best of them


def pieces(span: Span) -> list[Span]:
    """A span cut into equal pieces of a window at most."""
    count = max(1, int(np.ceil(span.duration_s / WINDOW_S)))
    edges = np.linspace(span.start_s, span.end_s, count + 1).tolist()
    return [Span(a, b) for a, b in pairwise(edges)]


def line_of(segment: Segment) -> Line:
    """The line that a segment runs along."""
    return Line(segment.reference, segment.hypothesis, segment.offset_s, segment.score)


def heard(
    suspect: Map, reference: Peaks, line: Line, outline: Callable[[], Outline | None]
) -> list[Segment]:
    """Where the sound of a window follows the line of a picture: played faster, or with its pitch
    kept."""
    found = (landmarks.verify(suspect, reference, one, outline) for one in pitched(line))
    return max(found, key=_total)


def pitched(line: Line) -> list[Line]:
    """What sound may run along the line of a picture."""
    speed = line.hypothesis.speed
    played = Hypothesis(speed, float(np.log2(speed)))
    kinds = [played] if is_unaltered(played) else [played, Hypothesis(speed)]
    return [replace(line, hypothesis=one) for one in kinds]


def seen(part: Fingerprint, reference: Fingerprint, line: Line, mirrored: bool) -> list[Segment]:
    """Where the whole frames of a window follow the line of a sound, in one view of them."""
    return frames.verify(part, reference, _shown(line, mirrored))


def detailed(
    suspect: Pictures, reference: Pictures, line: Line, mirrored: bool, glimpses: Glimpses
) -> list[Segment]:
    """Where the features of a window follow the line of a sound, in one view of them."""
    best: list[Segment] = []
    for seed in glimpses.seeds:
        found = keyframes.along(suspect, reference, seed.placement, _shown(line, mirrored))
        best = max(best, found, key=_total)
        if _total(best) >= ENOUGH:
            break
    return best


def glimpses(suspect: Pictures, reference: Pictures, line: Line) -> Glimpses:
    """What is found of some key frames in the frames that a line puts them into."""
    pairs = list(_pairs(suspect, reference, line))
    counts = np.diff(reference.first), np.diff(suspect.first)
    looked = sum(min(counts[0][key], counts[1][shown]) >= TELLING_FEATURES for key, shown in pairs)
    found = list(_placed(suspect, reference, pairs))
    seeds = []
    for key, shown, placement, agreed in found:
        if agreed >= LEAST_AGREED:
            nats = glimpse(suspect, shown, reference, key, placement)
            times = float(reference.times[key]), float(suspect.times[shown])
            seeds.append((nats, Seed(line.reference, *times, placement, agreed)))
    seeds = sorted((s for s in seeds if s[0] >= LEAST_GLIMPSE), key=lambda s: -s[0])
    most = max((agreed for *_, agreed in found), default=0)
    return Glimpses([seed for _, seed in seeds], int(looked), most)


def _placed(
    suspect: Pictures, reference: Pictures, pairs: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int, Placement, int]]:
    """How key frames lie in the frames beside them, whole or in a part, and in how many places that
    agrees."""
    kinds = [np.flatnonzero(one) for one in units(suspect)]
    for key, shown in pairs:
        first, end = suspect.first[[shown, shown + 1]]
        for own in kinds:
            placed = find(suspect, own[(own >= first) & (own < end)], reference, key)
            if placed is not None:
                yield key, shown, *placed


def _pairs(suspect: Pictures, reference: Pictures, line: Line) -> Iterator[tuple[int, int]]:
    """Some key frames that a line puts into the suspect, evenly spread, and the frame nearest to
    each."""
    at = (reference.times - line.offset_s) / line.hypothesis.speed
    there = np.flatnonzero((at >= suspect.times[0]) & (at <= suspect.times[-1]))
    chosen = np.linspace(0, len(there) - 1, min(LOOKED_AT, len(there)))
    for key in there[np.rint(chosen).astype(np.int64)].tolist():
        shown = suspect.nearest(float(at[key]))
        if abs(suspect.times[shown] - at[key]) <= keyframes.NEAREST_S:
            yield key, shown


def _shown(line: Line, mirrored: bool) -> Line:
    shown = Hypothesis(line.hypothesis.speed, mirrored=mirrored)
    return replace(line, hypothesis=shown)


def _total(segments: Sequence[Segment]) -> float:
    return sum(s.score for s in segments)
