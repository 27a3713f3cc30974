"""Which of many hashes lie near which of a list, bit for bit: distances, and nothing concluded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
I64 = NDArray[np.int64]
ROOM = 1 << 22  # distances that are in memory at once


@dataclass(frozen=True, slots=True)
class Near:
    """Pairs of hashes, in order of the query, then of the list."""

    query: I64  # (n,) which of the query
    listed: I64  # (n,) which of the list
    distance: I64  # (n,) bits in which they differ


def near(query: U8, listed: U8, radius: int) -> Near:
    """All pairs within a radius, of hashes of shapes (n, 32) and (m, 32), by comparing each.

    >>> found = near(np.zeros((1, 32), np.uint8), np.full((2, 32), [[1], [0]], np.uint8), 31)
    >>> found.listed.tolist(), found.distance.tolist()
    ([1], [0])
    """
    ours, theirs = (np.ascontiguousarray(one).view(np.uint64) for one in (query, listed))
    step = max(1, ROOM // max(1, len(theirs)))
    parts = [_near(ours[i : i + step], theirs, radius, i) for i in range(0, len(ours), step)]
    none = np.empty((3, 0), np.int64)
    return Near(*np.concatenate([none, *parts], axis=1))


def _near(ours: NDArray[np.uint64], theirs: NDArray[np.uint64], radius: int, at: int) -> I64:
    distances = np.zeros((len(ours), len(theirs)), np.int64)
    for word in range(ours.shape[1]):
        distances += np.bitwise_count(ours[:, word, None] ^ theirs[:, word])
    rows, columns = np.nonzero(distances <= radius)
    return np.stack([rows + at, columns, distances[rows, columns]])
