"""Segments of postings written as one, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.atomic import TEMPORARY
from index.columns import GrowingColumn, Pieces, read_columns
from index.interleaving import LOW_BITS, Chunk, Moves, Postings, interleaved, whole_timeline
from index.source import Source
from index.timeline import MARGIN, Timeline

I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MergedPostings:
    """What was written, and what is left to be written beside it."""

    digests: Mapping[str, str]  # sha256 by file name
    timeline: Timeline
    counts: I64  # (keys,) postings of each key


def merge_postings(
    stem: Path,
    sources: Sequence[Source],
    counts_at: Callable[[Path], I64],
    beside: str | None,
    tell: Callable[[int], None],
) -> MergedPostings:
    """Write the columns `low`, `high` and that beside them of all live postings of some segments.

    `counts_at` reads how many postings each key of a segment has, shape (keys,); `tell` is told of
    postings as they are written.
    """
    lines = [Timeline.of_column(*read_columns(source.stem, "references")) for source in sources]
    alive = [
        np.isin(line.numbers, source.numbers[source.alive])
        for line, source in zip(lines, sources, strict=True)
    ]
    whole = whole_timeline(lines, alive)
    moves = [Moves.of(line, own, whole) for line, own in zip(lines, alive, strict=True)]
    with ExitStack() as stack:
        counts, firsts = _firsts(stem, sources, counts_at, stack)
        opened = zip(sources, firsts, moves, strict=True)
        parts = [_postings(source, first, moved, beside) for source, first, moved in opened]
        growing = _columns(stem, sum(s.live for s in sources), whole, parts[0].beside, beside)
        files = {name: stack.enter_context(column) for name, column in growing.items()}
        kept = np.zeros_like(counts)
        for chunk in interleaved(parts, counts, whole.end):
            _append(files, chunk, beside)
            _count(kept, chunk.keys)
            tell(len(chunk.keys))
        digests = {column.path.name: column.finish() for column in files.values()}
    return MergedPostings(digests, whole, kept)


def _firsts(
    stem: Path, sources: Sequence[Source], counts_at: Callable[[Path], I64], stack: ExitStack
) -> tuple[I64, list[Pieces]]:
    """How many postings each key has in all segments, and the first of each key in each, on the
    disk: in memory they would be eight bytes a key and segment."""
    totals, firsts = counts_at(sources[0].stem), []
    for number, source in enumerate(sources):
        path = stem.with_name(f".{stem.name}.{number}{TEMPORARY}")
        stack.callback(path.unlink, missing_ok=True)
        counts = counts_at(source.stem)
        totals = totals + counts if number else totals
        path.write_bytes(np.concatenate([[0], np.cumsum(counts)]).data)
        firsts.append(Pieces(path, 0, np.int64))
    return totals, firsts


def _postings(source: Source, first: Pieces, moves: Moves, beside: str | None) -> Postings:
    low, high = (Pieces.of_column(source.stem, name) for name in ("low", "high"))
    further = None if beside is None else Pieces.of_column(source.stem, beside)
    return Postings(first, low, high, further, moves)


def _columns(
    stem: Path, count: int, whole: Timeline, further: Pieces | None, beside: str | None
) -> dict[str, GrowingColumn]:
    """The columns to be filled, the high parts of places as narrow as the last place allows."""
    last = max(whole.end - 1 - MARGIN, 0)
    kinds = {"low": np.dtype(np.uint16), "high": np.min_scalar_type(last >> LOW_BITS)}
    if further is not None and beside is not None:
        kinds[beside] = further.kind
    return {name: GrowingColumn(stem, name, kind, count) for name, kind in kinds.items()}


def _append(files: Mapping[str, GrowingColumn], chunk: Chunk, beside: str | None) -> None:
    files["low"].append(chunk.places & (2**LOW_BITS - 1))
    files["high"].append(chunk.places >> LOW_BITS)
    if beside is not None and chunk.beside is not None:
        files[beside].append(chunk.beside)


def _count(counts: I64, keys: I64) -> None:
    """Add keys, which are ascending, to the counts of all."""
    if len(keys):
        own = np.bincount(keys - keys[0])
        counts[keys[0] : keys[0] + len(own)] += own
