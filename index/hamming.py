"""Frame codes in a FAISS `IndexBinaryFlat`: every code within a radius, exactly.

A segment is `STEM.faiss`, the codes, and `STEM.owners.npy`, `STEM.ticks.npy`: whose each code is
and when it is shown. All are memory-mapped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import faiss
import numpy as np

from fingerprint.scheme import MIN_QUALITY, Fingerprint
from index.atomic import write_atomically
from index.candidates import Candidates
from index.columns import Column, read_columns, write_columns
from index.rows import TICKS_PER_S, Rows, rows_of_one

# Reach of a search. Decisions are taken later, along a line: a frame cut by 5 % on each side lies
# about 76 bits away, and of unrelated frames one in 14,000 lies within 88.
RADIUS_BITS = {64: 12, 256: 88}

faiss.omp_set_num_threads(1)  # one process per core; a second thread only spins (faiss #2731)


class HammingSegment:
    """An exact index of binary frame codes."""

    def __init__(self, codes: faiss.IndexBinary, owners: Column, ticks: Column) -> None:
        self._codes = codes
        self._owners = owners
        self._ticks = ticks

    @property
    def rows(self) -> Rows:
        """A copy of everything that is stored."""
        codes = self._codes.reconstruct_n(0, self._codes.ntotal)
        return Rows(codes, self._owners, self._ticks)

    @staticmethod
    def rows_of(number: int, fingerprint: Fingerprint) -> Rows:
        """The frame codes of one reference, those without evidence left out."""
        used = fingerprint.take(fingerprint.quality >= MIN_QUALITY)
        return rows_of_one(number, used.codes, used.times)

    @classmethod
    def write(cls, stem: Path, rows: Rows) -> Mapping[str, str]:
        """Write the three files; returns sha256 by file name."""
        flat = faiss.IndexBinaryFlat(rows.values.shape[1] * 8)
        flat.add(np.ascontiguousarray(rows.values))
        path = stem.with_name(stem.name + ".faiss")
        digest = write_atomically(path, lambda p: faiss.write_index_binary(flat, str(p)))
        return {path.name: digest, **write_columns(stem, owners=rows.owners, ticks=rows.ticks)}

    @classmethod
    def open(cls, stem: Path) -> HammingSegment:
        """Map the files into memory."""
        path = stem.with_name(stem.name + ".faiss")
        flat = faiss.read_index_binary(str(path), faiss.IO_FLAG_MMAP_IFC)
        owners, ticks = read_columns(stem, "owners", "ticks")
        return cls(flat, owners, ticks)

    def search(self, fingerprint: Fingerprint, removed: Sequence[int]) -> Candidates:
        """Every stored code of a reference not removed within the radius of a suspect's codes."""
        used = fingerprint.take(fingerprint.quality >= MIN_QUALITY)
        reach = RADIUS_BITS[self._codes.d] + 1  # FAISS finds distances strictly below
        limits, distances, hits = self._codes.range_search(used.codes, reach)
        found = Candidates(
            self._owners[hits].astype(np.int64),
            np.repeat(used.times, np.diff(limits.astype(np.int64))),
            self._ticks[hits] / TICKS_PER_S,
            distances.astype(np.int32),
        )
        return found.take(~np.isin(found.references, removed)) if removed else found
