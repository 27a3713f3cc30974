"""Verification by features: is what each key frame of a reference shows seen where and when it
should be?

A sighting gives one moment and a placement. From there it is the reference that asks: each feature
of each of its frames near that line is looked for in every frame of the suspect that any speed
allows, at its place. The line along which most is found is the alignment; each key frame is then
evidence by the number of features found that its predecessors did not show already, so that a
still scene counts about once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchers.alignment import Hypothesis, Line, Segment, middle_of
from matchers.features import Pictures
from matchers.hypotheses import PICTURE_SPEEDS
from matchers.placement import CELL, MOST_IN_CELL, NEAR_BITS, Placement
from matchers.polishing import polish
from matchers.runs import best_run, runs
from matchers.view import View
from media.clip import Span

REACH = 10 / 512  # of the suspect's longer side: a filmed screen sways
NEAREST_S = 0.6  # a frame further than this from the line is no witness
SHIFTS_S = np.arange(-24, 25) / 8
SPEED_COST = 1.0  # a change of 1 % has to bring in 1 % more: a still scene fits any speed
SHIFT_COST = 0.01  # of all, a second
STALE_BITS, STALE_REACH, RECENT = 72, 8 / 512, 5  # seen in one of so many frames before
SURVIVAL = (0.04, 0.1, 0.25, 0.5, 0.8)  # shares of a true copy's features that are found
DECOYS = tuple((0.09 * x, 0.09 * y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y)
PRIOR_RATE, PRIOR_ASKED = 0.01, 100.0
# How much more often the features of a copy lie at a distance than those found by accident.
FIT_BITS, FIT = (4, 12, 20, 28, 36, 44, 52, 60), (50.0, 40.0, 15.0, 9.0, 5.3, 1.4, 0.5, 0.2)
DISPERSION = 1.5
MOST_IN_LINE = 4.0  # features that count in a row or column of cells
# What a still picture proves at most, by itself and for each nat that other key frames add.
STILL_NATS, CONFIRMED = 40.0, 4.0
STILL_APART_S = 0.9  # between frames, where nothing changes
PRESENCE = 1e-6  # nats of a key frame that proves nothing new, so that a stretch reaches to its end
TYPICAL, LEAST_LIKE = 0.4, 4.0  # likeness of a feature that is found; features that make a moment
MIN_RUN = 5.0  # nats
MIN_FIT = 2  # key frames that know their moment
MOMENT_S, KNOWN = 0.5, 0.7  # how far to look, and the share of its features a frame may keep there
SHRINK_S = 0.4  # of spread that the speed found before is worth
KEY_S = 2.0  # between key frames
UNITS_PER_S = 4000

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bits = NDArray[np.bool_]


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


def verify(suspect: Pictures, reference: Pictures, seed: Seed, mirrored: bool) -> list[Segment]:
    """The stretches along which the suspect shows the reference's features where they belong."""
    part = _near(suspect, reference, seed)
    likeness = _likeness(suspect, part, seed.placement)
    line = _best_line(suspect, part, likeness, seed.line)
    line = _straighten(suspect, part, likeness, line)
    line = polish(line, suspect.times, part.times, -likeness)
    line = replace(line, hypothesis=replace(line.hypothesis, mirrored=mirrored))
    return _segments(suspect, part, likeness, line, seed.placement)


def glimpse(suspect: Pictures, shown: int, reference: Pictures, key: int, seed: Seed) -> float:
    """Nats of the one pair of frames that a seed was found in."""
    new = np.ones(reference.frame(key).stop - reference.frame(key).start, bool)
    witness = _witness(_one(suspect, shown), reference, key, seed.placement, new)
    return max(witness.nats(share) for share in SURVIVAL) / DISPERSION


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


def _likeness(suspect: Pictures, part: Pictures, placement: Placement) -> F64:
    """How much of each key frame is seen in each frame, shape (keys, frames), in features."""
    rows = [likeness(suspect, part, k, placement).sum(axis=0) for k in range(len(part))]
    return np.array(rows).reshape(len(part), len(suspect))


def likeness(
    suspect: Pictures,
    part: Pictures,
    key: int,
    placement: Placement,
    reach: float = REACH,
    bits: int = NEAR_BITS,
) -> F64:
    """How like each feature of a key frame is what is seen near its place in each frame of the
    suspect, shape (features, frames): 1 where it is the same, 0 where nothing is near enough."""
    own = part.frame(key)
    wanted = placement.place(part.at[own])
    owners = suspect.owners()
    order = np.lexsort((suspect.at[:, 0], owners))
    along = owners[order] * _APART + suspect.at[order, 0]
    asked = np.arange(len(suspect)) * _APART + wanted[:, :1]  # (features, frames)
    first = np.searchsorted(along, asked - reach).ravel()
    count = np.searchsorted(along, asked + reach).ravel() - first
    which = np.repeat(np.arange(len(first)), count)
    near = order[np.arange(len(which)) - np.repeat(np.cumsum(count) - count - first, count)]
    feature = which // max(1, len(suspect))
    level = np.abs(suspect.at[near, 1] - wanted[feature, 1]) <= reach
    which, near, feature = which[level], near[level], feature[level]
    differ = np.bitwise_count(suspect.descriptors[near] ^ part.descriptors[own][feature])
    like = 1 - differ.sum(axis=1, dtype=np.int64) / (bits + 1)
    best = np.zeros(asked.size)
    np.maximum.at(best, which, like)
    return best.reshape(asked.shape)


_APART = 8.0  # between the frames when all are laid on one axis; places reach to 1


def _best_line(suspect: Pictures, part: Pictures, likeness: F64, start: Line) -> Line:
    """The line of any speed and a little shift along which most is found."""
    middle = float(suspect.times[[0, -1]].mean())
    worth = np.maximum(likeness - LEAST_LIKE * TYPICAL, 0)
    speed, shift = (grid.ravel() for grid in np.meshgrid(PICTURE_SPEEDS, SHIFTS_S, indexing="ij"))
    offset = start.offset_s + shift + (1 - speed) * middle
    at = (part.times - offset[:, None]) / speed[:, None]
    frame, apart = _nearest(suspect.times, at)
    seen = np.where(apart <= NEAREST_S, worth[np.arange(len(part)), frame], 0.0).sum(axis=1)
    cost = SPEED_COST * np.abs(speed - 1) + SHIFT_COST * np.abs(shift)
    best = int(np.argmax(seen - cost * seen.max()))
    turned = Hypothesis(speed=float(speed[best]))
    return replace(start, hypothesis=turned, offset_s=float(offset[best]))


def _witnesses(suspect: Pictures, part: Pictures, line: Line) -> tuple[I64, I64]:
    """The key frames that a line puts into the suspect, and the frame nearest to each."""
    frame, apart = _nearest(suspect.times, (part.times - line.offset_s) / line.hypothesis.speed)
    key = np.flatnonzero(apart <= NEAREST_S)
    return key, frame[key]


def _nearest(times: F64, at: F64) -> tuple[I64, F64]:
    """The position of the time nearest to each, and how far it is; of the shape of `at`."""
    right = np.clip(np.searchsorted(times, at), 0, len(times) - 1)
    left = np.maximum(right - 1, 0)
    before, after = np.abs(times[left] - at), np.abs(times[right] - at)
    return np.where(before <= after, left, right), np.minimum(before, after)


def _straighten(suspect: Pictures, part: Pictures, likeness: F64, line: Line) -> Line:
    """The least-squares line through the moments of the key frames that know theirs."""
    key, _ = _witnesses(suspect, part, line)
    at = (part.times - line.offset_s) / line.hypothesis.speed
    known = [
        (m, part.times[k]) for k in key if (m := _moment(suspect, likeness[k], at[k])) is not None
    ]
    if len(known) < MIN_FIT:
        return line
    shown, real = np.array(known).T
    late = real - line.reference_time(shown)
    lever = shown - shown.mean()
    slope = float(late @ lever / (lever @ lever + len(lever) * SHRINK_S**2))
    speed = line.hypothesis.speed + slope
    offset_s = line.offset_s + float(late.mean()) - slope * float(shown.mean())
    return replace(line, hypothesis=replace(line.hypothesis, speed=speed), offset_s=offset_s)


def _moment(suspect: Pictures, likeness: F64, at: float) -> float | None:
    """When, near `at`, most of a key frame is seen, if that is not for long."""
    lo, hi = np.searchsorted(suspect.times, [at - MOMENT_S, at + MOMENT_S])
    near = likeness[lo:hi]
    if (
        len(near) < 3
        or near.max() <= LEAST_LIKE * TYPICAL
        or max(near[0], near[-1]) > KNOWN * near.max()
    ):
        return None
    weight = np.maximum(near - KNOWN * near.max(), 0.0)
    return float(suspect.times[lo:hi] @ weight / weight.sum())


def _segments(
    suspect: Pictures, part: Pictures, likeness: F64, line: Line, placement: Placement
) -> list[Segment]:
    key, frame = _witnesses(suspect, part, line)
    evidence = _evidence(suspect, part, placement, key, frame)
    evidence = _tempered(evidence, _still_stretches(suspect.times)[frame])
    at = (part.times[key] - line.offset_s) / line.hypothesis.speed
    found = []
    for first, end in runs(evidence, MIN_RUN):
        query = _extent(suspect, at, first, end)
        found.append(
            Segment(
                reference=line.reference,
                hypothesis=line.hypothesis,
                offset_s=line.offset_s,
                query=query,
                anchor=middle_of(query, line),
                units=np.rint(part.times[key[first:end]] * UNITS_PER_S).astype(np.int64),
                evidence=evidence[first:end],
                closeness=likeness[key[first:end], frame[first:end]],
                kind="features",
                view=View(placement, part.shape, suspect.shape, line.hypothesis.mirrored),
            )
        )
    return found


def _evidence(suspect: Pictures, part: Pictures, placement: Placement, key: I64, frame: I64) -> F64:
    """Nats of each key frame on the line, shape (n,), under the share of features surviving that
    speaks most for a match."""
    witnesses = [
        _witness(_one(suspect, f), part, k, placement, _fresh(part, k, key[:i]))
        for i, (k, f) in enumerate(zip(key, frame, strict=True))
    ]
    tried = [np.array([w.nats(share) for w in witnesses]) for share in SURVIVAL]
    best = max(tried, key=lambda evidence: best_run(evidence)[2])
    return best / DISPERSION + PRESENCE * (best >= 0)


def _still_stretches(times: F64) -> I64:
    """Which still stretch of the suspect each frame belongs to, shape (n,); -1 where it moves.
    Frames are far apart where nothing changes."""
    apart = np.diff(times) >= STILL_APART_S
    still = np.concatenate([[False], apart]) | np.concatenate([apart, [False]])
    return np.where(still, np.cumsum(np.concatenate([[False], ~apart])), -1)


def _tempered(evidence: F64, stretch: I64) -> F64:
    """Evidence of which each still stretch gives no more than one picture can prove, unless others
    confirm it: rooms, titles and test cards look the same whenever they are filmed."""
    positive = np.maximum(evidence, 0.0)
    factor = np.ones(len(evidence))
    for one in np.unique(stretch[stretch >= 0]):
        own = float(positive[stretch == one].sum())
        most = STILL_NATS + CONFIRMED * (float(positive.sum()) - own)
        factor[stretch == one] = min(1.0, most / max(own, most))
    return np.where(evidence > 0, evidence * factor, evidence)


@dataclass(frozen=True, slots=True)
class _Witness:
    """What the features of a key frame that lie inside a frame say."""

    ratio: F64  # (n,) how much more likely what was found is for a copy than by accident
    weight: F64  # (n,) less for those in a crowd

    def nats(self, share: float) -> float:
        """Evidence, if this share of the features survives in a copy."""
        return float(self.weight @ np.log(1 - share + share * self.ratio))


def _witness(
    frame: Pictures, part: Pictures, key: int, placement: Placement, new: Bits
) -> _Witness:
    at = part.at[part.frame(key)]
    inside = new & frame.holds(placement.place(at))
    like = likeness(frame, part, key, placement)[inside, 0]
    ratio = np.where(like > 0, _fit(like) / _by_accident(frame, part, key, placement), 0.0)
    return _Witness(ratio, _weights(np.floor(at[inside] / CELL).astype(np.int64)))


def _weights(cells: I64) -> F64:
    """What each feature counts, shape (n,), by the column and row of its cell, shape (n, 2): a few
    of each cell, and of each row and column, for a line of text looks like any other."""
    column, row = cells.T
    weight = np.ones(len(cells))
    for names, most in (
        (column * 64 + row, MOST_IN_CELL),
        (row, MOST_IN_LINE),
        (column, MOST_IN_LINE),
    ):
        _, where = np.unique(names, return_inverse=True)
        weight *= np.minimum(1.0, most / np.bincount(where, weight))[where]
    return weight


def _fit(like: F64) -> F64:
    """How much more often a feature of a copy is as like as this than one that lies there by
    accident, if either is found."""
    return np.asarray(np.interp((1 - like) * (NEAR_BITS + 1), FIT_BITS, FIT))


def _by_accident(frame: Pictures, part: Pictures, key: int, placement: Placement) -> float:
    """The share of features found where the picture does not lie."""
    asked, found = PRIOR_ASKED, PRIOR_RATE * PRIOR_ASKED
    for by in DECOYS:
        decoy = placement.moved(by)
        inside = frame.holds(decoy.place(part.at[part.frame(key)]))
        asked += inside.sum()
        found += (likeness(frame, part, key, decoy)[inside, 0] > 0).sum()
    return found / asked


def _one(pictures: Pictures, which: int) -> Pictures:
    time = float(pictures.times[which])
    return pictures.within(Span(time, time).closed)


def _fresh(part: Pictures, key: int, before: I64) -> Bits:
    """Which features of a key frame its predecessors do not show, shape (features,)."""
    still = Placement(np.eye(2, 3))
    new = np.ones(part.frame(key).stop - part.frame(key).start, bool)
    for other in before[-RECENT:]:
        seen = likeness(_one(part, int(other)), part, key, still, STALE_REACH, STALE_BITS)
        new &= seen[:, 0] == 0
    return new


def _extent(suspect: Pictures, at: F64, first: int, end: int) -> Span:
    """From where to where: half-way to the next key frame that was looked for and not seen; to the
    end of the suspect if there is none."""
    start_s = (at[first - 1] + at[first]) / 2 if first else max(suspect.times[0], at[0] - KEY_S)
    more = end < len(at)
    end_s = (at[end - 1] + at[end]) / 2 if more else min(suspect.times[-1], at[-1] + KEY_S)
    return Span(float(min(start_s, at[first])), float(max(end_s, at[end - 1])))
