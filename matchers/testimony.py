"""What the features of a key frame say of the frame that should show it.

Each feature of the key frame that would lie inside the frame is asked for at its place. How near
a descriptor there is, in bits and in place, gives a likelihood ratio: how much more often a copy
has one as near, over what chance gives where the picture does not lie, or to others in its place.
Features that earlier key frames show as well prove nothing new, a crowd of them in one place, line
or region counts as a few, and a still stretch of the suspect proves no more than a picture can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchers.confirming import confirmed
from matchers.features import Pictures
from matchers.placement import CELL, MOST_IN_CELL, NEAR_BITS, Placement
from matchers.runs import best_run

REACH = 10 / 512  # of the suspect's longer side: a filmed screen sways
STALE_BITS, STALE_REACH, RECENT = 27, 8 / 512, 20  # seen in one of so many frames before
HARDLY_BETTER = 0.5  # times as well, in the suspect's last frames: then it was there before
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
    suspect: Pictures, part: Pictures, key: int, placement: Placement, shown: slice
) -> F64:
    """How like each feature of a key frame is what is seen near its place in some frames of the
    suspect, shape (features, frames): 1 where it is the same, 0 where nothing is near enough, and
    in the frames that are not `shown`."""
    own, frames = part.frame(key), len(suspect)
    wanted = placement.place(part.at[own])
    first, last = (np.full(len(wanted), end) for end in (shown.start, shown.stop))
    near = _near(suspect, wanted, part.numbers[:, own], first, last, REACH)
    best = np.zeros(len(wanted) * frames)
    worth = 1 - near.bits / (NEAR_BITS + 1)
    np.maximum.at(best, near.asked * frames + near.frame, worth)
    return best.reshape(len(wanted), frames)


def glimpse(
    suspect: Pictures, shown: int, reference: Pictures, key: int, placement: Placement
) -> float:
    """Nats of one pair of frames alone."""
    asked = _Asked.of(reference, placement, np.array([key]), np.array([shown]))
    said = _said(suspect, asked, np.ones(len(asked.pair), bool))
    return max(float(said.nats(share)[0]) for share in SURVIVAL) / DISPERSION


def evidence(
    suspect: Pictures, part: Pictures, placement: Placement, key: I64, frame: I64
) -> tuple[F64, F64]:
    """Nats of key frames, shape (n,), each shown by a frame of the suspect, under the share of
    features surviving that speaks most for a match, before any limit; and what they would be more
    if features that the suspect showed before proved anything, for that still tells the right line
    from others."""
    asked = _Asked.of(part, placement, key, frame)
    said = _said(suspect, asked, _fresh(part, asked, key))
    share = max(SURVIVAL, key=lambda share: best_run(said.nats(share))[2])
    nats = said.nats(share)
    return nats / DISPERSION + PRESENCE * (nats >= 0), said.known(share) / DISPERSION


def limited(suspect: Pictures, proved: F64, frame: I64) -> F64:
    """Nats of key frames, shape (n,), of which a still stretch of the suspect proves no more than
    a picture can; each is shown by a frame of the suspect."""
    alone = STILL_NATS if len(suspect) > 1 else PICTURE_NATS
    return confirmed(proved, _still_stretches(suspect.times)[frame], alone)


def _still_stretches(times: F64) -> I64:
    """Which picture each frame of a suspect shows, shape (n,): a number for each frame where it
    moves, and one for each stretch in which frames are far apart, where nothing changes."""
    apart = np.diff(times) >= STILL_APART_S
    return np.cumsum(np.concatenate([[False], ~apart]))


@dataclass(frozen=True, slots=True)
class _Nearby:
    """Features of the suspect near places where some were asked for, shape (n,)."""

    asked: I64
    frame: I64
    bits: NDArray[np.uint8]  # in which the two differ
    apart: F64  # in units of the suspect's longer side


def _near(
    suspect: Pictures, wanted: F64, numbers: U32, first: I64, last: I64, reach: float
) -> _Nearby:
    """What lies near places, shape (n, 2), in the frames from the first to before the last, beside
    the descriptors, shape (3, n), that are asked for there."""
    squares = suspect.squares
    asked, near = squares.around(wanted, first, last)
    across, down = squares.x[near] - wanted[asked, 0], squares.y[near] - wanted[asked, 1]
    within = np.flatnonzero((np.abs(across) <= reach) & (np.abs(down) <= reach))
    asked, near = asked[within], near[within]
    bits = np.zeros(len(near), np.uint8)
    for ours, theirs in zip(squares.numbers, numbers, strict=True):
        bits += np.bitwise_count(ours[near] ^ theirs[asked])
    return _Nearby(asked, squares.frame[near], bits, np.hypot(across[within], down[within]))


@dataclass(frozen=True, slots=True)
class _Asked:
    """All features of some key frames, each asked for at its place in one frame of the suspect."""

    frames: I64  # (pairs,) of the suspect, each of which should show a key frame
    pair: I64  # (n,)
    at: F64  # (n, 2) in the reference
    wanted: F64  # (n, 2) in the suspect
    numbers: U32  # (3, n) descriptors
    first: I64  # (n,) where its key frame begins among them …
    count: I64  # (n,) … and how many features that has

    @classmethod
    def of(cls, part: Pictures, placement: Placement, key: I64, frame: I64) -> _Asked:
        """What is asked when these key frames should be shown by these frames."""
        counts = np.diff(part.first)[key]
        ends = np.cumsum(counts)
        pair = np.repeat(np.arange(len(key)), counts)
        each = np.arange(len(pair)) + (part.first[key] - (ends - counts))[pair]
        at, first = part.at[each], (ends - counts)[pair]
        wanted = placement.place(at)
        numbers = part.numbers[:, each]
        return cls(frame, pair, at, wanted, numbers, first, counts[pair])

    def exchanged(self, share: float) -> tuple[_Asked, Bits]:
        """The same with the descriptor of another feature of the key frame in the place of each,
        that share of them further on, and which of these do not come from about the same place."""
        place = np.arange(len(self.pair)) - self.first
        far = np.rint(share * self.count).astype(np.int64)
        other = self.first + (place - far) % self.count
        elsewhere = np.linalg.norm(self.wanted - self.wanted[other], axis=1) > 2 * REACH
        return replace(self, numbers=self.numbers[:, other]), elsewhere

    def fit(self, suspect: Pictures) -> F64:
        """How well the best of what is there fits each, shape (n,); 0 where there is nothing."""
        frame = self.frames[self.pair]
        near = _near(suspect, self.wanted, self.numbers, frame, frame + 1, REACH)
        best = np.zeros(len(self.pair))
        np.maximum.at(best, near.asked, _fit(near))
        return best


@dataclass(frozen=True, slots=True)
class _Said:
    """What the features that count say, shape (n,)."""

    pairs: int
    pair: I64
    ratio: F64  # how much more likely what was found is for a copy than by accident
    weight: F64  # less for those in a crowd
    before: Bits  # whether it was shown before

    def nats(self, share: float) -> F64:
        """Evidence of each pair, if this share of the features survives in a copy."""
        return self._sum(share, ~self.before)

    def known(self, share: float) -> F64:
        """What features that were shown before would add."""
        return self._sum(share, self.before)

    def _sum(self, share: float, meant: Bits) -> F64:
        each = self.weight * meant * np.log(1 - share + share * self.ratio)
        return np.asarray(np.bincount(self.pair, each, self.pairs), np.float64)


def _said(suspect: Pictures, asked: _Asked, new: Bits) -> _Said:
    """What the new features that lie inside the suspect say, of pairs where they are more than one
    spot."""
    inside = new & suspect.holds(asked.wanted)
    spread = _spread(asked.wanted[inside], asked.pair[inside], len(asked.frames))
    counts = inside & (spread >= REACH)[asked.pair]
    pair, fit = asked.pair[counts], asked.fit(suspect)
    ratio = fit[counts] / _by_accident(suspect, asked)[pair]
    before = _shown_before(suspect, asked, fit)[counts]
    return _Said(len(asked.frames), pair, ratio, weights(asked.at[counts], pair), before)


def weights(at: F64, pair: I64) -> F64:
    """What each feature counts, shape (n,), by its place in the reference, shape (n, 2): a few of
    each cell, of each row and column of cells, for a line of text looks like any other, and of each
    region, wherever its edges are drawn, for one figure may appear in many films. Each pair of
    frames is weighed apart."""
    column, row = np.floor(at / CELL).astype(np.int64).T
    weight = np.ones(len(at))
    for names, most in (
        (_squares(at, CELL), MOST_IN_CELL),
        (row, MOST_IN_LINE),
        (column, MOST_IN_LINE),
        (_squares(at, REGION), MOST_IN_REGION),
        (_squares(at + REGION / 2, REGION), MOST_IN_REGION),
    ):
        _, where = np.unique(pair << 16 | names, return_inverse=True)
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


def _by_accident(suspect: Pictures, asked: _Asked) -> F64:
    """The fit of a feature that chance gives, of each pair: of the same ones where the picture does
    not lie, or between that and the fit of others in their place, whichever is more. Beside a
    lonely spot there is nothing to be found, and its corners may all look the same; but so may
    those of a copy."""
    pairs = len(asked.frames)
    moved = [replace(asked, wanted=asked.wanted + decoy) for decoy in DECOYS]
    beside = _mean_fit(suspect, [(m, suspect.holds(m.wanted)) for m in moved], pairs)
    inside = suspect.holds(asked.wanted)
    swapped = [asked.exchanged(k / EXCHANGES) for k in range(1, EXCHANGES)]
    others = _mean_fit(suspect, [(one, apart & inside) for one, apart in swapped], pairs)
    return np.asarray(np.sqrt(beside * np.maximum(beside, others)))


def _mean_fit(suspect: Pictures, tried: Sequence[tuple[_Asked, Bits]], pairs: int) -> F64:
    """Of those that are meant of what was asked, over each pair, shape (pairs,)."""
    count, fits = np.full(pairs, PRIOR_ASKED), np.full(pairs, PRIOR_RATE * PRIOR_ASKED)
    for asked, meant in tried:
        count += np.bincount(asked.pair, meant, pairs)
        fits += np.bincount(asked.pair, asked.fit(suspect) * meant, pairs)
    return np.asarray(fits / count)


def _spread(at: F64, pair: I64, pairs: int) -> F64:
    """How far the places of each pair, shape (n, 2), lie from their middle, shape (pairs,): those
    all within reach of each other are one place that any spot fits."""
    count = np.maximum(np.bincount(pair, minlength=pairs), 1)
    variance = np.zeros(pairs)
    for along in at.T:
        middle = np.bincount(pair, along, pairs) / count
        variance += np.bincount(pair, (along - middle[pair]) ** 2, pairs) / count
    return np.asarray(np.sqrt(variance))


def _shown_before(suspect: Pictures, asked: _Asked, fit: F64) -> Bits:
    """Which features were found, but hardly better than in other frames of the pairs before, shape
    (n,): in a room that a fixed camera sees they are there at any time, whatever the grain adds."""
    best = np.zeros(len(fit))
    which = np.flatnonzero((fit > 1) & (asked.pair > 0))
    if not len(which):  # as of a single pair
        return best > 0
    earlier, pair = suspect.take(asked.frames), asked.pair[which]
    near = _near(
        earlier,
        asked.wanted[which],
        asked.numbers[:, which],
        np.maximum(pair - RECENT, 0),
        pair,
        REACH,
    )
    another = asked.frames[near.frame] != asked.frames[pair][near.asked]
    np.maximum.at(best, which[near.asked], _fit(near) * another)
    return np.asarray((best > 0) & (best >= HARDLY_BETTER * fit))


def _fresh(part: Pictures, asked: _Asked, key: I64) -> Bits:
    """Which features no key frame shows that was asked for shortly before, shape (n,)."""
    was_asked = np.zeros(len(part), bool)
    was_asked[key] = True
    earliest = key[np.maximum(np.arange(len(key)) - RECENT, 0)]
    near = _near(part, asked.at, asked.numbers, earliest[asked.pair], key[asked.pair], STALE_REACH)
    new = np.ones(len(asked.pair), bool)
    new[near.asked[(near.bits <= STALE_BITS) & was_asked[near.frame]]] = False
    return new
