"""Frame codes in a FAISS `IndexBinaryFlat`: every code within a radius, exactly.

A segment is `STEM.faiss`, the codes, and `STEM.owners.npy`, `STEM.ticks.npy`: whose each code is
and when it is shown. All are memory-mapped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import MIN_QUALITY, Fingerprint
from index.candidates import Candidates
from index.columns import Column, read_columns, write_columns
from index.copying import copied, filled, merged_column
from index.flat import GrowingFlat, flat_pieces
from index.rows import TICKS_PER_S, Rows, rows_of_one
from index.source import Source

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
        codes = GrowingFlat(_codes_path(stem), rows.values.shape[1] * 8, len(rows))
        columns = write_columns(stem, owners=rows.owners, ticks=rows.ticks)
        return {**filled(codes, [rows.values]), **columns}

    @classmethod
    def merge(
        cls, stem: Path, sources: Sequence[Source], tell: Callable[[int], None]
    ) -> Mapping[str, str]:
        """Write the three files of all live rows of other segments, by reference."""
        flat = [flat_pieces(_codes_path(source.stem)) for source in sources]
        bits, count = 8 * (flat[0].width or 1), sum(source.live for source in sources)
        codes = GrowingFlat(_codes_path(stem), bits, count)
        return {
            **filled(codes, copied(flat, sources, tell)),
            **merged_column(stem, "owners", sources),
            **merged_column(stem, "ticks", sources),
        }

    @classmethod
    def open(cls, stem: Path) -> HammingSegment:
        """Map the files into memory."""
        flat = faiss.read_index_binary(str(_codes_path(stem)), faiss.IO_FLAG_MMAP_IFC)
        owners, ticks = read_columns(stem, "owners", "ticks")
        return cls(flat, owners, ticks)

    def search(
        self, fingerprint: Fingerprint, removed: Sequence[int] | NDArray[np.uint32]
    ) -> Candidates:
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
        return found.take(~np.isin(found.references, removed)) if len(removed) else found


def _codes_path(stem: Path) -> Path:
    return stem.with_name(stem.name + ".faiss")
