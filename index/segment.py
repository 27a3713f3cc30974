"""The protocol of a segment: an immutable, memory-mapped part of the index of one scheme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from fingerprint.scheme import Fingerprint, Metric
from index.descriptors import CompactDescriptorSegment, DescriptorSegment
from index.features import FeatureSegment
from index.hamming import HammingSegment
from index.postings import PostingsSegment
from index.rows import Rows


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
        """Write the files of a segment named by `stem`; returns sha256 by file name."""
        ...

    @classmethod
    def open(cls, stem: Path) -> Segment:
        """Map the files into memory."""
        ...


KINDS: Mapping[Metric, type[Segment]] = {
    "hamming": HammingSegment,
    "inner": DescriptorSegment,
    "inner-compact": CompactDescriptorSegment,
    "landmark": PostingsSegment,
    "feature": FeatureSegment,
}


def live(rows: Rows, removed: Sequence[int]) -> Rows:
    """The rows of references that have not been removed."""
    return rows.take(~np.isin(rows.owners, removed)) if removed else rows
