"""Hash keys as compressed sparse rows: exact look-up of many keys at once.

A segment is four columns: `STEM.first.npy`, where the postings of each key begin, or in a small
segment, where most keys have none, `STEM.counts.npy`, how many each has, deflated; `STEM.low.npy`
and `STEM.high.npy`, the low 16 bits and the rest of the place of each posting, by key, then by
place; and `STEM.references.npy`, whose places those are. All are memory-mapped, and places as
narrow as the largest allows, which is 3 bytes up to 186 hours. Counts are inflated when they are
first needed. Nothing is ever dropped from a crowded key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.pairs import KEYS, reference_keys
from fingerprint.scheme import Fingerprint
from index.columns import Column, read_columns, write_columns
from index.compiled import pays
from index.firsts import keyed, packed, unpacked
from index.interleaving import LOW_BITS
from index.merging_postings import merge_postings
from index.rows import Rows, rows_of_one
from index.source import Source
from index.timeline import Timeline

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Signed = NDArray[np.signedinteger]
Unsigned = NDArray[np.unsignedinteger]


class PostingsSegment:
    """An inverted index of landmark pairs."""

    keys: ClassVar[int] = KEYS  # that there are
    beside: ClassVar[str | None] = None  # a further column, of one number a posting

    def __init__(self, timeline: Timeline, keyed: Column, low: Unsigned, high: Unsigned) -> None:
        """`keyed` is what `packed` gave."""
        self.timeline = timeline
        self._keyed = keyed
        self._low = np.asarray(low)  # as plain arrays, still mapped: a memmap is slow to index
        self._high = np.asarray(high)

    def __len__(self) -> int:
        return len(self._low)

    @cached_property
    def _first(self) -> Unsigned:
        """Of each key, and the end, shape (keys + 1,)."""
        return unpacked(self._keyed)

    @property
    def rows(self) -> Rows:
        """Everything that is stored, by place, so that the rows of a reference lie together."""
        keys = np.repeat(np.arange(self.keys, dtype=np.uint32), self.counts)
        places, values = _sorted(self.places(slice(None)), keys, 63 - self.place_bits())
        return self.timeline.rows(places, values.astype(np.uint32))

    @property
    def counts(self) -> I64:
        """How many postings each key has, shape (keys,)."""
        first = self._first.astype(np.int64)
        return first[1:] - first[:-1]

    @classmethod
    def place_bits(cls) -> int:
        """Bits of an int64 that are left for a place beside a key."""
        return 63 - (cls.keys - 1).bit_length()

    @staticmethod
    def rows_of(number: int, fingerprint: Fingerprint) -> Rows:
        """The hash keys of one reference's peaks."""
        keys = reference_keys(fingerprint)
        return rows_of_one(number, keys.keys, keys.times)

    @classmethod
    def write(cls, stem: Path, rows: Rows) -> Mapping[str, str]:
        """Sort by key and write the files; returns sha256 by file name."""
        timeline = Timeline.of(rows)
        _, places = _sorted(rows.values, timeline.places(rows), cls.place_bits())
        return write_columns(stem, **cls.columns(timeline, rows.values, places))

    @classmethod
    def merge(
        cls, stem: Path, sources: Sequence[Source], tell: Callable[[int], None]
    ) -> Mapping[str, str]:
        """Write the files of all live rows of other segments, in order of key and place."""
        merged = merge_postings(stem, sources, _counts_at, cls.beside, tell)
        beside = {**packed(merged.counts), "references": merged.timeline.column()}
        return {**merged.digests, **write_columns(stem, **beside)}

    @classmethod
    def columns(cls, timeline: Timeline, keys: Column, places: I64) -> dict[str, Column]:
        """What is written of keys, in any order, and of places in order of their keys."""
        return {
            **packed(np.bincount(keys, minlength=cls.keys)),
            "low": (places & (2**LOW_BITS - 1)).astype(np.uint16),
            "high": _narrow(places >> LOW_BITS),
            "references": timeline.column(),
        }

    @classmethod
    def open(cls, stem: Path) -> PostingsSegment:
        """Map the files into memory."""
        low, high, references = read_columns(stem, "low", "high", "references")
        return cls(Timeline.of_column(references), keyed(stem), low, high)

    def look_up(self, keys: I64) -> tuple[I64, Signed]:
        """How many postings each key has, and their places, in order of the keys."""
        counts = self.count(keys)
        places = np.empty(int(counts.sum()), self.timeline.kind)
        self.gather(keys, counts, 0, places)
        return counts, places

    def count(self, keys: I64) -> I64:
        """How many postings each key has, shape (n,). Raises ValueError for a damaged segment."""
        if pays(len(keys)):
            from index.postings_kernels import count  # half a second, with numba

            counts = np.empty(len(keys), np.int64)
            is_sound = count(self._first, keys, len(self), counts)
        else:
            begin, end = (self._first[at].astype(np.int64) for at in (keys, keys + 1))
            counts = end - begin
            is_sound = not (counts < 0).any() and not (end > len(self)).any()
        if not is_sound:
            raise ValueError("postings begin beyond their end: the index is damaged")
        return counts

    def gather(self, keys: I64, counts: I64, start: int, places: Signed) -> None:
        """The places of all postings of the keys, of which `count` gave the numbers, in order of
        the keys, moved by `start`, into `places`, shape (counts.sum(),)."""
        if len(places) and pays(len(places)):
            from index.postings_kernels import gather  # half a second, with numba

            gather(self._first, keys, self._low, self._high, start, places)
        else:
            places[:] = self.places(self._which(keys, counts))
            places += start

    def hits(self, keys: I64) -> tuple[I64, I64]:
        """How many postings each key has, and which they are, in order of the keys."""
        counts = self.count(keys)
        return counts, self._which(keys, counts)

    def _which(self, keys: I64, counts: I64) -> I64:
        first = self._first[keys].astype(np.int64)
        hits = np.repeat(first - np.cumsum(counts) + counts, counts)
        hits += np.arange(len(hits))
        return hits

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
    first = unpacked(keyed(stem)).astype(np.int64)
    return first[1:] - first[:-1]
