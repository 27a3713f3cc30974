"""What one segment of frame codes answers, in rows of its own, and as hits in references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import MIN_QUALITY, Fingerprint
from index.candidates import Candidates, Closest
from index.columns import Column
from index.rows import TICKS_PER_S

I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Near:
    """Rows of a segment that are near some codes that were asked for."""

    counts: I64  # (codes asked,) hits of each
    rows: I64  # (n,) of one code after the other, ascending
    distances: NDArray[np.int32]  # (n,)
    reach: I64  # (codes asked,) distance up to which hits are complete; -1 if not even equal ones

    @classmethod
    def join(cls, parts: Sequence[Near]) -> Near:
        """What is found for the codes of several searches, one after the other."""
        nothing = np.empty(0, np.int64)
        return cls(
            np.concatenate([nothing, *(part.counts for part in parts)]),
            np.concatenate([nothing, *(part.rows for part in parts)]),
            np.concatenate([nothing.astype(np.int32), *(part.distances for part in parts)]),
            np.concatenate([nothing, *(part.reach for part in parts)]),
        )

    def nearest(self, radius: int, most: int) -> Near:
        """Of one code, those up to the largest distance that no more than so many are within."""
        within = np.cumsum(np.bincount(self.distances, minlength=radius + 1))
        reach = int(np.count_nonzero(within <= most)) - 1
        kept = self.distances <= reach
        counts = np.array([np.count_nonzero(kept)])
        return Near(counts, self.rows[kept], self.distances[kept], np.array([reach]))

    def candidates(self, used: Fingerprint, owners: Column, ticks: Column) -> Candidates:
        """The same as hits of the codes asked for, in references."""
        return Candidates(
            owners[self.rows].astype(np.int64),
            np.repeat(used.times, self.counts),
            ticks[self.rows] / TICKS_PER_S,
            self.distances,
        )

    def closest(
        self, fingerprint: Fingerprint, owners: Column, ticks: Column, radius: int
    ) -> Closest:
        """The same of those codes of a fingerprint that prove anything, which were asked for; of
        the others nothing is missing within the radius."""
        asked = np.flatnonzero(fingerprint.quality >= MIN_QUALITY)
        hits = self.candidates(telling(fingerprint), owners, ticks)
        reach = np.full(len(fingerprint), radius)
        reach[asked] = self.reach
        return Closest(hits, np.repeat(asked, self.counts), reach)


def telling(fingerprint: Fingerprint) -> Fingerprint:
    """The codes that prove anything."""
    return fingerprint.take(fingerprint.quality >= MIN_QUALITY)
