"""A segment as something to be merged: where it is, and which of its rows are kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]

MOST_ROWS = 2**18  # read at once


@dataclass(frozen=True, slots=True)
class Source:
    """The files of a segment, and what it holds."""

    stem: Path
    numbers: NDArray[np.uint32]  # (n,) its references, ascending
    rows: I64  # (n,) how many rows each has
    alive: NDArray[np.bool_]  # (n,) those not removed

    @property
    def stored(self) -> int:
        """Rows in its files."""
        return int(self.rows.sum())

    @property
    def live(self) -> int:
        """Rows of references that were not removed."""
        return int(self.rows[self.alive].sum())


@dataclass(frozen=True, slots=True)
class Span:
    """Rows of one source that follow each other."""

    source: int
    first: int
    last: int  # one past


def spans(sources: Sequence[Source]) -> Iterator[Span]:
    """The live rows of segments whose rows are in order of their references, in order of reference
    over all, in stretches that may be read at once."""
    numbers = np.concatenate([s.numbers[s.alive] for s in sources])
    owner = np.repeat(np.arange(len(sources)), [np.count_nonzero(s.alive) for s in sources])
    last = np.concatenate([np.cumsum(s.rows)[s.alive] for s in sources])
    first = last - np.concatenate([s.rows[s.alive] for s in sources])
    order = np.argsort(numbers, kind="stable")
    owner, first, last = owner[order], first[order], last[order]
    breaks = (owner[1:] != owner[:-1]) | (first[1:] != last[:-1])
    begins = np.flatnonzero(np.concatenate([[len(order) > 0], breaks]))
    ends = np.append(begins[1:], len(order)) - 1
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        yield from _pieces(int(owner[begin]), int(first[begin]), int(last[end]))


def _pieces(source: int, first: int, last: int) -> Iterator[Span]:
    for at in range(first, last, MOST_ROWS):
        yield Span(source, at, min(at + MOST_ROWS, last))
