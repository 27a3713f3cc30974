"""What the features of a key frame say of the frame that should show it.

Each feature of the key frame that would lie inside the frame is asked for at its place. How near
a descriptor there is, in bits and in place, gives a likelihood ratio: how much more often a copy
has one as near, over what chance gives where the picture does not lie, or to others in its place.
Features that earlier key frames show as well prove nothing new, a crowd of them in one place, line
or region counts as a few, and a still stretch of the suspect proves no more than a picture can.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchers.confirming import confirmed
from matchers.features import Pictures
from matchers.placement import CELL, MOST_IN_CELL, NEAR_BITS, Placement
from matchers.runs import best_run
from media.clip import Span

REACH = 10 / 512  # of the suspect's longer side: a filmed screen sways
STALE_BITS, STALE_REACH, RECENT = 27, 8 / 512, 20  # seen in one of so many frames before
SURVIVAL = (0.04, 0.1, 0.25, 0.5, 0.8)  # shares of a true copy's features that are found
DECOYS = tuple((0.09 * x, 0.09 * y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y)
EXCHANGES = 4  # one less than that often, each feature is given the descriptor of another
PRIOR_RATE, PRIOR_ASKED = 0.01, 100.0
# How much more often the features of a copy are so many bits apart (rows), and so far from their
# place (columns, in 512ths of the suspect's longer side), than those found by accident. Measured on
# twelve kinds of copies of the development corpus; more than 40 is nowhere believed. The mean over
# what was found by accident is 0.75.
FIT_BITS, FIT_APART = (6, 9, 12, 15, 18, 21), (2, 3, 4, 6, 8)
FIT = np.array(
    [
        (40.0, 40.0, 20.0, 9.0, 6.0, 4.0),
        (40.0, 35.0, 20.0, 6.0, 4.0, 2.5),
        (40.0, 30.0, 15.0, 3.5, 2.2, 1.1),
        (24.0, 16.0, 8.0, 2.4, 1.5, 0.8),
        (13.0, 8.0, 3.5, 1.4, 0.8, 0.45),
        (6.0, 2.9, 1.2, 0.5, 0.3, 0.2),
        (1.6, 0.6, 0.3, 0.15, 0.1, 0.08),
    ]
)
DISPERSION = 1.5
MOST_IN_LINE = 4.0  # features that count in a row or column of cells
REGION, MOST_IN_REGION = 1 / 4, 4.0  # of the reference's longer side: a face, a badge
STILL_NATS = 18.0  # that one picture of a film, or a still stretch of it, proves by itself at most
PICTURE_NATS = 40.0  # and a suspect that is one picture
STILL_APART_S = 0.9  # between frames, where nothing changes
PRESENCE = 1e-6  # nats of a key frame that proves nothing new, so that a stretch reaches to its end

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
Bits = NDArray[np.bool_]


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
    near = _near(suspect, part, key, placement, reach)
    return near.best(1 - near.bits / (bits + 1))


@dataclass(frozen=True, slots=True)
class _Nearby:
    """Features of the suspect that lie near the places of those of a key frame."""

    asked: tuple[int, int]  # features of the key frame, frames of the suspect
    which: I64  # (n,) of asked, flattened
    bits: NDArray[np.uint8]  # (n,) in which the two differ
    apart: F64  # (n,) in units of the suspect's longer side

    def best(self, worth: F64) -> F64:
        """The greatest worth for each that was asked for, of that of each found, shape (n,); 0
        where there is none."""
        best = np.zeros(self.asked[0] * self.asked[1])
        np.maximum.at(best, self.which, worth)
        return best.reshape(self.asked)


def _near(
    suspect: Pictures, part: Pictures, key: int, placement: Placement, reach: float
) -> _Nearby:
    own = part.frame(key)
    return _around(suspect, placement.place(part.at[own]), part.numbers[:, own], reach)


def _around(suspect: Pictures, wanted: F64, numbers: U32, reach: float) -> _Nearby:
    """What lies near places, shape (n, 2), beside the descriptors, shape (3, n), asked for there."""
    squares, frames = suspect.squares, len(suspect)
    every = np.zeros(len(wanted), np.int64), np.full(len(wanted), frames)
    asked, near = squares.around(wanted, *every)
    across = squares.x[near] - wanted[asked, 0]
    down = squares.y[near] - wanted[asked, 1]
    within = np.flatnonzero((np.abs(across) <= reach) & (np.abs(down) <= reach))
    asked, near = asked[within], near[within]
    bits = np.zeros(len(near), np.uint8)
    for ours, theirs in zip(squares.numbers, numbers, strict=True):
        bits += np.bitwise_count(ours[near] ^ theirs[asked])
    apart = np.hypot(across[within], down[within])
    return _Nearby((len(wanted), frames), asked * frames + squares.frame[near], bits, apart)


def glimpse(
    suspect: Pictures, shown: int, reference: Pictures, key: int, placement: Placement
) -> float:
    """Nats of one pair of frames alone."""
    new = np.ones(reference.frame(key).stop - reference.frame(key).start, bool)
    witness = _witness(_one(suspect, shown), reference, key, placement, new)
    return max(witness.nats(share) for share in SURVIVAL) / DISPERSION


def evidence(suspect: Pictures, part: Pictures, placement: Placement, key: I64, frame: I64) -> F64:
    """Nats of key frames, shape (n,), each shown by a frame of the suspect, under the share of
    features surviving that speaks most for a match."""
    witnesses = [
        _witness(_one(suspect, f), part, k, placement, _fresh(part, k, key[:i]))
        for i, (k, f) in enumerate(zip(key, frame, strict=True))
    ]
    tried = [np.array([w.nats(share) for w in witnesses]) for share in SURVIVAL]
    best = max(tried, key=lambda nats: best_run(nats)[2])
    proved = best / DISPERSION + PRESENCE * (best >= 0)
    alone = STILL_NATS if len(suspect) > 1 else PICTURE_NATS
    return confirmed(proved, _still_stretches(suspect.times)[frame], alone)


def _still_stretches(times: F64) -> I64:
    """Which picture each frame of a suspect shows, shape (n,): a number for each frame where it
    moves, and one for each stretch in which frames are far apart, where nothing changes."""
    apart = np.diff(times) >= STILL_APART_S
    return np.cumsum(np.concatenate([[False], ~apart]))


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
    wanted = placement.place(at)
    inside = new & frame.holds(wanted)
    if _spread(wanted[inside]) < REACH:
        return _Witness(np.empty(0), np.empty(0))
    near = _near(frame, part, key, placement, REACH)
    ratio = near.best(_fit(near))[inside, 0] / _by_accident(frame, part, key, placement)
    return _Witness(ratio, weights(at[inside]))


def weights(at: F64) -> F64:
    """What each feature counts, shape (n,), by its place in the reference, shape (n, 2): a few of
    each cell, of each row and column of cells, for a line of text looks like any other, and of each
    region, wherever its edges are drawn, for one figure may appear in many films."""
    column, row = np.floor(at / CELL).astype(np.int64).T
    weight = np.ones(len(at))
    for names, most in (
        (_squares(at, CELL), MOST_IN_CELL),
        (row, MOST_IN_LINE),
        (column, MOST_IN_LINE),
        (_squares(at, REGION), MOST_IN_REGION),
        (_squares(at + REGION / 2, REGION), MOST_IN_REGION),
    ):
        _, where = np.unique(names, return_inverse=True)
        weight *= np.minimum(1.0, most / np.bincount(where, weight))[where]
    return weight


def _squares(at: F64, side: float) -> I64:
    """A number for the square that each place lies in, shape (n,)."""
    column, row = np.floor(at / side).astype(np.int64).T
    return np.asarray(column * 64 + row, np.int64)


def _fit(near: _Nearby) -> F64:
    """How much more often a feature of a copy is as like as this, and as near, than one that lies
    there by accident, if either is found."""
    row, column = np.digitize(near.bits, FIT_BITS), np.digitize(near.apart * 512, FIT_APART)
    return np.where(near.bits <= NEAR_BITS, FIT[row, column], 0.0)


def _by_accident(frame: Pictures, part: Pictures, key: int, placement: Placement) -> float:
    """The fit of a feature that chance gives: of the same ones where the picture does not lie, or
    between that and the fit of others in their place, whichever is more. Beside a lonely spot there
    is nothing to be found, and its corners may all look the same; but so may those of a copy."""
    one = _one(part, key)
    at = placement.place(one.at)
    decoys = [placement.moved(by) for by in DECOYS]
    moved = [(one, decoy, frame.holds(decoy.place(one.at))) for decoy in decoys]
    others = []
    for k in range(1, EXCHANGES):
        far = round(len(at) * k / EXCHANGES)
        elsewhere = np.linalg.norm(at - np.roll(at, far, axis=0), axis=1) > 2 * REACH
        exchanged = replace(one, descriptors=np.roll(one.descriptors, far, axis=0))
        others.append((exchanged, placement, elsewhere & frame.holds(at)))
    beside = _mean_fit(frame, moved)
    return math.sqrt(beside * max(beside, _mean_fit(frame, others)))


def _spread(at: F64) -> float:
    """How far places, shape (n, 2), lie from their middle: those all within reach of each other are
    one place that any spot fits."""
    return float(np.sqrt(at.var(axis=0).sum())) if len(at) else 0.0


def _mean_fit(frame: Pictures, tried: Sequence[tuple[Pictures, Placement, Bits]]) -> float:
    """Of some features of pictures, each at a place."""
    asked, fits = PRIOR_ASKED, PRIOR_RATE * PRIOR_ASKED
    for one, placement, these in tried:
        near = _near(frame, one, 0, placement, REACH)
        asked += these.sum()
        fits += float(near.best(_fit(near))[these, 0].sum())
    return fits / asked


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
