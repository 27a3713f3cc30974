"""Which segments of an index each shard holds. It follows from the index alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.manifest import SegmentEntry
from index.store import Index


@dataclass(frozen=True, slots=True)
class Share:
    """What one shard holds of a scheme: segments in one state, with what was removed of them."""

    segments: tuple[SegmentEntry, ...]


def runs(rows: Sequence[int], shards: int) -> list[int]:
    """The shard of each segment, by the rows of each: every shard holds segments that follow each
    other, about as many rows as the others.

    So the parts of an index follow each other as its segments do, on which it depends what comes
    first of equal lines. New segments come last, so that most of the others stay where they are.

    >>> runs([100, 100, 100, 60, 30, 10], 2), runs([7], 3)
    ([0, 0, 1, 1, 1, 1], [1])
    """
    total = max(sum(rows), 1)
    middles = (sum(rows[:i]) + one / 2 for i, one in enumerate(rows))
    return [min(int(middle * shards / total), shards - 1) for middle in middles]


def shard_map(index: Index, schemes: Sequence[str], shards: int) -> dict[str, dict[int, Share]]:
    """The share of each scheme that each shard holds, by scheme and shard, those without any left
    out, but one. Raises ValueError for a view of an index that nodes would not see."""
    return {scheme: _shares(_segments(index, scheme), shards) for scheme in schemes}


def _segments(index: Index, scheme: str) -> list[SegmentEntry]:
    segments = [entry for entry in index.segments if entry.scheme == scheme]
    if sum(entry.live_references for entry in segments) != len(index.held(scheme)):
        raise ValueError("several machines search all that is registered, and nothing less")
    return segments


def _shares(segments: Sequence[SegmentEntry], shards: int) -> dict[int, Share]:
    placed = runs([entry.rows for entry in segments], shards)
    return {
        shard: Share(tuple(s for s, at in zip(segments, placed, strict=True) if at == shard))
        for shard in sorted(set(placed)) or [0]
    }
