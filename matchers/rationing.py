"""What a search for pictures can afford in a large catalogue.

Up to some hours everything is asked for. In larger catalogues the words that are asked for are the
rarest, for each posting costs the same and those of a crowded word say least; of whole frames,
some that lie evenly in a window are searched for as far as ever, and all of them near by; and the
references that have most hits are voted for; and of the frames that turn up, those are looked at
that others on one line support. A large catalogue is searched less deeply, never partly
([decision 12](../docs/decisions/0012-what-a-picture-costs.md)).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import MIN_QUALITY, Fingerprint
from index.candidates import Candidates
from matchers.sightings import MOST_SIGHTINGS, Sighting

MOST_MET = 4_000_000  # postings of the words of a window, seen in one way
BESIDE = 7  # times less often a copy has a word beside a feature's own than that one
MOST_COMPARED = 40_000_000  # pairs of codes of whole frames, of a window seen in one way
LEAST_FRAMES = 4  # of a window that are searched for however large the catalogue is
# Hits of a frame that is searched for far, or near. One that has more shows what thousands of
# places show, and the nearest of them are enough.
MOST_FAR, MOST_NEAR = 65_536, 4096
NEAR_SHARE = 31 / 256  # of a code's bits: what is coded anew, blurred or under a logo is as near
MOST_REFERENCES = 128  # that whole frames of a window, seen in one way, vote for
ALL_LOOKED_AT = 1_000_000  # postings of a catalogue up to which every sighting is looked at
LEAST_LOOKED_AT = 16
# Two sightings lie on one line if their offsets differ by no more than that, and so much of the
# time between them.
SAME_S, SLOPE = 0.5, 0.3

I64 = NDArray[np.int64]


def rare(counts: I64, most: int = MOST_MET) -> tuple[I64, I64]:
    """Which words to ask for, of the postings of each, shape (1 + bits, features): a feature's own,
    then those beside it. Those that are rarest for what they promise, down to one bar, so that no
    more than so many postings are met; as positions along both axes.

    >>> rare(np.array([[3, 0, 2, 7, 3]]), most=8)[1], rare(np.array([[3, 0, 2, 7, 3]]), most=7)[1]
    (array([0, 2, 4]), array([2]))
    """
    price = counts.copy()
    price[1:] *= BESIDE
    met = np.cumsum(np.bincount(price.ravel(), counts.ravel())) if price.size else np.empty(0)
    bar = np.searchsorted(met, most, side="right")
    row, feature = np.nonzero((counts > 0) & (price < bar))
    return row, feature


def spread(
    frames: Fingerprint, stored: int, most: int = MOST_COMPARED
) -> tuple[Fingerprint, Fingerprint]:
    """The frames of a window to search for far among so many stored ones: all that prove anything,
    or as many as can be afforded, evenly. And the others, to search for near by alone."""
    telling = np.flatnonzero(frames.quality >= MIN_QUALITY)
    count = max(most // max(stored, 1), LEAST_FRAMES)
    if len(telling) <= count:
        return frames, frames.take(np.zeros(len(frames), bool))
    chosen = np.zeros(len(frames), bool)
    chosen[telling[np.linspace(0, len(telling) - 1, count).astype(np.int64)]] = True
    return frames.take(chosen), frames.take(~chosen)


def near_bits(frames: Fingerprint) -> int:
    """How far the frames that cannot all be searched for far are searched for.

    >>> near_bits(Fingerprint.empty("video-dct256-1", 32))
    31
    """
    return int(NEAR_SHARE * 8 * frames.codes.shape[1])


def most_hit(hits: Candidates, most: int = MOST_REFERENCES) -> Candidates:
    """The hits in the references that have most of them, the first ones of equal ones: of those
    that chance scatters over a large catalogue, each has one or two."""
    numbers, where, counts = np.unique(hits.references, return_inverse=True, return_counts=True)
    if len(numbers) <= most:
        return hits
    kept = np.zeros(len(numbers), bool)
    kept[np.argsort(-counts, kind="stable")[:most]] = True
    return hits.take(kept[where])


def looked_at(stored: int) -> int:
    """How many sightings of a window are looked at in a catalogue of so many postings: each costs
    reading a reference, of which a large catalogue has more than fit into memory.

    >>> [looked_at(n) for n in (0, 1_000_000, 8_000_000, 324_000_000)]
    [128, 128, 64, 19]
    """
    share = float(min(1.0, ALL_LOOKED_AT / max(stored, 1)))
    return max(round(MOST_SIGHTINGS * float(share ** (1 / 3))), LEAST_LOOKED_AT)


def supported(
    seen: Sequence[Sighting], suspect_s: NDArray[np.float64], most: int
) -> list[Sighting]:
    """The sightings to look at, best first: all in the order given if they are few enough, or those
    with most votes, their own and of other key frames on a line with them."""
    if len(seen) <= most or most >= MOST_SIGHTINGS:
        return list(seen[:most])
    of_one: dict[int, list[Sighting]] = defaultdict(list)
    for one in seen:
        of_one[one.reference].append(one)
    worth = [_support(one, of_one[one.reference], suspect_s) for one in seen]
    order = sorted(range(len(seen)), key=lambda i: (-worth[i], i))
    return [seen[i] for i in order[:most]]


def _support(one: Sighting, others: Sequence[Sighting], suspect_s: NDArray[np.float64]) -> int:
    """Its votes, and the most that each other key frame on a line with it has."""
    best = {one.reference_s: one.votes}
    for other in others:
        between = suspect_s[other.shown] - suspect_s[one.shown]
        late = other.reference_s - one.reference_s - between
        if other.reference_s != one.reference_s and abs(late) <= SAME_S + SLOPE * abs(between):
            best[other.reference_s] = max(best.get(other.reference_s, 0), other.votes)
    return sum(best.values())
