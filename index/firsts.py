"""Where the postings of each key begin, on disk: a column to be mapped, or counts to be inflated.

The column takes 4 bytes a key, four megabytes for landmarks. In a segment of fewer postings than
keys that would be more than all its postings take; counts of which most are 0 deflate to next to
nothing, and cost some milliseconds when they are first needed.
"""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.columns import Column, read_columns

FIRST, COUNTS = "first", "counts"  # names of the two columns
LAST_UINT32 = 2**32 - 1

I64 = NDArray[np.int64]
Unsigned = NDArray[np.unsignedinteger]


def packed(counts: I64) -> dict[str, Column]:
    """The column to write of so many postings of each key, by its name."""
    if counts.sum() < len(counts):
        return {COUNTS: np.frombuffer(zlib.compress(counts.astype("<u4").tobytes()), np.uint8)}
    return {FIRST: _first(counts)}


def keyed(stem: Path) -> Column:
    """The column that was written of a segment, mapped. Raises FileNotFoundError if there is
    neither."""
    try:
        (column,) = read_columns(stem, FIRST)
    except FileNotFoundError:
        (column,) = read_columns(stem, COUNTS)
    return column


def unpacked(column: Column) -> Unsigned:
    """The first posting of each key, and the end, shape (keys + 1,)."""
    if column.dtype != np.uint8:
        return np.asarray(column)  # a plain array, still mapped: a memmap is slow to index
    counts = np.frombuffer(zlib.decompress(column.tobytes()), "<u4")
    first = _first(counts.astype(np.int64))
    first.flags.writeable = False  # as one that is mapped, so that loops are compiled for one kind
    return first


def _first(counts: I64) -> Unsigned:
    ends = np.cumsum(counts)
    kind = np.uint32 if ends[-1] <= LAST_UINT32 else np.uint64
    return np.concatenate([[0], ends]).astype(kind)
