"""A segment that is open, with what of it counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.columns import read_columns
from index.holding import Holding
from index.manifest import Files, SegmentEntry
from index.segment import Segment, kind_of
from index.source import Source

Numbers = NDArray[np.uint32]

NONE_REMOVED: Numbers = np.empty(0, np.uint32)


@dataclass(frozen=True, slots=True)
class Opened:
    """The files of a segment, mapped into memory; they live on when their names are gone."""

    segment: Segment
    holding: Holding

    @classmethod
    def at(cls, folder: Path, entry: SegmentEntry) -> Opened:
        """Map the files of an entry."""
        stem = folder / entry.stem
        return cls(kind_of(entry.scheme).open(stem), Holding.read(stem))


class Part:
    """A segment, and which of its references were removed. It never changes."""

    def __init__(
        self, entry: SegmentEntry, opened: Opened, removed: Numbers = NONE_REMOVED
    ) -> None:
        self.entry = entry
        self.opened = opened
        self.removed = removed  # ascending

    @classmethod
    def at(cls, folder: Path, entry: SegmentEntry, opened: Opened) -> Part:
        """What a manifest says of a segment."""
        if entry.removed is None:
            return cls(entry, opened)
        name = entry.removed.file.name.removeprefix(f"{entry.stem}.").removesuffix(".npy")
        return cls(entry, opened, *read_columns(folder / entry.stem, name))

    @property
    def files(self) -> Files:
        """By which it is known: no two segments ever have the same."""
        return self.entry.files

    @property
    def segment(self) -> Segment:
        """What is searched."""
        return self.opened.segment

    @cached_property
    def alive(self) -> NDArray[np.bool_]:
        """Which of the references count, shape (references in the files,)."""
        return ~np.isin(self.opened.holding.numbers, self.removed)

    @cached_property
    def numbers(self) -> Numbers:
        """The references that count, ascending."""
        return self.opened.holding.numbers[self.alive]

    @property
    def ends_s(self) -> NDArray[np.float64]:
        """The last moment of each that its scheme saw."""
        return self.opened.holding.ends_s[self.alive]

    @property
    def live(self) -> Holding:
        """What of it counts."""
        return self.opened.holding.take(self.alive)

    @cached_property
    def rows(self) -> int:
        """The rows of references that count."""
        if not len(self.removed):
            return self.entry.rows
        return int(self.opened.holding.rows[self.alive].sum())

    def without(self, numbers: Numbers) -> Part:
        """The same when some references, ascending, no longer count."""
        gone = np.intersect1d(self.numbers, numbers, assume_unique=True)
        if not len(gone):
            return self
        return Part(self.entry, self.opened, np.union1d(self.removed, gone).astype(np.uint32))

    def states(self, numbers: Numbers) -> dict[int, str]:
        """Of which state those of some references are that count."""
        holding = self.opened.holding
        return holding.take(self.alive & np.isin(holding.numbers, numbers)).states()

    def source(self, folder: Path) -> Source:
        """It, to be merged with others."""
        holding = self.opened.holding
        return Source(folder / self.entry.stem, holding.numbers, holding.rows, self.alive)
