"""The protocol of a segment: an immutable, memory-mapped part of the index of one scheme."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fingerprint.registry import scheme_named
from fingerprint.scheme import Fingerprint, Metric
from index.features import FeatureSegment
from index.hamming import HammingSegment
from index.postings import PostingsSegment
from index.rows import Rows
from index.source import Source


class Segment(Protocol):
    """One kind of segment, chosen by a scheme's metric."""

    @property
    def rows(self) -> Rows:
        """All that is stored, to be merged into a larger segment."""
        ...

    @staticmethod
    def rows_of(number: int, fingerprint: Fingerprint) -> Rows:
        """What is stored of one reference."""
        ...

    @classmethod
    def write(cls, stem: Path, rows: Rows) -> Mapping[str, str]:
        """Write the files of a segment named by `stem`, of rows in which those of a reference lie
        together, by number; returns sha256 by file name."""
        ...

    @classmethod
    def merge(
        cls, stem: Path, sources: Sequence[Source], tell: Callable[[int], None]
    ) -> Mapping[str, str]:
        """Write the files that `write` would write of all live rows of other segments, in bounded
        memory; `tell` is told of rows as they are done. Returns sha256 by file name."""
        ...

    @classmethod
    def open(cls, stem: Path) -> Segment:
        """Map the files into memory."""
        ...


KINDS: Mapping[Metric, type[Segment]] = {
    "hamming": HammingSegment,
    "landmark": PostingsSegment,
    "feature": FeatureSegment,
}


def kind_of(scheme: str) -> type[Segment]:
    """What the segments of a scheme are. Raises ValueError when there is no such scheme."""
    return KINDS[scheme_named(scheme).metric]


def keys_of(scheme: str) -> int:
    """How many keys a scheme has."""
    kind = kind_of(scheme)
    return kind.keys if issubclass(kind, PostingsSegment) else 0


def live(rows: Rows, removed: NDArray[np.uint32]) -> Rows:
    """The rows of references that have not been removed."""
    return rows.take(~np.isin(rows.owners, removed)) if len(removed) else rows
