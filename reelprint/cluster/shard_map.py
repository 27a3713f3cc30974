"""Which segments of an index each shard holds. It follows from the index alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.store import Index


@dataclass(frozen=True, slots=True)
class Part:
    """Some segments of an index in one state."""

    version: str
    stems: tuple[str, ...]


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


def shard_map(index: Index, schemes: Sequence[str], shards: int) -> Mapping[str, dict[int, Part]]:
    """The part of each scheme that each shard holds, by scheme and shard, those without any left
    out, but one."""
    version = index.version
    return {scheme: _parts(version, index.stems(scheme), shards) for scheme in schemes}


def _parts(version: str, stems: Mapping[str, int], shards: int) -> dict[int, Part]:
    placed = runs(list(stems.values()), shards)
    return {
        shard: Part(version, tuple(s for s, at in zip(stems, placed, strict=True) if at == shard))
        for shard in sorted(set(placed)) or [0]
    }
