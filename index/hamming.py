"""Binary frame codes: every code within a radius, exactly.

A segment is `STEM.faiss`, the codes in a FAISS `IndexBinaryFlat`, and `STEM.owners.npy`,
`STEM.ticks.npy`: whose each code is and when it is shown. A large one has the columns of
`index.multihash` beside it, for radii up to those it is made for. Both ways give the same hits in
the same order. All files are memory-mapped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from index import multihash
from index.candidates import Candidates, Closest
from index.columns import Column, read_columns, write_columns
from index.copying import copied, filled, merged_column
from index.flat import GrowingFlat, flat_pieces
from index.multihash import HashTables
from index.near import Near, telling
from index.rows import Rows, rows_of_one
from index.source import Source

# Reach of a search. Decisions are taken later, along a line: a frame cut by 5 % on each side lies
# about 76 bits away, and of unrelated frames one in 14,000 lies within 88.
RADIUS_BITS = {64: 12, 256: 88}
# Codes that are compared with one that is asked for, where a bound is set on what it may cost:
# ten times what real codes meet, five milliseconds.
MOST_MET, MET_SHARE = 2**18, 1 / 32

Removed = Sequence[int] | NDArray[np.uint32]  # reference numbers

faiss.omp_set_num_threads(1)  # one process per core; a second thread only spins (faiss #2731)


class HammingSegment:
    """An exact index of binary frame codes."""

    def __init__(
        self,
        codes: faiss.IndexBinary,
        owners: Column,
        ticks: Column,
        tables: HashTables | None = None,
    ) -> None:
        self._codes = codes
        self._owners = owners
        self._ticks = ticks
        self._tables = tables

    @property
    def rows(self) -> Rows:
        """A copy of everything that is stored."""
        codes = self._codes.reconstruct_n(0, self._codes.ntotal)
        return Rows(codes, self._owners, self._ticks)

    @staticmethod
    def rows_of(number: int, fingerprint: Fingerprint) -> Rows:
        """The frame codes of one reference, those without evidence left out."""
        used = telling(fingerprint)
        return rows_of_one(number, used.codes, used.times)

    @classmethod
    def write(cls, stem: Path, rows: Rows) -> Mapping[str, str]:
        """Write the files; returns sha256 by file name."""
        values = np.ascontiguousarray(rows.values, np.uint8)
        codes = GrowingFlat(_path(stem), values.shape[1] * 8, len(rows))
        columns = write_columns(stem, owners=rows.owners, ticks=rows.ticks)
        return {**filled(codes, [values]), **columns, **_write_tables(stem, values)}

    @classmethod
    def merge(
        cls, stem: Path, sources: Sequence[Source], tell: Callable[[int], None]
    ) -> Mapping[str, str]:
        """Write the files of all live rows of other segments, by reference."""
        flat = [flat_pieces(_path(source.stem)) for source in sources]
        bits, count = 8 * (flat[0].width or 1), sum(source.live for source in sources)
        codes = GrowingFlat(_path(stem), bits, count)
        files = {
            **filled(codes, copied(flat, sources, tell)),
            **merged_column(stem, "owners", sources),
            **merged_column(stem, "ticks", sources),
        }
        merged = _mapped(stem)
        return {**files, **_write_tables(stem, _codes(merged))}

    @classmethod
    def open(cls, stem: Path) -> HammingSegment:
        """Map the files into memory. Raises DamagedTables when they do not fit each other."""
        flat = _mapped(stem)
        owners, ticks = read_columns(stem, "owners", "ticks")
        has_tables = flat.ntotal >= multihash.LEAST_CODES and multihash.has_tables(stem)
        tables = HashTables.open(stem, _codes(flat)) if has_tables else None
        return cls(flat, owners, ticks, tables)

    def search(
        self, fingerprint: Fingerprint, removed: Removed, radius: int | None = None
    ) -> Candidates:
        """Every stored code of a reference not removed within the radius, in bits, of a suspect's
        codes; without one, within the usual radius of codes of this width."""
        used = telling(fingerprint)
        reach = RADIUS_BITS[self._codes.d] if radius is None else radius
        tables = self._tables_for(reach)
        if tables is not None:
            found = tables.search(used.codes, reach, self._owners, removed)
        else:
            found = self._compared(used, reach, removed)
        return found.candidates(used, self._owners, self._ticks)

    def closest(
        self, fingerprint: Fingerprint, removed: Removed, radius: int, most: int
    ) -> Closest:
        """The same, but of each code that has more than so many hits, those up to the largest
        distance that has no more, and which that is.

        In tables, a code may also be given less than that where too many stored codes are like it
        to be compared in time.
        """
        used, tables = telling(fingerprint), self._tables_for(radius)
        if tables is not None:
            met = max(MOST_MET, int(len(self._owners) * MET_SHARE))
            found = tables.search(used.codes, radius, self._owners, removed, most, met)
        else:
            found = self._fewer(used, radius, removed, most)
        return found.closest(fingerprint, self._owners, self._ticks, radius)

    def _tables_for(self, radius: int) -> HashTables | None:
        """The tables, if they are there and worth asking."""
        return self._tables if radius <= multihash.RADIUS_BITS[self._codes.d] else None

    def _compared(self, used: Fingerprint, radius: int, removed: Removed) -> Near:
        """What is found by comparing every code."""
        # FAISS finds distances strictly below
        limits, distances, rows = self._codes.range_search(used.codes, radius + 1)
        counts = np.diff(limits.astype(np.int64))
        if len(removed):
            kept = ~np.isin(self._owners[rows], removed)
            asked = np.repeat(np.arange(len(used)), counts)[kept]
            counts = np.bincount(asked, minlength=len(used))
            rows, distances = rows[kept], distances[kept]
        reach = np.full(len(used), radius)
        return Near(counts, rows, distances.astype(np.int32), reach)

    def _fewer(self, used: Fingerprint, radius: int, removed: Removed, most: int) -> Near:
        """The same, code by code, for a code may have as many hits as there are rows."""
        each = np.arange(len(used))
        parts = [self._compared(used.take(each == i), radius, removed) for i in each]
        return Near.join([part.nearest(radius, most) for part in parts])


def _path(stem: Path) -> Path:
    return stem.with_name(stem.name + ".faiss")


def _mapped(stem: Path) -> Any:
    return faiss.read_index_binary(str(_path(stem)), faiss.IO_FLAG_MMAP_IFC)


def _codes(flat: Any) -> NDArray[np.uint8]:
    """The codes of an `IndexBinaryFlat` where they are mapped, shape (n, bytes), as long as it
    lives."""
    size = flat.ntotal * flat.code_size
    codes: NDArray[np.uint8] = faiss.rev_swig_ptr(flat.xb.data(), size)
    return codes.reshape(flat.ntotal, flat.code_size)


def _write_tables(stem: Path, codes: NDArray[np.uint8]) -> Mapping[str, str]:
    """The tables of a segment that is large enough for them; returns sha256 by file name."""
    return multihash.write_tables(stem, codes) if len(codes) >= multihash.LEAST_CODES else {}
