"""Verification by features: is what each key frame of a reference shows seen where and when it
should be?

A sighting gives one moment and a placement. From there it is the reference that asks: each feature
of each of its frames near that line is looked for in every frame of the suspect that any speed
allows, at its place. The line along which most is found is the alignment; each key frame is then
evidence by the number of features found that its predecessors did not show already, so that a
still scene counts about once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchers.alignment import UNITS_PER_S, Hypothesis, Line, Segment, middle_of
from matchers.features import Pictures
from matchers.hypotheses import PICTURE_SPEEDS
from matchers.placement import Placement
from matchers.polishing import fitted, nearest, polish
from matchers.runs import runs
from matchers.testimony import evidence, likeness, limited
from matchers.view import View
from media.clip import Span

NEAREST_S = 0.6  # a frame further than this from the line is no witness
SHIFTS_S = np.arange(-24, 25) / 8
SPEED_COST = 1.0  # a change of 1 % has to bring in 1 % more: a still scene fits any speed
SHIFT_COST = 0.01  # of all, a second
TYPICAL, LEAST_LIKE = 0.4, 4.0  # likeness of a feature that is found; features that make a moment
MIN_RUN = 5.0  # nats
MIN_FIT = 2  # key frames that know their moment
MOMENT_S, KNOWN = 0.5, 0.7  # how far to look, and the share of its features a frame may keep there
SHRINK_S = 0.4  # of spread that the speed found before is worth
KEY_S = 1.0  # between key frames, at most
AS_GOOD = 0.75  # of what features prove along their own line: then that of frames is the better

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Seed:
    """A frame of a reference as it was found in a frame of the suspect."""

    reference: int
    reference_s: float
    query_s: float
    placement: Placement
    agreed: int  # places of the picture

    @property
    def line(self) -> Line:
        """The line through it at the reference's own speed."""
        offset_s = self.reference_s - self.query_s
        return Line(self.reference, Hypothesis(), offset_s, float(self.agreed))


def verify(
    suspect: Pictures, reference: Pictures, seed: Seed, mirrored: bool, known: Sequence[Line] = ()
) -> list[Segment]:
    """The stretches along which the suspect shows the reference's features where they belong.

    `known` are lines that whole frames have shown near the seed: seen four times as often they
    tell moments better, so features follow one if it holds for them too.
    """
    part = _near(suspect, reference, seed)
    tried = _Tried.about(seed.line, float(suspect.times[[0, -1]].mean()))
    at = tried.moments(part)
    alike = _alike(suspect, part, seed.placement, at)
    line = _best_line(suspect, alike, seed.line, tried, at)
    line = _straighten(suspect, part, alike, line)
    line = polish(line, suspect.times, part.times, -alike)
    line = replace(line, hypothesis=replace(line.hypothesis, mirrored=mirrored))
    own = _segments(suspect, part, alike, line, seed.placement)
    others = [_segments(suspect, part, alike, k, seed.placement) for k in known]
    best = max(others, key=_total, default=own)
    return best if _total(best) >= AS_GOOD * _total(own) else own


def along(
    suspect: Pictures, reference: Pictures, placement: Placement, line: Line
) -> list[Segment]:
    """The stretches of a known line along which the suspect shows the reference's features where a
    placement puts them."""
    ends = line.reference_time(suspect.times[[0, -1]] + (-NEAREST_S, NEAREST_S))
    part = reference.within(Span(float(ends[0]), float(ends[1])))
    if not len(part):
        return []
    at = (part.times - line.offset_s) / line.hypothesis.speed
    alike = _alike(suspect, part, placement, at[None])
    return _segments(suspect, part, alike, line, placement)


def _total(segments: Sequence[Segment]) -> float:
    return sum(s.score for s in segments)


def _near(suspect: Pictures, reference: Pictures, seed: Seed) -> Pictures:
    """The frames of the reference that some line through the seed puts into the suspect."""
    before, after = seed.query_s - suspect.times[0], suspect.times[-1] - seed.query_s
    reach = PICTURE_SPEEDS[-1]
    slack = SHIFTS_S[-1] + NEAREST_S
    return reference.within(
        Span(
            float(seed.reference_s - reach * before - slack),
            float(seed.reference_s + reach * after + slack),
        )
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    """Lines of any speed and a little shift, shape (lines,)."""

    speed: F64
    shift_s: F64
    offset_s: F64

    @classmethod
    def about(cls, start: Line, middle_s: float) -> _Tried:
        """The lines about one, turned about a moment of the suspect."""
        grid = np.meshgrid(PICTURE_SPEEDS, SHIFTS_S, indexing="ij")
        speed, shift = (g.ravel() for g in grid)
        return cls(speed, shift, start.offset_s + shift + (1 - speed) * middle_s)

    def moments(self, part: Pictures) -> F64:
        """When each line puts each key frame into the suspect, shape (lines, keys)."""
        return np.asarray((part.times - self.offset_s[:, None]) / self.speed[:, None])


def _alike(suspect: Pictures, part: Pictures, placement: Placement, at: F64) -> F64:
    """How much of each key frame is seen in each frame, shape (keys, frames), in features; nothing
    in those that none of the moments, shape (lines, keys), is near."""
    first = np.searchsorted(suspect.times, at.min(axis=0) - NEAREST_S)
    last = np.searchsorted(suspect.times, at.max(axis=0) + NEAREST_S, side="right")
    shown = map(slice, first.tolist(), last.tolist())
    rows = [likeness(suspect, part, k, placement, s).sum(axis=0) for k, s in enumerate(shown)]
    return np.array(rows).reshape(len(part), len(suspect))


def _best_line(suspect: Pictures, alike: F64, start: Line, tried: _Tried, at: F64) -> Line:
    """The line among those tried along which most is found; `at` is when each puts each key frame
    into the suspect, shape (lines, keys)."""
    worth = np.maximum(alike - LEAST_LIKE * TYPICAL, 0)
    frame, apart = _nearest(suspect.times, at)
    seen = np.where(apart <= NEAREST_S, worth[np.arange(len(alike)), frame], 0.0).sum(axis=1)
    cost = SPEED_COST * np.abs(tried.speed - 1) + SHIFT_COST * np.abs(tried.shift_s)
    best = int(np.argmax(seen - cost * seen.max()))
    turned = Hypothesis(speed=float(tried.speed[best]))
    return replace(start, hypothesis=turned, offset_s=float(tried.offset_s[best]))


def _witnesses(suspect: Pictures, part: Pictures, line: Line) -> tuple[I64, I64]:
    """The key frames that a line puts into the suspect, and the frame nearest to each."""
    frame, apart = _nearest(suspect.times, (part.times - line.offset_s) / line.hypothesis.speed)
    key = np.flatnonzero(apart <= NEAREST_S)
    return key, frame[key]


def _nearest(times: F64, at: F64) -> tuple[I64, F64]:
    """The position of the time nearest to each, and how far it is; of the shape of `at`."""
    frame = nearest(times, at)
    return frame, np.abs(times[frame] - at)


def _straighten(suspect: Pictures, part: Pictures, alike: F64, line: Line) -> Line:
    """The least-squares line through the moments of the key frames that know theirs."""
    key, _ = _witnesses(suspect, part, line)
    at = (part.times - line.offset_s) / line.hypothesis.speed
    known = [
        (m, part.times[k]) for k in key if (m := _moment(suspect, alike[k], at[k])) is not None
    ]
    if len(known) < MIN_FIT:
        return line
    shown, real = np.array(known).T
    return fitted(line, shown, real, SHRINK_S)


def _moment(suspect: Pictures, alike: F64, at: float) -> float | None:
    """When, near `at`, most of a key frame is seen, if that is not for long."""
    lo, hi = np.searchsorted(suspect.times, [at - MOMENT_S, at + MOMENT_S])
    near = alike[lo:hi]
    if (
        len(near) < 3
        or near.max() <= LEAST_LIKE * TYPICAL
        or max(near[0], near[-1]) > KNOWN * near.max()
    ):
        return None
    weight = np.maximum(near - KNOWN * near.max(), 0.0)
    return float(suspect.times[lo:hi] @ weight / weight.sum())


def _segments(
    suspect: Pictures, part: Pictures, alike: F64, line: Line, placement: Placement
) -> list[Segment]:
    key, frame = _witnesses(suspect, part, line)
    offered, known = evidence(suspect, part, placement, key, frame)
    nats = limited(suspect, offered, frame)
    close = alike[key, frame] + known
    at = (part.times[key] - line.offset_s) / line.hypothesis.speed
    found = []
    for first, end in runs(nats, MIN_RUN):
        query = _extent(suspect, at, first, end)
        found.append(
            Segment(
                reference=line.reference,
                hypothesis=line.hypothesis,
                offset_s=line.offset_s,
                query=query,
                anchor=middle_of(query, line),
                units=np.rint(part.times[key[first:end]] * UNITS_PER_S).astype(np.int64),
                evidence=nats[first:end],
                closeness=close[first:end],
                kind="features",
                unlimited=offered[first:end],
                view=View(placement, part.shape, suspect.shape, line.hypothesis.mirrored),
            )
        )
    return found


def _extent(suspect: Pictures, at: F64, first: int, end: int) -> Span:
    """From where to where: half-way to the next key frame that was looked for and not seen; to the
    end of the suspect if there is none."""
    at = at.clip(suspect.times[0], suspect.times[-1])
    start_s = (at[first - 1] + at[first]) / 2 if first else max(suspect.times[0], at[0] - KEY_S)
    more = end < len(at)
    end_s = (at[end - 1] + at[end]) / 2 if more else min(suspect.times[-1], at[-1] + KEY_S)
    return Span(float(min(start_s, at[first])), float(max(end_s, at[end - 1])))
