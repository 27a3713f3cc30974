"""The loops of a vote, compiled. `matchers/places.py` has the same in NumPy."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

I64 = NDArray[np.int64]
Signed = NDArray[np.signedinteger]


@njit(cache=True, nogil=True)
def pack(places: Signed, counts: I64, shifts: Signed, bits: int, packed: Signed) -> None:
    """Each place above so many bits, less the shift of its key, into `packed`, shape (n,); as many
    in turn as `counts` says, shape (segments, keys)."""
    kind, at = packed.dtype.type, np.uint64(0)
    for segment in range(counts.shape[0]):
        for key in range(counts.shape[1]):
            until, shift = at + np.uint64(counts[segment, key]), shifts[key]
            while at < until:
                packed[at] = (kind(places[at]) << kind(bits)) - shift
                at += np.uint64(1)


@njit(cache=True, nogil=True)
def crowds(packed: Signed, bits: int, least: int, reach: int, first: I64, count: I64) -> int:
    """How many groups of overlapping crowds there are, and the greatest of each: its first vote and
    number of votes, into `first` and `count`. A crowd is votes within `reach` places of its first,
    at least `least` of them; those that begin less than that apart are of one group."""
    one, end, others = np.uint64(1), np.uint64(len(packed)), np.uint64(least - 1)
    i, until, groups, last = np.uint64(0), np.uint64(0), 0, np.int64(0)
    while i + others < end:
        place = np.int64(packed[i]) >> bits
        beyond = (place + reach) << bits
        if np.int64(packed[i + others]) < beyond:
            until = max(until, i + others + one)
            while until < end and np.int64(packed[until]) < beyond:
                until += one
            if groups == 0 or place - last >= reach:
                count[groups] = 0
                groups += 1
            if until - i > np.uint64(count[groups - 1]):
                first[groups - 1], count[groups - 1] = i, until - i
            last = place
        i += one
    return groups


@njit(cache=True, nogil=True)
def weigh(packed: Signed, mask: int, first: I64, last: I64, weights: I64) -> None:
    """The sum of the lowest bits of the votes of each range, into `weights`, shape (n,); a range
    that comes again and again is gone through once."""
    for i in range(len(first)):
        if i > 0 and first[i] == first[i - 1] and last[i] == last[i - 1]:
            weights[i] = weights[i - 1]
            continue
        sum_ = np.int64(0)
        for j in range(first[i], last[i]):
            sum_ += np.int64(packed[j] & mask)
        weights[i] = sum_
