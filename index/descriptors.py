"""Float descriptors, of unit length, compared by their inner product, through FAISS.

A code is a vector of float16, so that `width` is two bytes a dimension; a distance is how much the
inner product falls short of 1, in thousandths, so that radii, limits and hits are whole numbers as
those of binary codes are. A segment is `STEM.vectors.npy`, `STEM.owners.npy`, `STEM.ticks.npy` and,
when it is large, `STEM.faiss`, an inverted file over coarsely quantised vectors. That one only says
which vectors to look at: distances are of the vectors themselves, which are kept, for a merged
segment is trained anew, and what was quantised twice would no longer be what was registered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isqrt
from pathlib import Path
from typing import Any, ClassVar

import faiss
import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from index.atomic import write_atomically
from index.candidates import Candidates, Closest
from index.columns import Column, read_columns, write_columns
from index.copying import merged_column
from index.hamming import Removed
from index.near import Near, telling
from index.rows import Rows, rows_of_one
from index.source import Source

RADIUS = 300  # thousandths; a search without a radius reaches as far
LEAST_QUANTISED = 20_000  # vectors of a segment with an inverted file; fewer are all compared
TRAINED_ON = 64  # vectors a list
PROBED = 16  # one list in so many is looked into, and eight at least
BLOCK = 8192  # vectors at a time, as float32
SCALE = 1000

F16 = NDArray[np.float16]
F32 = NDArray[np.float32]
I64 = NDArray[np.int64]


class DescriptorSegment:
    """Vectors by lists of their coarse quantiser, each dimension as eight bits."""

    coding: ClassVar[str] = "SQ8"
    # How much further than the radius a vector may seem to lie that lies within it, once it has
    # been quantised.
    slack: ClassVar[int] = 20

    def __init__(
        self, vectors: Column, owners: Column, ticks: Column, lists: faiss.Index | None = None
    ) -> None:
        self._vectors = vectors
        self._owners = owners
        self._ticks = ticks
        self._lists = lists

    @property
    def rows(self) -> Rows:
        """Everything that is stored."""
        return Rows(np.array(self._vectors), self._owners, self._ticks)

    @staticmethod
    def rows_of(number: int, fingerprint: Fingerprint) -> Rows:
        """The vectors of one reference, those without evidence left out."""
        used = telling(fingerprint)
        return rows_of_one(number, used.codes, used.times)

    @classmethod
    def write(cls, stem: Path, rows: Rows) -> Mapping[str, str]:
        """Write the files; returns sha256 by file name."""
        columns = {"vectors": rows.values, "owners": rows.owners, "ticks": rows.ticks}
        return {**write_columns(stem, **columns), **cls._write_lists(stem, rows.values)}

    @classmethod
    def merge(
        cls, stem: Path, sources: Sequence[Source], tell: Callable[[int], None]
    ) -> Mapping[str, str]:
        """Write the files of all live rows of other segments, by reference. The inverted file is
        trained anew, and made in memory."""
        files = {
            **merged_column(stem, "vectors", sources, tell),
            **merged_column(stem, "owners", sources),
            **merged_column(stem, "ticks", sources),
        }
        return {**files, **cls._write_lists(stem, *read_columns(stem, "vectors"))}

    @classmethod
    def _write_lists(cls, stem: Path, vectors: Column) -> Mapping[str, str]:
        """The inverted file of a segment that is large enough for one; its sha256 by its name."""
        if len(vectors) < LEAST_QUANTISED:
            return {}
        lists, path = cls._quantised(vectors), _path(stem)
        return {path.name: write_atomically(path, lambda p: faiss.write_index(lists, str(p)))}

    @classmethod
    def open(cls, stem: Path) -> DescriptorSegment:
        """Map the files into memory."""
        vectors, owners, ticks = read_columns(stem, "vectors", "owners", "ticks")
        lists = _mapped(stem) if len(vectors) >= LEAST_QUANTISED else None
        return cls(vectors, owners, ticks, lists)

    def search(
        self, fingerprint: Fingerprint, removed: Removed, radius: int | None = None
    ) -> Candidates:
        """The stored vectors of references not removed within a radius of a suspect's vectors: all
        of a small segment; of a large one those in the lists that are looked into."""
        used = telling(fingerprint)
        found = self._near(used, RADIUS if radius is None else radius, removed)
        return found.candidates(used, self._owners, self._ticks)

    def closest(
        self, fingerprint: Fingerprint, removed: Removed, radius: int, most: int
    ) -> Closest:
        """The same, but of each vector that has more than so many hits, those up to the largest
        distance that has no more. Removed ones are left out before they are counted."""
        used = telling(fingerprint)
        each = np.arange(len(used))
        parts = (self._near(used.take(each == i), radius, removed) for i in each)
        found = Near.join([part.nearest(radius, most) for part in parts])
        return found.closest(fingerprint, self._owners, self._ticks, radius)

    @classmethod
    def _quantised(cls, values: Column) -> faiss.Index:
        """An inverted file of vectors, the same of the same ones: trained on some that lie evenly,
        with the seed that FAISS always has."""
        lists = 4 * isqrt(len(values))
        size = values.shape[1] // 2
        kind = f"IVF{lists},{cls.coding.format(size // 2)}"
        made = faiss.index_factory(size, kind, faiss.METRIC_INNER_PRODUCT)
        chosen = np.linspace(0, len(values) - 1, min(len(values), TRAINED_ON * lists))
        made.train(_floats(values[chosen.astype(np.int64)]))
        for first in range(0, len(values), BLOCK):
            made.add(_floats(values[first : first + BLOCK]))
        return made

    def _near(self, used: Fingerprint, radius: int, removed: Removed) -> Near:
        asked, rows = self._met(_floats(used.codes), 1 - (radius + self.slack) / SCALE)
        kept = ~np.isin(self._owners[rows], removed) if len(removed) else np.ones(len(rows), bool)
        asked, rows = asked[kept], rows[kept]
        distances = self._distances(used, asked, rows)
        order = np.lexsort((rows, asked))
        order = order[distances[order] <= radius]
        counts = np.bincount(asked[order], minlength=len(used))
        return Near(counts, rows[order], distances[order], np.full(len(used), radius))

    def _met(self, asked: F32, least: float) -> tuple[I64, I64]:
        """Which vectors seem to have an inner product of at least so much with one that is asked
        for: positions of both."""
        if self._lists is not None:
            limits, _, rows = self._lists.range_search(asked, least)
            return np.repeat(np.arange(len(asked)), np.diff(limits.astype(np.int64))), rows
        none = np.empty(0, np.int64)
        pairs = [(none, none)]
        for first in range(0, len(self._vectors), BLOCK):
            product = asked @ _floats(self._vectors[first : first + BLOCK]).T
            position, row = np.nonzero(product >= least)
            pairs.append((position, row + first))
        return np.concatenate([p for p, _ in pairs]), np.concatenate([r for _, r in pairs])

    def _distances(self, used: Fingerprint, asked: I64, rows: I64) -> NDArray[np.int32]:
        """Of pairs of vectors, by all their bits; shape (n,)."""
        own = _floats(used.codes)
        products = [
            np.einsum(
                "nd,nd->n", own[asked[i : i + BLOCK]], _floats(self._vectors[rows[i : i + BLOCK]])
            )
            for i in range(0, len(rows), BLOCK)
        ]
        product = np.concatenate([np.empty(0, np.float32), *products]).astype(np.float64)
        return np.rint((1 - product) * SCALE).clip(0, None).astype(np.int32)


class CompactDescriptorSegment(DescriptorSegment):
    """The same, two dimensions as four bits: to train for wider parts takes FAISS minutes."""

    coding: ClassVar[str] = "PQ{}x4"
    slack: ClassVar[int] = 150


def _path(stem: Path) -> Path:
    return stem.with_name(stem.name + ".faiss")


def _mapped(stem: Path) -> Any:
    """The inverted file, with as many lists to look into as there should be."""
    lists: Any = faiss.read_index(str(_path(stem)), faiss.IO_FLAG_MMAP_IFC)
    lists.nprobe = max(lists.nlist // PROBED, 8)
    return lists


def _floats(codes: Column) -> F32:
    """Codes, shape (n, width), as vectors, shape (n, width / 2)."""
    vectors: F16 = np.ascontiguousarray(codes).view("<f2")
    return vectors.astype(np.float32)
