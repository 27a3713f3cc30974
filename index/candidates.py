"""The nouns that leave this room: where codes of a suspect came near codes of references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.timeline import Timeline


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
class Postings:
    """Where the keys of a suspect are stored."""

    timeline: Timeline
    alive: NDArray[np.bool_]  # (references of the timeline,) those not removed
    counts: NDArray[np.int64]  # (segments, k) places of each key in each segment
    places: NDArray[np.signedinteger]  # (counts.sum(),) on the timeline, in the same order
