"""Landmark hash keys as compressed sparse rows: exact look-up of many keys at once.

A segment is four columns: `STEM.counts.npy`, how many postings each key has; `STEM.low.npy` and
`STEM.high.npy`, the low 16 bits and the rest of the place of each posting, by key, then by place;
and `STEM.references.npy`, whose places those are. All are memory-mapped; each is as narrow as its
largest number allows, which is 3 bytes a posting up to 186 hours. Nothing is ever dropped from a
crowded key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.landmark import decode
from fingerprint.audio.pairs import KEYS, reference_keys
from fingerprint.scheme import Fingerprint
from index.candidates import Postings
from index.columns import read_columns, write_columns
from index.rows import LAST_TICK, Rows, rows_of_one
from index.timeline import TICKS_PER_PLACE, Timeline

LOW_BITS = 16

I64 = NDArray[np.int64]
U32 = NDArray[np.uint32]
Unsigned = NDArray[np.unsignedinteger]


class PostingsSegment:
    """An inverted index of landmark pairs."""

    def __init__(self, timeline: Timeline, counts: Unsigned, low: Unsigned, high: Unsigned) -> None:
        self._timeline = timeline
        self._counts = np.asarray(counts)
        self._first = np.cumsum(self._counts, dtype=np.int64) - self._counts
        self._low = np.asarray(low)  # as plain arrays, still mapped: a memmap is slow to index
        self._high = np.asarray(high)

    @property
    def rows(self) -> Rows:
        """Everything that is stored."""
        places = _joined(self._low, self._high)
        owner = self._timeline.owner(places)
        ticks = (places - self._timeline.starts[owner]) * TICKS_PER_PLACE
        return Rows(
            np.repeat(np.arange(KEYS, dtype=np.uint32), self._counts),
            self._timeline.numbers[owner].astype(np.uint32),
            np.minimum(ticks, LAST_TICK).astype(np.uint32),
        )

    @staticmethod
    def rows_of(number: int, fingerprint: Fingerprint) -> Rows:
        """The hash keys of one reference's peaks."""
        keys = reference_keys(decode(fingerprint.codes), fingerprint.times)
        return rows_of_one(number, keys.keys, keys.times)

    @staticmethod
    def write(stem: Path, rows: Rows) -> Mapping[str, str]:
        """Sort by key and write the files; returns sha256 by file name."""
        timeline = Timeline.of(rows)
        places = timeline.places(rows)
        places = places[np.lexsort((places, rows.values))]
        return write_columns(
            stem,
            counts=_narrow(np.bincount(rows.values, minlength=KEYS)),
            low=(places % 2**LOW_BITS).astype(np.uint16),
            high=_narrow(places >> LOW_BITS),
            references=timeline.column(),
        )

    @classmethod
    def open(cls, stem: Path) -> PostingsSegment:
        """Map the files into memory."""
        counts, low, high, references = read_columns(stem, "counts", "low", "high", "references")
        return cls(Timeline.of_column(references), counts, low, high)

    def look_up(self, keys: U32, removed: Sequence[int]) -> Postings:
        """Every posting under each key, in order of the keys; those of removed references too, for
        which `alive` is false."""
        counts = self._counts[keys].astype(np.int64)
        begin = np.cumsum(counts) - counts
        hits = np.repeat(self._first[keys] - begin, counts) + np.arange(int(counts.sum()))
        places = _joined(self._low[hits], self._high[hits])
        alive = ~np.isin(self._timeline.numbers, removed)
        return Postings(self._timeline, alive, counts, places)

    def count(self, keys: U32) -> int:
        """How many postings `look_up` would give."""
        return int(self._counts[keys].sum(dtype=np.int64))


def _joined(low: Unsigned, high: Unsigned) -> I64:
    return (np.asarray(high).astype(np.int64) << LOW_BITS) | low


def _narrow(numbers: I64) -> Unsigned:
    """The same numbers in the smallest unsigned type that holds them."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))
