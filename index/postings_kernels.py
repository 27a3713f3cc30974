"""Looking postings up, compiled. `index/postings.py` has the same in NumPy.

Numba does not check bounds: `count` does, of where postings begin, before `gather` follows it."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

I64 = NDArray[np.int64]
Signed = NDArray[np.signedinteger]
Unsigned = NDArray[np.unsignedinteger]

AHEAD = 64  # keys whose postings are on their way from memory at once
LOW_BITS = 16


@njit(cache=True, nogil=True)
def count(first: Unsigned, keys: I64, stored: int, counts: I64) -> bool:
    """How many of so many postings each key has, into `counts`, shape (n,); False if some would
    begin beyond their end, or there is no such key."""
    for i in range(len(keys)):
        if keys[i] < 0 or keys[i] >= len(first) - 1:
            return False
        begin, end = np.int64(first[keys[i]]), np.int64(first[keys[i] + 1])
        if begin > end or end > stored:
            return False
        counts[i] = end - begin
    return True


@njit(cache=True, nogil=True)
def gather(
    first: Unsigned, keys: I64, low: Unsigned, high: Unsigned, start: int, places: Signed
) -> np.int64:
    """The places of the postings of each key, in order of the keys, moved by `start`, into
    `places`, shape (n,). There must be some, and `count` must have been over the keys.

    The first and the last posting of some keys are read ahead of the rest: such reads do not wait
    for each other. Their sum is returned, so that they are not left out.
    """
    kind = places.dtype.type
    one, keyed, last = np.uint64(1), np.uint64(len(keys)), np.uint64(len(low) - 1)
    seen, at, block = np.int64(0), np.uint64(0), np.uint64(0)
    while block < keyed:
        until = min(block + np.uint64(AHEAD), keyed)
        for i in range(block, until):
            key = np.uint64(keys[np.uint64(i)])
            begin = min(np.uint64(first[key]), last)
            end = min(np.uint64(first[key + one]), last)
            seen += np.int64(low[begin]) + np.int64(high[begin])
            seen += np.int64(low[end]) + np.int64(high[end])
        for i in range(block, until):
            key = np.uint64(keys[np.uint64(i)])
            begin, end = np.uint64(first[key]), np.uint64(first[key + one])
            while begin < end:
                places[at] = (kind(high[begin]) << kind(LOW_BITS) | kind(low[begin])) + kind(start)
                begin += one
                at += one
        block = until
    return seen
