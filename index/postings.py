"""Landmark hash keys as sorted postings: exact look-up of many keys at once.

A segment is three columns, `STEM.keys.npy` (ascending), `STEM.owners.npy` and `STEM.ticks.npy`,
all memory-mapped. Nothing is ever dropped from a crowded key.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.landmark import decode
from fingerprint.audio.pairs import query_keys, reference_keys
from fingerprint.scheme import Fingerprint
from index.candidates import Candidates
from index.columns import read_columns, write_columns
from index.rows import TICKS_PER_S, Rows, rows_of_one


class PostingsSegment:
    """An inverted index of landmark pairs."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    @property
    def rows(self) -> Rows:
        """Everything that is stored."""
        return self._rows

    @staticmethod
    def rows_of(number: int, fingerprint: Fingerprint) -> Rows:
        """The hash keys of one reference's peaks."""
        keys = reference_keys(decode(fingerprint.codes), fingerprint.times)
        return rows_of_one(number, keys.keys, keys.times)

    @staticmethod
    def write(stem: Path, rows: Rows) -> Mapping[str, str]:
        """Sort by key and write the three files; returns sha256 by file name."""
        in_order = rows.take(np.lexsort((rows.ticks, rows.owners, rows.values)))
        keys = in_order.values.astype(np.uint32)
        return write_columns(stem, keys=keys, owners=in_order.owners, ticks=in_order.ticks)

    @classmethod
    def open(cls, stem: Path) -> PostingsSegment:
        """Map the files into memory."""
        return cls(Rows(*read_columns(stem, "keys", "owners", "ticks")))

    def search(self, fingerprint: Fingerprint) -> Candidates:
        """Every posting under the keys of a suspect's peaks and under their neighbours."""
        wanted = query_keys(decode(fingerprint.codes), fingerprint.times)
        first = np.searchsorted(self._rows.values, wanted.keys, "left")
        last = np.searchsorted(self._rows.values, wanted.keys, "right")
        hits = _ranges(first, last - first)
        return Candidates(
            self._rows.owners[hits].astype(np.int64),
            np.repeat(wanted.times, last - first),
            self._rows.ticks[hits] / TICKS_PER_S,
            np.zeros(len(hits), np.int32),
        )


def _ranges(first: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions first[i] … first[i] + count[i] - 1 for each i, one after the other."""
    begin = np.cumsum(count) - count
    return np.repeat(first - begin, count) + np.arange(count.sum())
