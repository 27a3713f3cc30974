"""The postings of several segments in the order of one: by key, then by place.

What is read at once is bounded: some keys of all segments, or, of a key that is more crowded than
that, a stretch of the timeline. Each segment has its postings in that order already, and its
references follow each other by number as they do in the whole, so that those of one key stay in
order when they move to their places on the whole timeline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.columns import Column, Pieces
from index.timeline import MARGIN, Timeline

LOW_BITS = 16  # of a place, in a column of their own
MOST_AT_ONCE = 2**19  # postings; each takes some 150 bytes meanwhile

I64 = NDArray[np.int64]
Mask = NDArray[np.bool_]
Reach = tuple[int, int]  # the first posting of a segment, and one past the last


@dataclass(frozen=True, slots=True)
class Chunk:
    """Postings that follow each other, those of removed references left out."""

    keys: I64  # (n,) ascending
    places: I64  # (n,) on the whole timeline
    beside: Column | None  # (n,) what is stored beside each


@dataclass(frozen=True, slots=True)
class Postings:
    """The columns of one segment, to be read piece by piece."""

    first: Pieces  # of each key, and the end
    low: Pieces
    high: Pieces
    beside: Pieces | None
    moves: Moves

    def read(self, begin: int, firsts: I64, reach: Reach) -> Chunk:
        """Those within a reach, of keys from `begin` on that have these first postings."""
        places, kept = self.places(reach)
        within = np.clip(firsts, *reach)
        each = within[1:] - within[:-1]
        keys = np.repeat(np.arange(begin, begin + len(each)), each)
        beside = None if self.beside is None else self.beside.read(*reach)[kept]
        return Chunk(keys[kept], places[kept], beside)

    def places(self, reach: Reach) -> tuple[I64, Mask]:
        """The places of postings on the whole timeline, and which of them count."""
        high = self.high.read(*reach).astype(np.int64)
        return self.moves.places(high << LOW_BITS | self.low.read(*reach))

    def before(self, place: int, reach: Reach) -> int:
        """Of postings of one key, the first that is not before a place."""
        first, last = reach
        while first < last:
            middle = (first + last) // 2
            if self.places((middle, middle + 1))[0][0] < place:
                first = middle + 1
            else:
                last = middle
        return first


@dataclass(frozen=True, slots=True)
class Moves:
    """How the places of a segment move: all of some references that follow each other alike."""

    edges: I64  # (n - 1,) where the second and each further run of references begins
    shift: I64  # (n,)
    kept: Mask  # (n,) whether they count
    begins: I64  # (n,) where on the whole timeline what comes after those that do not begins

    @classmethod
    def of(cls, own: Timeline, alive: Mask, whole: Timeline) -> Moves:
        """Of the references of a segment, of which some are on the whole timeline."""
        at = np.searchsorted(whole.numbers, own.numbers)
        begins = np.append(whole.starts - MARGIN, whole.end)[at]
        edges = own.starts - MARGIN
        shift = begins - edges
        breaks = (shift[1:] != shift[:-1]) | ~alive[1:] | ~alive[:-1]
        runs = np.flatnonzero(np.concatenate([[len(at) > 0], breaks]))
        return cls(edges[runs][1:], shift[runs], alive[runs], begins[runs])

    def places(self, old: I64) -> tuple[I64, Mask]:
        """The places that old ones move to, in the same order, and which of them count."""
        run = np.searchsorted(self.edges, old, side="right")
        kept = self.kept[run]
        return np.where(kept, old + self.shift[run], self.begins[run]), kept


def whole_timeline(lines: Sequence[Timeline], alive: Sequence[Mask]) -> Timeline:
    """The references of several timelines that count, by number, each once."""
    numbers = np.concatenate([line.numbers[own] for line, own in zip(lines, alive, strict=True)])
    begins = (line.starts - MARGIN for line in lines)
    stretch = [np.diff(begin, append=line.end) for begin, line in zip(begins, lines, strict=True)]
    length = np.concatenate([each[own] for each, own in zip(stretch, alive, strict=True)])
    order = np.argsort(numbers)
    ends = np.cumsum(length[order])
    starts = ends - length[order] + MARGIN
    return Timeline(numbers[order], starts, int(ends[-1]) if len(ends) else 0)


def interleaved(parts: Sequence[Postings], counts: I64, end: int) -> Iterator[Chunk]:
    """All postings of some segments that have together so many under each key, shape (keys,), on a
    whole timeline that ends there."""
    for begin, stop in _ranges(counts):
        firsts = [part.first.read(begin, stop + 1).astype(np.int64) for part in parts]
        reaches = [(int(own[0]), int(own[-1])) for own in firsts]
        stretches = iter([reaches]) if stop - begin > 1 else _stretches(parts, reaches, 0, end)
        for stretch in stretches:
            read = zip(parts, firsts, stretch, strict=True)
            yield _ordered([part.read(begin, own, reach) for part, own, reach in read])


def _ranges(counts: I64) -> Iterator[Reach]:
    """Keys of which there are few enough postings, or single keys."""
    before = np.concatenate([[0], np.cumsum(counts)])
    begin = 0
    while begin < len(counts):
        stop = int(np.searchsorted(before, before[begin] + MOST_AT_ONCE, side="right")) - 1
        yield begin, max(stop, begin + 1)
        begin = max(stop, begin + 1)


def _stretches(
    parts: Sequence[Postings], reaches: list[Reach], begin: int, end: int
) -> Iterator[list[Reach]]:
    """Postings of one key, cut by place until they are few enough."""
    if sum(last - first for first, last in reaches) <= MOST_AT_ONCE or end - begin <= 1:
        yield reaches
        return
    middle = (begin + end) // 2
    cuts = [part.before(middle, reach) for part, reach in zip(parts, reaches, strict=True)]
    halves = [((a, cut), (cut, b)) for (a, b), cut in zip(reaches, cuts, strict=True)]
    yield from _stretches(parts, [left for left, _ in halves], begin, middle)
    yield from _stretches(parts, [right for _, right in halves], middle, end)


def _ordered(chunks: Sequence[Chunk]) -> Chunk:
    """Some chunks as one."""
    keys = np.concatenate([chunk.keys for chunk in chunks])
    places = np.concatenate([chunk.places for chunk in chunks])
    beside = [chunk.beside for chunk in chunks if chunk.beside is not None]
    if len(chunks) == 1:
        return chunks[0]
    least, bits = int(keys.min()) if len(keys) else 0, int(places.max(initial=0)).bit_length()
    both = (keys - least) << bits | places  # as one number: two columns take five times as long
    if beside:
        order = np.argsort(both, kind="stable")
        return Chunk(keys[order], places[order], np.concatenate(beside)[order])
    both.sort()
    return Chunk((both >> bits) + least, both & (2**bits - 1), None)
