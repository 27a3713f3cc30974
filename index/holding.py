"""What a segment holds: its references, how much of each, and of which state.

Two columns beside its other files: `STEM.held.npy`, one record a reference, in order of number, and
`STEM.revisions.npy`, the states that they are of, each once. They never change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from index.columns import Column, read_columns, write_columns
from index.rows import Rows

RECORD = np.dtype([("number", "<u4"), ("rows", "<u4"), ("end_s", "<f8"), ("state", "<u4")])

I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Holding:
    """The references of a segment, as records, and the states that they are of."""

    records: Column  # (n,) of `RECORD`, in order of number
    revisions: NDArray[np.bytes_]  # (k,) UTF-8, ascending

    def __len__(self) -> int:
        return len(self.records)

    @classmethod
    def of(
        cls, fingerprints: Mapping[int, Fingerprint], revisions: Mapping[int, str], rows: Rows
    ) -> Holding:
        """Of the fingerprints of references by number, and of what is stored of them."""
        records = np.zeros(len(fingerprints), RECORD)
        numbers = sorted(fingerprints)
        records["number"] = numbers
        stored, counts = np.unique(rows.owners, return_counts=True)
        records["rows"][np.searchsorted(records["number"], stored)] = counts
        records["end_s"] = [_end_s(fingerprints[n]) for n in numbers]
        said = np.array([revisions.get(n, "").encode() for n in numbers], np.bytes_)
        states, records["state"] = np.unique(said, return_inverse=True)
        return cls(records, states)

    @classmethod
    def joined(cls, parts: Sequence[Holding]) -> Holding:
        """What one or more parts hold, of which none has a reference of another."""
        records = np.concatenate([part.records for part in parts])
        tables = np.concatenate([part.revisions for part in parts])
        begins = np.cumsum([0, *(len(part.revisions) for part in parts[:-1])])
        records["state"] += np.repeat(begins, [len(part) for part in parts]).astype(np.uint32)
        used, states = np.unique(records["state"], return_inverse=True)
        revisions, renamed = np.unique(tables[used], return_inverse=True)
        records["state"] = renamed[states]
        return cls(records[np.argsort(records["number"], kind="stable")], revisions)

    @classmethod
    def read(cls, stem: Path) -> Holding:
        """Map the two columns of a segment."""
        return cls(*read_columns(stem, "held", "revisions"))

    def write(self, stem: Path) -> Mapping[str, str]:
        """Write the two columns of a segment; returns sha256 by file name."""
        return write_columns(stem, held=self.records, revisions=self.revisions)

    @property
    def numbers(self) -> NDArray[np.uint32]:
        """The references, shape (n,), ascending."""
        return np.asarray(self.records["number"])

    @property
    def rows(self) -> I64:
        """How many rows are stored of each, shape (n,)."""
        return self.records["rows"].astype(np.int64)

    @property
    def ends_s(self) -> NDArray[np.float64]:
        """The last moment of each that its scheme saw, shape (n,)."""
        return np.asarray(self.records["end_s"])

    def take(self, which: NDArray[np.bool_]) -> Holding:
        """Some of the references."""
        return Holding(self.records[which], self.revisions)

    @property
    def revised(self) -> Holding:
        """Those that are not in their first state, which has no name."""
        return self.take(self.revisions[self.records["state"]] != b"")

    def agrees(self, other: Holding) -> bool:
        """Whether there is as much of each reference as in another, if it is in both."""
        _, mine, theirs = np.intersect1d(self.numbers, other.numbers, True, return_indices=True)
        names = ["rows", "end_s"]
        return bool((self.records[names][mine] == other.records[names][theirs]).all())

    def states(self) -> dict[int, str]:
        """Of which state each reference is, in the words of whoever added it."""
        words = [word.decode() for word in self.revisions.tolist()]
        numbers, states = self.numbers.tolist(), self.records["state"].tolist()
        return {number: words[state] for number, state in zip(numbers, states, strict=True)}


def _end_s(fingerprint: Fingerprint) -> float:
    return float(fingerprint.times[-1]) if len(fingerprint) else 0.0
