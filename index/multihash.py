"""Multi-index hashing: every code within a radius without looking at all of them.

The bits of a code are divided among tables. A code within distance R of another differs from it,
in one of m tables, in R / m bits at most; so looking up, in each table, its own key and all that
differ in so few bits meets every code within R (M. Norouzi, A. Punjani and D. J. Fleet, "Fast
search in Hamming space with multi-index hashing", 2012). Which bit belongs to which table decides
how much else is met, never what is found.

Tables are columns beside the codes of a segment: `ids`, rows of different codes, table by table, by
key; `filled`, a bit for each key of each table, set if any code has it; `ranks`, how many are set
before each 64 of these; `starts`, where the rows of each key that any code has begin; `divided`,
the table of each bit. Of equal codes the first row stands in the tables for all: `repeated` are
such rows, `same`, in `spans`, the others.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from index.atomic import write_atomically
from index.columns import Column, read_columns, write_columns
from index.near import Near

NAMES = ("filled", "ranks", "starts", "ids", "repeated", "spans", "same", "divided")
# Within so many bits a search in tables is worth it, by bits of a code. What is coded anew, blurred
# or has a logo on it lies within 31 of 256.
RADIUS_BITS = {64: 12, 256: 31}
LEAST_CODES = 100_000  # of a segment with tables; fewer are compared as fast
LEAST_WIDTH, MOST_WIDTH = 8, 26  # bits of a table
# What a search costs: a look into a bucket, which is seldom in the cache, and each code met there.
LOOK_COST, MEET_COST = 1.0, 1.0
ALL = 2**62  # hits or codes met, where no bound is set

I64 = NDArray[np.int64]
U8 = NDArray[np.uint8]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]


class DamagedTables(ValueError):
    """The tables of a segment do not fit together, or not its codes."""


@dataclass(frozen=True, slots=True)
class Partition:
    """Which bits of a code belong to which table."""

    divided: U8  # (bits,) the table of each

    @classmethod
    def of(cls, bits: int, count: int) -> Partition:
        """The one that is cheapest to search for so many codes of so many bits."""
        fit = range(-(-bits // MOST_WIDTH), bits // LEAST_WIDTH + 1)
        return cls.even(bits, min(fit, key=lambda tables: _cost(bits, count, tables)))

    @classmethod
    def even(cls, bits: int, tables: int) -> Partition:
        """So many tables as large as each other. Codes are of pictures, in which neighbouring
        frequencies are often set together, so that bits of one table lie on slanting lines."""
        row, column = np.divmod(np.arange(bits), round(bits**0.5))
        order = np.argsort((3 * row + column) % round(bits**0.5), kind="stable")
        divided = np.empty(bits, np.uint8)
        for table, own in enumerate(np.array_split(order, tables)):
            divided[own] = table
        return cls(divided)

    @property
    def widths(self) -> I64:
        """How many bits each table has, shape (tables,)."""
        return np.bincount(self.divided)

    def parts(self, table: int) -> U32:
        """What each value of each byte adds to the key of a table, shape (bytes, 256)."""
        value = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.uint32)
        added = np.zeros((len(self.divided) // 8, 256), np.uint32)
        for place, bit in enumerate(np.flatnonzero(self.divided == table).tolist()):
            added[bit // 8] |= value[:, bit % 8] << np.uint32(place)
        return added


def keys(codes: U8, parts: Sequence[U32]) -> U32:
    """The key of each code in each table, of `Partition.parts`; shape (n, tables)."""
    out = np.empty((len(parts), len(codes)), np.uint32)
    for added, own in zip(parts, out, strict=True):
        _kernels().keys(_bytes(codes), added, own)
    return np.ascontiguousarray(out.T)


def _cost(bits: int, count: int, tables: int) -> float:
    """Of a search through so many tables of so many codes."""
    radius, width = RADIUS_BITS[bits], bits / tables
    deepest, wider = divmod(radius, tables)  # so many tables, and one, are searched most deeply
    looks = (wider + 1) * _looks(width, deepest) + (tables - wider - 1) * _looks(width, deepest - 1)
    return looks * (LOOK_COST + MEET_COST * count / float(2**width))


def _looks(width: float, level: int) -> float:
    return float(sum(comb(round(width), changed) for changed in range(level + 1)))


def write_tables(stem: Path, codes: U8) -> Mapping[str, str]:
    """Write the tables of a segment's codes, of shape (n, bytes), which may be mapped from a file;
    returns sha256 by file name. Beside the tables, which are made where they are kept, this takes
    some 24 bytes a code.

    Raises ValueError when there are more codes than 32 bits can number in all tables.
    """
    partition = Partition.of(8 * codes.shape[1], len(codes))
    first = _first_equal(codes)
    repeats = _repeats(first)
    different = len(codes) - len(repeats["same"])
    if different * len(partition.widths) >= 2**32:
        raise ValueError(f"{different} codes are too many for one segment")
    made = _Maker(codes, first, partition, different)
    digest = write_atomically(_ids(stem), made.write)
    others = {**made.columns(), **repeats, "divided": partition.divided}
    return {_ids(stem).name: digest, **write_columns(stem, **others)}


def has_tables(stem: Path) -> bool:
    """Whether the segment of that name has tables."""
    return _ids(stem).exists()


def _ids(stem: Path) -> Path:
    return stem.with_name(f"{stem.name}.ids.npy")


def _first_equal(codes: U8) -> U32:
    """The first row that holds each row's code, shape (n,)."""
    hashed, first = np.empty(len(codes), np.uint64), np.empty(len(codes), np.uint32)
    _kernels().hashes(_words(codes), hashed)
    order = np.argsort(hashed, kind="stable")
    _kernels().first_equal(_words(codes), hashed, order, first)
    return first


def _repeats(first: U32) -> dict[str, Column]:
    """The rows that stand for others, and those others, which lie in `spans`."""
    others = np.flatnonzero(first != np.arange(len(first), dtype=np.uint32)).astype(np.uint32)
    others = others[np.argsort(first[others], kind="stable")]
    repeated, starts = np.unique(first[others], return_index=True)
    spans = np.append(starts, len(others)).astype(np.uint32)
    return {"repeated": repeated, "spans": spans, "same": others}


class _Maker:
    """Fills the tables, one after the other."""

    def __init__(self, codes: U8, first: U32, partition: Partition, different: int) -> None:
        self._codes = _bytes(codes)
        self._first = first
        self._partition = partition
        self._different = different
        self._filled: list[U64] = []
        self._starts: list[U32] = []

    def write(self, path: Path) -> None:
        """Put the ids of all tables into one file."""
        tables = len(self._partition.widths)
        ids = open_memmap(path, "w+", np.uint32, (tables * self._different,))
        with path.open("rb+") as f:  # a full disk is told now, and not by a signal while mapped
            os.posix_fallocate(f.fileno(), 0, path.stat().st_size)
        for table in range(tables):
            self._fill(table, ids)
        ids.flush()

    def columns(self) -> dict[str, Column]:
        """What leads to the ids, after they have been written."""
        filled = np.concatenate(self._filled)
        end = np.array([self._different * len(self._filled)], np.uint32)
        ones = np.bitwise_count(filled).astype(np.uint32)
        ranks = np.cumsum(ones, dtype=np.uint32) - ones
        return {"filled": filled, "ranks": ranks, "starts": np.concatenate([*self._starts, end])}

    def _fill(self, table: int, ids: U32) -> None:
        parts = self._partition.parts(table)
        counts = np.zeros(1 << int(self._partition.widths[table]), np.uint32)
        _kernels().count(self._codes, self._first, parts, counts)
        free = np.cumsum(counts, dtype=np.uint32) - counts + np.uint32(table * self._different)
        self._starts.append(free[counts > 0])
        self._filled.append(np.packbits(counts > 0, bitorder="little").view("<u8"))
        _kernels().place(self._codes, self._first, parts, free, ids)


class HashTables:
    """The tables of one segment, mapped into memory."""

    def __init__(self, codes: U8, columns: Mapping[str, Column]) -> None:
        """`codes` are those of the segment, shape (n, bytes). Raises DamagedTables."""
        _check(codes, columns)
        self._codes = codes
        self._columns = {name: _plain(column) for name, column in columns.items()}
        partition = Partition(np.asarray(columns["divided"]))
        self._widths = tuple(partition.widths.tolist())
        self._parts = [partition.parts(table) for table in range(len(self._widths))]

    @classmethod
    def open(cls, stem: Path, codes: U8) -> HashTables:
        """Map the files into memory. Raises DamagedTables, or OSError when one is missing."""
        return cls(codes, dict(zip(NAMES, read_columns(stem, *NAMES), strict=True)))

    def search(
        self,
        asked: U8,
        radius: int,
        owners: U32,
        removed: Sequence[int] | NDArray[np.uint32] = (),
        most: int = ALL,
        most_met: int = ALL,
    ) -> Near:
        """Every row within the radius of each code that is asked for, shape (n, bytes), but for
        those whose owner was removed; or as far as no code is given more than `most` of them, nor
        met by more than `most_met`.

        Raises DamagedTables.
        """
        gone = np.unique(np.array(removed, np.uint32))
        stored = (_words(self._codes), _plain(owners), _plain(gone))
        try:
            counts, hits, reach = _kernels().search(
                _words(asked),
                keys(asked, self._parts),
                _layout(self._widths, radius),
                tuple(self._columns[name] for name in ("filled", "ranks", "starts", "ids")),
                tuple(self._columns[name] for name in ("repeated", "spans", "same")),
                stored,
                (radius, most, most_met),
            )
        except ValueError as error:
            raise DamagedTables(str(error)) from error
        hits = hits[np.lexsort((hits, np.repeat(np.arange(len(asked)), counts)))]
        distances = (hits & np.uint64(0xFFFF)).astype(np.int32)
        return Near(counts, (hits >> np.uint64(16)).astype(np.int64), distances, reach)


def _check(codes: U8, columns: Mapping[str, Column]) -> None:
    """Raises DamagedTables when the columns are not as long as they should be."""
    divided, filled, ranks = (columns[name] for name in ("divided", "filled", "ranks"))
    widths = np.bincount(divided)
    fits = (
        divided.shape == (8 * codes.shape[1],)
        and widths.min() >= LEAST_WIDTH
        and widths.max() <= MOST_WIDTH
        and 64 * len(filled) == (1 << widths).sum()
        and len(filled) == len(ranks)
        and len(columns["spans"]) == len(columns["repeated"]) + 1
    )
    if not fits:
        raise DamagedTables("the tables of frame codes do not fit each other")


@lru_cache
def _layout(widths: tuple[int, ...], radius: int) -> tuple[I64, I64, I64, I64]:
    """Of each table its width and its first bucket; the changes of a key, by how many bits they
    change, ascending, and where those of each number begin."""
    wide = np.array(widths, np.int64)
    levels = [_changes(max(widths), level) for level in range(radius // len(widths) + 1)]
    firsts = np.cumsum([0, *map(len, levels)])
    return wide, np.cumsum(1 << wide) - (1 << wide), np.concatenate(levels), firsts


def _changes(width: int, level: int) -> I64:
    made = [sum(1 << bit for bit in bits) for bits in combinations(range(width), level)]
    return np.sort(np.array(made, np.int64))


def _words(codes: U8) -> U64:
    return _plain(np.ascontiguousarray(codes).view(np.uint64))


def _bytes(codes: U8) -> U8:
    return _plain(np.ascontiguousarray(codes))


def _plain(column: Column) -> Column:
    """The same as a plain array that cannot be written to: each kind is compiled for anew."""
    plain = np.asarray(column).view(np.ndarray)
    plain.flags.writeable = False
    return plain


@lru_cache
def _kernels() -> ModuleType:
    """Imported when there is a large segment to make or to search, for that takes half a second."""
    from index import multihash_kernels

    return multihash_kernels
