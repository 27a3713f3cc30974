"""Hash keys as compressed sparse rows: exact look-up of many keys at once.

A segment is four columns: `STEM.counts.npy`, how many postings each key has, deflated, for in a
small segment most keys have none; `STEM.low.npy` and `STEM.high.npy`, the low 16 bits and the rest
of the place of each posting, by key, then by place; and `STEM.references.npy`, whose places those
are. Postings are memory-mapped, and as narrow as the largest place allows, which is 3 bytes up to
186 hours. Nothing is ever dropped from a crowded key.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.pairs import KEYS, reference_keys
from fingerprint.scheme import Fingerprint
from index.columns import Column, read_columns, write_columns
from index.interleaving import LOW_BITS
from index.merging_postings import merge_postings
from index.rows import Rows, rows_of_one
from index.source import Source
from index.timeline import Timeline

KEY_BITS = (KEYS - 1).bit_length()
PLACE_BITS = 63 - KEY_BITS  # of an int64 beside a key

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Signed = NDArray[np.signedinteger]
Unsigned = NDArray[np.unsignedinteger]


class PostingsSegment:
    """An inverted index of landmark pairs."""

    keys: ClassVar[int] = KEYS  # that there are
    beside: ClassVar[str | None] = None  # a further column, of one number a posting

    def __init__(self, timeline: Timeline, counts: I64, low: Unsigned, high: Unsigned) -> None:
        self.timeline = timeline
        self._first = _narrow(np.concatenate([[0], np.cumsum(counts)]))  # of each key, and the end
        self._low = np.asarray(low)  # as plain arrays, still mapped: a memmap is slow to index
        self._high = np.asarray(high)

    @property
    def rows(self) -> Rows:
        """Everything that is stored, by place, so that the rows of a reference lie together."""
        keys = np.repeat(np.arange(self.keys, dtype=np.uint32), self.counts)
        places, values = _sorted(self.places(slice(None)), keys, KEY_BITS)
        return self.timeline.rows(places, values.astype(np.uint32))

    @property
    def counts(self) -> I64:
        """How many postings each key has, shape (keys,)."""
        first = self._first.astype(np.int64)
        return first[1:] - first[:-1]

    @staticmethod
    def rows_of(number: int, fingerprint: Fingerprint) -> Rows:
        """The hash keys of one reference's peaks."""
        keys = reference_keys(fingerprint)
        return rows_of_one(number, keys.keys, keys.times)

    @classmethod
    def write(cls, stem: Path, rows: Rows) -> Mapping[str, str]:
        """Sort by key and write the files; returns sha256 by file name."""
        timeline = Timeline.of(rows)
        _, places = _sorted(rows.values, timeline.places(rows), PLACE_BITS)
        return write_columns(stem, **cls.columns(timeline, rows.values, places))

    @classmethod
    def merge(
        cls, stem: Path, sources: Sequence[Source], tell: Callable[[int], None]
    ) -> Mapping[str, str]:
        """Write the files of all live rows of other segments, in order of key and place."""
        merged = merge_postings(stem, sources, _counts_at, cls.beside, tell)
        counts, references = _deflated(merged.counts), merged.timeline.column()
        return {**merged.digests, **write_columns(stem, counts=counts, references=references)}

    @classmethod
    def columns(cls, timeline: Timeline, keys: Column, places: I64) -> dict[str, Column]:
        """What is written of keys, in any order, and of places in order of their keys."""
        return {
            "counts": _deflated(np.bincount(keys, minlength=cls.keys)),
            "low": (places & (2**LOW_BITS - 1)).astype(np.uint16),
            "high": _narrow(places >> LOW_BITS),
            "references": timeline.column(),
        }

    @classmethod
    def open(cls, stem: Path) -> PostingsSegment:
        """Map the files into memory."""
        counts, low, high, references = read_columns(stem, "counts", "low", "high", "references")
        return cls(Timeline.of_column(references), inflated(counts), low, high)

    def look_up(self, keys: I64) -> tuple[I64, Signed]:
        """How many postings each key has, and their places, in order of the keys."""
        counts, hits = self.hits(keys)
        return counts, self.places(hits)

    def hits(self, keys: I64) -> tuple[I64, I64]:
        """How many postings each key has, and which they are, in order of the keys."""
        first = self._first[keys].astype(np.int64)
        counts = self._first[keys + 1] - first
        hits = np.repeat(first - np.cumsum(counts) + counts, counts)
        hits += np.arange(len(hits))
        return counts, hits

    def places(self, which: I64 | slice) -> Signed:
        """The places of some postings."""
        places: Signed = self._high[which].astype(self.timeline.kind)
        places <<= LOW_BITS
        places |= self._low[which]
        return places


def _sorted(first: Column, second: Column, bits: int) -> tuple[I64, I64]:
    """Two columns in order of the first, then the second, which is below 2 ** bits; as one number,
    for sorting positions takes fifteen times as long."""
    both = (first.astype(np.int64) << bits) | second
    both.sort()
    return both >> bits, both & (2**bits - 1)


def _narrow(numbers: I64) -> Unsigned:
    """The same numbers in the smallest unsigned type that holds them."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def _counts_at(stem: Path) -> I64:
    return inflated(*read_columns(stem, "counts"))


def _deflated(counts: I64) -> NDArray[np.uint8]:
    return np.frombuffer(zlib.compress(counts.astype("<u4").tobytes()), np.uint8)


def inflated(column: NDArray[np.uint8]) -> I64:
    """The counts that a column holds."""
    return np.frombuffer(zlib.decompress(column.tobytes()), "<u4").astype(np.int64)
