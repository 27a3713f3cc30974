"""What a search asks of the index, and how the answers of its parts make one.

An index is asked where its segments are: votes are taken there, for what they are taken of is far
too much to be sent, and only what stands out comes back. The parts of an index follow each other,
no reference lies in two, and each is given the figures of the whole, so that the answers of several
parts, joined, are those of one, to the bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from index.candidates import Candidates, Closest
from index.segment import usual_radius
from index.store import Index
from matchers.alignment import Hypothesis, Line
from matchers.asking import Asked, Prices
from matchers.places import Crowds, Whole, crowds
from matchers.rationing import MOST_FAR, MOST_NEAR, most_hit, near_bits, spread
from matchers.sightings import MOST_LISTED, Counted, Listed, Sighting, chosen, listed

I64 = NDArray[np.int64]
Ask = tuple[Hypothesis, Asked]  # keys to look up, and what was done to the suspect if they vote
T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class NotSearched(OSError):
    """The index, or a part of it, could not be asked; nothing is known of what it holds."""


class Outdated(NotSearched):
    """The index has changed, and the state that was to be searched is gone: open it again."""


class Question(Protocol[T_co]):
    """What is asked of every part of an index in the same words."""

    @property
    def scheme(self) -> str:
        """Whose segments are asked."""
        ...

    def of(self, index: Index) -> T_co:
        """What one part of the index answers."""
        ...


@dataclass(frozen=True, slots=True)
class Totals:
    """What keys cost, in one part of an index or in all of them."""

    counts: I64  # (keys,) postings of each key
    places: int  # on the timeline

    def met(self, asked: Asked) -> Whole:
        """What keys meet in all of it."""
        return Whole.of(asked, self.counts, self.places)


class Parts(Protocol):
    """An index that lies in one part or in several."""

    several: bool  # each of which is told of the whole, and asked for everything at once

    def totals(self, scheme: str) -> Totals:
        """Of all parts; the same array of counts as long as nothing is added."""
        ...

    def ask(self, question: Question[T]) -> list[T]:
        """What each part answers, in their order. Raises `NotSearched`."""
        ...


class Local:
    """An index that lies here, in one part."""

    several = False

    def __init__(self, index: Index) -> None:
        self._index = index

    def totals(self, scheme: str) -> Totals:
        """Of the index."""
        return TotalsOf(scheme).of(self._index)

    def ask(self, question: Question[T]) -> list[T]:
        """What it answers."""
        return [question.of(self._index)]


class Searcher:
    """An index as the search sees it."""

    def __init__(self, index: Index, parts: Parts | None = None) -> None:
        """`index` says how large it is; `parts` hold it, if not this process."""
        self._index = index
        self._parts: Parts = parts or Local(index)
        self._priced: dict[str, Prices] = {}

    def rows(self, scheme: str) -> int:
        """Codes or keys that a search under a scheme runs through."""
        return self._index.rows(scheme)

    def counts(self, scheme: str) -> I64:
        """How many postings a look-up of each key would give, shape (keys,). The same array as long
        as nothing is added."""
        return self._parts.totals(scheme).counts

    def prices(self, scheme: str) -> Prices:
        """What every key costs."""
        counts = self.counts(scheme)
        if scheme not in self._priced or self._priced[scheme].counts is not counts:
            self._priced[scheme] = Prices.of(counts)
        return self._priced[scheme]

    def lines(self, scheme: str, asks: Iterable[Ask], middle_s: float, most: int) -> list[Line]:
        """The `most` most surprising lines of each hypothesis in turn, best first; `middle_s` is
        the middle of the window in suspect seconds."""
        totals = self._parts.totals(scheme) if self._parts.several else None
        return [
            line
            for some in ([list(asks)] if totals else ([ask] for ask in asks))
            for line in self._lines(Votes.among(scheme, some, middle_s, totals), some, most)
        ]

    def _lines(self, votes: Votes, asks: Sequence[Ask], most: int) -> Iterator[Line]:
        answers = self._parts.ask(votes)
        for (hypothesis, _), *parts in zip(asks, *answers, strict=True):
            yield from Crowds.join(parts).lines(hypothesis, most)

    def hits(self, frames: Fingerprint) -> Candidates:
        """What is near any frame, in the references that have most of it; in a large catalogue,
        what is near some frames, and nearest to the others."""
        few, others = spread(frames, self.rows(frames.scheme))
        if not len(few):
            return Candidates.join([])
        if not len(others):
            return most_hit(Candidates.in_order(self._parts.ask(Hits(few))))
        far = self._nearest(few, MOST_FAR, usual_radius(few))
        return most_hit(Candidates.join([far, self._nearest(others, MOST_NEAR, near_bits(others))]))

    def _nearest(self, frames: Fingerprint, most: int, radius: int) -> Candidates:
        parts = self._parts.ask(Nearest(frames, most, radius))
        return Closest.join(len(frames), radius, most, parts).hits

    def sightings(
        self, scheme: str, words: I64, signatures: NDArray[np.uint32], asked: I64, by: Counted
    ) -> list[Sighting]:
        """The frames with most words in common with a suspect's, best first. `words` and
        `signatures` are asked for, `asked` says for which feature, all of shape (n,)."""
        return chosen(self._parts.ask(Seen(scheme, words, signatures, asked, by)), MOST_LISTED)


@dataclass(frozen=True, slots=True)
class TotalsOf:
    """What keys would cost."""

    scheme: str

    def of(self, index: Index) -> Totals:
        """In a part of the index."""
        none = index.look_up(self.scheme, np.empty(0, np.int64))
        return Totals(index.counts(self.scheme), none.timeline.end)


@dataclass(frozen=True, slots=True)
class Votes:
    """Where keys crowd, under several hypotheses."""

    scheme: str
    asked: Sequence[tuple[float, Asked, Whole | None]]  # by speed; None where one part is all
    middle_s: float

    @classmethod
    def among(
        cls, scheme: str, asks: Sequence[Ask], middle_s: float, totals: Totals | None
    ) -> Votes:
        """The question, with the figures of the whole index in it if there are several parts."""
        asked = [(h.speed, a, totals.met(a) if totals else None) for h, a in asks]
        return cls(scheme, asked, middle_s)

    def of(self, index: Index) -> list[Crowds]:
        """In a part of the index, in the order asked."""
        return [
            crowds(index.look_up(self.scheme, asked.keys), asked, self.middle_s, speed, whole)
            for speed, asked, whole in self.asked
        ]


@dataclass(frozen=True, slots=True)
class Hits:
    """Where frame codes are near."""

    frames: Fingerprint

    @property
    def scheme(self) -> str:
        """Of the codes."""
        return self.frames.scheme

    def of(self, index: Index) -> Candidates:
        """In a part of the index; hits of the references that have most there."""
        return most_hit(index.search(self.frames))


@dataclass(frozen=True, slots=True)
class Nearest:
    """Where so many places at most are nearest to each frame code, within a radius in bits."""

    frames: Fingerprint
    most: int
    radius: int

    @property
    def scheme(self) -> str:
        """Of the codes."""
        return self.frames.scheme

    def of(self, index: Index) -> Closest:
        """In a part of the index."""
        return index.closest(self.frames, self.most, self.radius)


@dataclass(frozen=True, slots=True)
class Seen:
    """Which frames have words in common with the suspect's."""

    scheme: str
    words: I64
    signatures: NDArray[np.uint32]
    asked: I64
    by: Counted

    def of(self, index: Index) -> list[Listed]:
        """In a part of the index, for each unit that is counted by."""
        found = index.near(self.scheme, self.words, self.signatures)
        return listed(found, self.asked, self.by)
