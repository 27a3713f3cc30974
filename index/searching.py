"""An index as it is searched: what it held at one moment."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from index.candidates import Candidates, Postings
from index.contents import Contents
from index.holding import Holding
from index.manifest import SegmentEntry
from index.part import Numbers
from index.status import Status, status
from index.writing import rows_of


class Searched:
    """Fingerprints to be searched. Knows reference numbers and nothing else."""

    def __init__(self) -> None:
        self._contents = Contents()
        self._stated: Mapping[str, tuple[int, float]] = {}

    @property
    def identity(self) -> str:
        """What a result names: the number of references and of rows searched."""
        return self._contents.identity

    @property
    def segments(self) -> tuple[SegmentEntry, ...]:
        """The segments that are searched, oldest first."""
        return tuple(part.entry for part in self._contents.parts)

    def numbers(self, scheme: str) -> frozenset[int]:
        """The references that can be found under a scheme."""
        return frozenset(self.held(scheme).tolist())

    def held(self, scheme: str) -> Numbers:
        """The same as an array, ascending."""
        return self._contents.numbers(scheme)

    def extent_s(self, scheme: str) -> float:
        """Seconds of reference that a search under a scheme runs through."""
        if scheme in self._stated:
            return self._stated[scheme][1]
        return self._contents.extent_s(scheme)

    def rows(self, scheme: str) -> int:
        """Codes or keys that a search under a scheme runs through."""
        if scheme in self._stated:
            return self._stated[scheme][0]
        return self._contents.rows(scheme)

    def revisions(self, scheme: str) -> dict[int, str]:
        """Which state of each reference can be found under a scheme, as said when it was added."""
        states: dict[int, str] = {}
        for part in self._contents.of(scheme):
            states |= part.live.states()
        return states

    def revised(self, scheme: str) -> dict[int, str]:
        """The same of those references alone that are not in their first state."""
        states: dict[int, str] = {}
        for part in self._contents.of(scheme):
            states |= part.live.revised.states()
        return states

    def agrees(self, scheme: str, fingerprints: Mapping[int, Fingerprint]) -> bool:
        """Whether as much is held of references as there is in their fingerprints, up to the same
        moment; those that are not held do not count."""
        asked = (
            Holding.of(fingerprints, {}, rows_of(scheme, fingerprints)) if fingerprints else None
        )
        return asked is None or all(part.live.agrees(asked) for part in self._contents.of(scheme))

    def leaving_out(self, numbers: Iterable[int]) -> Self:
        """The same index to be searched as if some references had been removed. Nothing may be
        added through it."""
        return self._view(self._contents.without(numbers))

    def part(self, stems: Collection[str]) -> Self:
        """The same index to be searched as if it had some of its segments alone. Nothing may be
        added through it. Raises LookupError when one is not there."""
        return self._view(self._contents.only(stems))

    def as_large_as(self, sizes: Mapping[str, tuple[int, float]]) -> Self:
        """The same index, to be searched as if it were part of one of other sizes: rows and seconds
        of reference by scheme. Nothing may be added through it."""
        view = copy.copy(self)
        view._stated = dict(sizes)
        return view

    def search(self, fingerprint: Fingerprint) -> Candidates:
        """Every hit of a suspect's frame codes in the live references: by suspect frame, then by
        reference, then in order of time, in however many segments they lie."""
        coded = self._contents.coded(fingerprint.scheme) if len(fingerprint) else ()
        return Candidates.in_order([segment.search(fingerprint, gone) for segment, gone in coded])

    def look_up(self, scheme: str, keys: NDArray[np.int64]) -> Postings:
        """Where a suspect's hash keys are stored."""
        return self._contents.postings(scheme).look_up(keys)

    def near(
        self, scheme: str, words: NDArray[np.int64], signatures: NDArray[np.uint32]
    ) -> Postings:
        """Where features of a suspect may be stored, by word and signature, both of shape (n,)."""
        return self._contents.postings(scheme).near(words, signatures)

    def counts(self, scheme: str) -> NDArray[np.int64]:
        """How many postings a look-up of each key would give, shape (keys,): what it would cost.
        The same array as long as nothing is added."""
        return self._contents.postings(scheme).counts

    def status(self) -> tuple[Status, ...]:
        """What there is of each scheme."""
        return status(self._contents.parts)

    def _view(self, contents: Contents) -> Self:
        view = copy.copy(self)
        view._contents = contents
        return view
