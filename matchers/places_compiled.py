"""The vote of `matchers/places.py` by compiled loops: the same answers, several times as fast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.candidates import Postings
from matchers.asking import WEIGHT_BITS, WEIGHTS, Asked
from matchers.places import BIN, greatest, shifts
from matchers.places_kernels import crowds, pack, weigh

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Signed = NDArray[np.signedinteger]


@dataclass(frozen=True, slots=True)
class CompiledVotes:
    """Votes in order of place."""

    packed: Signed  # (n,) the place of each above its weight

    @classmethod
    def of(cls, found: Postings, asked: Asked, moments_s: F64) -> CompiledVotes:
        """One vote for each posting. NumPy sorts them, for it does so as fast as counting passes
        would."""
        shift = shifts(found, asked, moments_s)
        packed = np.empty(len(found.places), shift.dtype)
        pack(found.places, found.counts, shift, WEIGHT_BITS, packed)
        packed.sort()
        return cls(packed)

    def at(self, which: I64) -> Signed:
        """The places of some votes."""
        place: Signed = self.packed[which] >> WEIGHT_BITS
        return place

    def crowds(self, least: int) -> tuple[I64, I64]:
        """First vote and number of votes of the greatest crowds, in order of place."""
        first, count = np.empty((2, len(self.packed) // least + 1), np.int64)
        groups = crowds(self.packed, WEIGHT_BITS, least, 2 * BIN, first, count)
        best = greatest(count[:groups])
        return first[best], count[best]

    def weight(self, first: I64, last: I64) -> I64:
        """What the votes from `first` up to `last` weigh together."""
        weights = np.empty(len(first), np.int64)
        weigh(self.packed, WEIGHTS - 1, first, last, weights)
        return weights

    def between(self, begin: I64, end: I64) -> I64:
        """The same for the votes from place to place."""
        kind = self.packed.dtype
        borders = ((at * WEIGHTS).astype(kind) for at in (begin, end))
        return self.weight(*(np.searchsorted(self.packed, at) for at in borders))
