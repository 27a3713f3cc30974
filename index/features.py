"""Words of features as postings, each with the signature that tells it from others by accident.

Beside the columns of other postings there is `STEM.signatures.npy`, 32 bits of each. Of a word only
those are found whose signature is near enough to the one that is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from fingerprint.video.words import WORD_BITS, WORDS, signatures, words
from index.columns import Column, read_columns, write_columns
from index.firsts import keyed
from index.postings import PostingsSegment
from index.rows import Rows, rows_of_one
from index.timeline import Timeline

# Of 32. On the development corpus 94 % of true features that keep all of their word, or all but one
# bit, lie so near, and 15 % of others that do.
NEAR_BITS = 7

I64 = NDArray[np.int64]
Signed = NDArray[np.signedinteger]
Unsigned = NDArray[np.unsignedinteger]


class FeatureSegment(PostingsSegment):
    """An inverted index of the words of features."""

    keys: ClassVar[int] = WORDS
    beside: ClassVar[str | None] = "signatures"

    def __init__(
        self,
        timeline: Timeline,
        keyed: Column,
        low: Unsigned,
        high: Unsigned,
        signatures: NDArray[np.uint32],
    ) -> None:
        super().__init__(timeline, keyed, low, high)
        self._signatures = np.asarray(signatures)

    @staticmethod
    def rows_of(number: int, fingerprint: Fingerprint) -> Rows:
        """The words of one reference's features, below their signatures."""
        codes = fingerprint.codes
        values = signatures(codes).astype(np.uint64) << np.uint64(WORD_BITS) | words(codes)
        return rows_of_one(number, values, fingerprint.times)

    @property
    def rows(self) -> Rows:
        """Everything that is stored, by place, so that the rows of a reference lie together."""
        word = np.repeat(np.arange(self.keys, dtype=np.uint64), self.counts)
        values = self._signatures.astype(np.uint64) << np.uint64(WORD_BITS) | word
        places = self.places(slice(None))
        order = np.argsort(places, kind="stable")
        return self.timeline.rows(places[order].astype(np.int64), values[order])

    @classmethod
    def write(cls, stem: Path, rows: Rows) -> Mapping[str, str]:
        """Sort by word and write the files; returns sha256 by file name."""
        timeline = Timeline.of(rows)
        word, places = rows.values.astype(np.int64) & (WORDS - 1), timeline.places(rows)
        order = np.argsort(word << cls.place_bits() | places, kind="stable")
        signed = (rows.values[order] >> np.uint64(WORD_BITS)).astype(np.uint32)
        columns = cls.columns(timeline, word, places[order])
        return write_columns(stem, **columns, signatures=signed)

    @classmethod
    def open(cls, stem: Path) -> FeatureSegment:
        """Map the files into memory."""
        names = "low", "high", "references", "signatures"
        low, high, references, signed = read_columns(stem, *names)
        return cls(Timeline.of_column(references), keyed(stem), low, high, signed)

    def near(self, words: I64, signatures: NDArray[np.uint32]) -> tuple[I64, Signed]:
        """How many postings each word has that bear nearly its signature, and their places, in
        order of the words."""
        counts, hits = self.hits(words)
        asked = np.repeat(np.arange(len(words)), counts)
        apart = np.bitwise_count(np.take(self._signatures, hits) ^ signatures[asked])
        near = apart <= NEAR_BITS
        return np.bincount(asked[near], minlength=len(words)), self.places(hits[near])
