"""The nouns that leave this room: where codes of a suspect came near codes of references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.timeline import Timeline

I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Bags of hits, all references in one structure of arrays; never an object per hit."""

    references: NDArray[np.int64]  # (n,) reference numbers
    query_times: NDArray[np.float64]  # (n,) seconds in the suspect
    reference_times: NDArray[np.float64]  # (n,) seconds in the reference
    distances: NDArray[np.int32]  # (n,) between the two codes; 0 for equal keys

    def __len__(self) -> int:
        return len(self.references)

    def take(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Candidates:
        """The hits selected by a mask or by positions."""
        return Candidates(
            self.references[keep],
            self.query_times[keep],
            self.reference_times[keep],
            self.distances[keep],
        )

    @classmethod
    def join(cls, parts: Sequence[Candidates]) -> Candidates:
        """All hits of several searches.

        >>> len(Candidates.join([]))
        0
        """
        none = cls(np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0, np.int32))
        parts = [none, *parts]
        return cls(
            np.concatenate([p.references for p in parts]),
            np.concatenate([p.query_times for p in parts]),
            np.concatenate([p.reference_times for p in parts]),
            np.concatenate([p.distances for p in parts]),
        )

    @classmethod
    def in_order(cls, parts: Sequence[Candidates]) -> Candidates:
        """All hits of several segments by suspect time, then by reference; those of one reference,
        which is in one segment, in the order that they are in."""
        joined = cls.join(parts)
        later, further = np.diff(joined.query_times), np.diff(joined.references)
        if ((later > 0) | ((later == 0) & (further >= 0))).all():
            return joined
        return joined.take(np.lexsort((joined.references, joined.query_times)))


@dataclass(frozen=True, slots=True)
class Closest:
    """The hits of each code of a suspect that are nearest to it: so many at most, and all of them
    up to a distance that is said."""

    hits: Candidates
    asked: I64  # (n,) which code of the suspect each hit is of
    reach: I64  # (codes,) within this distance hits are complete; -1 if not even equal ones are

    @classmethod
    def join(cls, codes: int, radius: int, most: int, parts: Sequence[Closest]) -> Closest:
        """Those of several indexes, for so many codes; the same as those of all in one, however
        they are cut.

        >>> Closest.join(2, 31, 100, []).reach
        array([31, 31])
        """
        reach = np.min([np.full(codes, radius), *(part.reach for part in parts)], axis=0)
        asked = np.concatenate([np.empty(0, np.int64), *(part.asked for part in parts)])
        hits = Candidates.join([part.hits for part in parts])
        order = np.lexsort((hits.references, asked))
        return cls(hits.take(order), asked[order], reach)._fitting(radius, most)

    def _fitting(self, radius: int, most: int) -> Closest:
        """Of each code as many as there may be: those up to the largest distance that fits."""
        cells = self.asked * (radius + 1) + self.hits.distances
        counts = np.bincount(cells, minlength=len(self.reach) * (radius + 1))
        within = np.cumsum(counts.reshape(len(self.reach), radius + 1), axis=1)
        reach = np.minimum(self.reach, np.sum(within <= most, axis=1) - 1)
        kept = self.hits.distances <= reach[self.asked]
        return Closest(self.hits.take(kept), self.asked[kept], reach)


@dataclass(frozen=True, slots=True)
class Postings:
    """Where the keys of a suspect are stored."""

    timeline: Timeline
    alive: NDArray[np.bool_]  # (references of the timeline,) those not removed
    counts: NDArray[np.int64]  # (segments, k) places of each key in each segment
    places: NDArray[np.signedinteger]  # (counts.sum(),) on the timeline, in the same order
