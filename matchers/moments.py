"""Moments of a match in the picture, for people to look at: a frame of the reference, the frame of
the suspect that shows it, and what was compared there. Nothing is decided here.

Moments are spread evenly over the match, whatever they prove, each moved to the nearest frame that
was compared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fingerprint.scheme import Fingerprint
from matchers.account import F64
from matchers.alignment import Segment
from matchers.features import Pictures
from matchers.placement import Placement, find
from matchers.polishing import nearest
from matchers.testimony import DECOYS, likeness
from matchers.view import Place, View
from media.clip import Span

WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))  # a picture that fills another


@dataclass(frozen=True, slots=True)
class Sought:
    """The features of a reference's frame that would lie inside the suspect's."""

    asked: int
    found: tuple[tuple[Place, Place], ...]  # of each: in the reference's picture, in the suspect's
    elsewhere: float  # how many are found on average where the picture is not


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame of a reference and the frame of a suspect that shows it."""

    suspect_s: float
    reference_s: float
    nats: float  # that it counts
    corners: tuple[Place, ...]  # of the reference's picture in the suspect's, as `View.corners`
    left: tuple[Place, ...]  # of the suspect's picture in the reference's, as `View.left`
    bits: int | None = None  # of 256 in which whole frames differ, where these were compared
    features: Sought | None = None  # where features were compared


def frame_moments(
    segment: Segment, suspect: Fingerprint, reference: Fingerprint, count: int
) -> list[Moment]:
    """Moments of a segment of whole frames, of which `suspect` holds those that were compared."""
    at, real, nats = _spread(segment, count)
    shown, key = nearest(suspect.times, at), nearest(reference.times, real)
    differ = np.bitwise_count(suspect.codes[shown] ^ reference.codes[key]).sum(axis=1, dtype=int)
    bits = differ * 256 // (8 * reference.codes.shape[1])
    return [
        Moment(
            float(suspect.times[s]),
            float(reference.times[k]),
            float(n),
            *_placed(segment.view),
            None if segment.view else int(b),  # inside bars other codes were compared
        )
        for s, k, n, b in zip(shown, key, nats, bits, strict=True)
    ]


def feature_moments(
    segment: Segment, suspect: Pictures, reference: Pictures, count: int
) -> list[Moment]:
    """Moments of a segment of features, which `suspect` holds as they were compared: of its mirror
    image, if it is mirrored."""
    at, real, nats = _spread(segment, count)
    shown, key = nearest(suspect.times, at), nearest(reference.times, real)
    return [
        _of_features(_one(suspect, s), _one(reference, k), float(n), segment.view)
        for s, k, n in zip(shown, key, nats, strict=True)
    ]


def _of_features(frame: Pictures, key: Pictures, nats: float, view: View | None) -> Moment:
    """A moment with the picture where most of its features are found: where the match has it, or
    where these two frames alone put it, for a match knows one place and a picture may move."""
    times = float(frame.times[0]), float(key.times[0])
    if view is None:
        return Moment(*times, nats, *_placed(None))
    own = find(frame, np.arange(len(frame.descriptors)), key, 0)
    views = [view, *([replace(view, placement=own[0])] if own else [])]
    sought = [_sought(frame, key, one) for one in views]
    best = max(range(len(views)), key=lambda i: len(sought[i].found))
    return Moment(*times, nats, *_placed(views[best]), features=sought[best])


def _placed(view: View | None) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    return (view.corners, view.left) if view else (WHOLE, WHOLE)


def _spread(segment: Segment, count: int) -> tuple[F64, F64, F64]:
    """Suspect and reference times and nats of the observations nearest to evenly spread times."""
    query, at = segment.query, segment.query_times
    wanted = query.start_s + (np.arange(count) + 0.5) / count * query.duration_s
    which = np.unique(nearest(at, wanted))
    return at[which], segment.reference_times[which], segment.evidence[which]


def _sought(frame: Pictures, key: Pictures, view: View) -> Sought:
    asked, found = _found(frame, key, view.placement)
    tried = [_found(frame, key, view.placement.moved(by)) for by in DECOYS]
    # Moved, some would lie outside the frame: rates are compared, not numbers.
    rate = sum(len(f) for _, f in tried) / max(1, sum(len(a) for a, _ in tried))
    there, here = key.at[found] / key.shape, view.locate(key.at[found])
    places = zip(there.tolist(), here.tolist(), strict=True)
    return Sought(
        len(asked), tuple(((a, b), (c, d)) for (a, b), (c, d) in places), rate * len(asked)
    )


def _found(
    frame: Pictures, key: Pictures, placement: Placement
) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], ...]:
    """Which features of a key frame would lie inside a frame, and which of them are seen there."""
    inside = frame.holds(placement.place(key.at))
    seen = inside & (likeness(frame, key, 0, placement, slice(0, 1))[:, 0] > 0)
    return np.flatnonzero(inside), np.flatnonzero(seen)


def _one(pictures: Pictures, which: np.int64) -> Pictures:
    time = float(pictures.times[which])
    return pictures.within(Span(time, time).closed)
