"""What an index holds at one moment, whatever happens to it later."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.hamming import HammingSegment
from index.joined import JoinedPostings
from index.part import Numbers, Part
from index.postings import PostingsSegment
from index.segment import keys_of


class Contents:
    """Segments that are open, oldest first, with what of them counts."""

    def __init__(self, parts: Iterable[Part] = (), before: Contents | None = None) -> None:
        """`before` is what was held until now: what is the same is not made again."""
        self.parts = tuple(parts)
        self._joined: dict[str, JoinedPostings] = {}
        if before is not None:
            kept = (s for s in before._joined if before.of(s) == self.of(s))
            self._joined = {scheme: before._joined[scheme] for scheme in kept}

    def of(self, scheme: str) -> tuple[Part, ...]:
        """The segments of a scheme."""
        return tuple(part for part in self.parts if part.entry.scheme == scheme)

    def without(self, numbers: Iterable[int]) -> Contents:
        """The same when some references no longer count."""
        gone = ascending(numbers)
        return Contents((part.without(gone) for part in self.parts), self)

    def only(self, stems: Collection[str]) -> Contents:
        """Some of the segments. Raises LookupError when one is not there."""
        missing = sorted(set(stems) - {part.entry.stem for part in self.parts})
        if missing:
            raise LookupError(f"the index has no segment {missing[0]}")
        return Contents((p for p in self.parts if p.entry.stem in stems), self)

    def numbers(self, scheme: str) -> Numbers:
        """The references that are found under a scheme, ascending."""
        held = (part.numbers for part in self.of(scheme))
        return np.sort(np.concatenate([np.empty(0, np.uint32), *held]))

    def rows(self, scheme: str) -> int:
        """Codes or keys of the references that count."""
        return sum(part.rows for part in self.of(scheme))

    def extent_s(self, scheme: str) -> float:
        """Seconds of the references that are found under a scheme."""
        numbers, seconds = self._extents
        return math.fsum(seconds[np.searchsorted(numbers, self.numbers(scheme))].tolist())

    @cached_property
    def identity(self) -> str:
        """The number of references and of rows."""
        return f"{len(self._extents[0])} references, {sum(p.rows for p in self.parts)} rows"

    def coded(self, scheme: str) -> Iterator[tuple[HammingSegment, Numbers]]:
        """The segments of frame codes, and what was removed of each."""
        for part in self.of(scheme):
            if isinstance(part.segment, HammingSegment):
                yield part.segment, part.removed

    def postings(self, scheme: str) -> JoinedPostings:
        """All postings of a scheme; the same each time."""
        if scheme not in self._joined:
            pairs = ((p.segment, p.removed) for p in self.of(scheme))
            own = ((s, removed) for s, removed in pairs if isinstance(s, PostingsSegment))
            self._joined[scheme] = JoinedPostings.of(keys_of(scheme), own)
        return self._joined[scheme]

    @cached_property
    def _extents(self) -> tuple[Numbers, NDArray[np.float64]]:
        """All references, and the seconds of each: the most that a scheme saw."""
        numbers = np.concatenate([np.empty(0, np.uint32), *(p.numbers for p in self.parts)])
        ends = np.concatenate([np.empty(0), *(part.ends_s for part in self.parts)])
        every, where = np.unique(numbers, return_inverse=True)
        seconds = np.zeros(len(every))
        np.maximum.at(seconds, where, ends)
        return every, seconds


def ascending(numbers: Iterable[int]) -> Numbers:
    """Reference numbers, each once."""
    return np.unique(np.fromiter(numbers, np.int64)).astype(np.uint32)
