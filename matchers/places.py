"""Votes of hash keys: places that agree on one line crowd together as chance would not have them.

Every posting votes for where the middle of the window would lie in its reference. Where more votes
than chance gives fall within two fifths of a second, there is a line; its surprise is the
log-likelihood ratio of the votes against the Poisson rate that the other votes of the same
reference suggest, each counted by what its key is worth. Votes are sorted, not counted in bins, so
that the cost grows with what is found and not with the catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.candidates import Postings
from index.compiled import pays
from index.timeline import MARGIN, PLACES_PER_S
from matchers.alignment import Hypothesis, Line
from matchers.asking import WEIGHT_BITS, WEIGHTS, Asked
from matchers.votes import surprise

BIN = PLACES_PER_S // 5  # places; votes within two bins are of one line
LEAST_VOTES, DEVIATIONS = 3.0, 4.0  # above the mean, for a crowd to be looked at
MOST_CROWDS = 256  # looked at in one search

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Signed = NDArray[np.signedinteger]


@dataclass(frozen=True, slots=True)
class Whole:
    """What a search meets in all of the catalogue, by which a part of it weighs its votes."""

    votes: int
    weight: int  # of all votes
    places: int  # that votes are spread over

    @classmethod
    def of(cls, asked: Asked, counts: I64, places: int) -> Whole:
        """What keys meet in a catalogue of so many places, of whose keys each has `counts`
        postings, shape (KEYS,)."""
        met = counts[asked.keys]
        return cls(int(met.sum()), int(met @ asked.weights), places)

    @classmethod
    def met(cls, found: Postings, asked: Asked) -> Whole:
        """What was met where what was found is all."""
        weight = int((found.counts @ asked.weights).sum())
        return cls(len(found.places), weight, found.timeline.end)

    def worth(self, weight: I64) -> F64:
        """Votes counted by weight; an average one counts one."""
        return np.asarray(weight * (self.votes / self.weight))


@dataclass(frozen=True, slots=True)
class Crowds:
    """The greatest crowds of votes in one part of a catalogue, in order of place."""

    votes: I64  # (n,) in each
    references: I64  # (n,)
    offsets_s: F64  # (n,)
    surprise: F64  # (n,) nats; 0 in references that do not count

    @classmethod
    def join(cls, parts: Sequence[Crowds]) -> Crowds:
        """The greatest of all parts, which follow each other."""
        if len(parts) == 1:
            return parts[0]
        votes = np.concatenate([part.votes for part in parts])
        kept = greatest(votes)
        columns = (
            np.concatenate([getattr(part, name) for part in parts])[kept]
            for name in ("references", "offsets_s", "surprise")
        )
        return cls(votes[kept], *columns)

    def lines(self, hypothesis: Hypothesis, most: int) -> list[Line]:
        """The `most` most surprising ones, best first."""
        best = np.argsort(-self.surprise, kind="stable")[:most]
        best = best[self.surprise[best] > 0]
        columns = (c[best].tolist() for c in (self.references, self.offsets_s, self.surprise))
        return [Line(r, hypothesis, o, s) for r, o, s in zip(*columns, strict=True)]


def vote_places(
    found: Postings, asked: Asked, middle_s: float, hypothesis: Hypothesis, most: int
) -> list[Line]:
    """The `most` most surprising lines under one hypothesis, best first.

    `middle_s` is the middle of the window in suspect seconds, about which the line may turn.
    """
    return crowds(found, asked, middle_s, hypothesis.speed).lines(hypothesis, most)


def crowds(
    found: Postings, asked: Asked, middle_s: float, speed: float, whole: Whole | None = None
) -> Crowds:
    """The greatest crowds of what was found in a catalogue, or in a part of it that is told of the
    whole. Those of several parts, joined, are those that would be found in all at once, to the
    bit."""
    whole = whole or Whole.met(found, asked)
    votes = _cast(found, asked, speed * (asked.times - middle_s))
    first, count = votes.crowds(_least(whole.votes, whole.places))
    if not len(first):
        return Crowds(count, first, first.astype(np.float64), first.astype(np.float64))
    line = found.timeline
    at = votes.at(first + count // 2)  # the median of each crowd
    owner = line.owner(at)
    begin = line.starts - MARGIN
    end = np.append(begin[1:], line.end)
    crowd = whole.worth(votes.weight(first, first + count))
    others = whole.worth(votes.between(begin[owner], end[owner])) - crowd
    size = (end - begin - MARGIN)[owner] // BIN  # half of both margins
    score = surprise(crowd, others, size) * found.alive[owner]
    offsets = (at - line.starts[owner]) / PLACES_PER_S - speed * middle_s
    return Crowds(count, line.numbers[owner], offsets, score)


class Ballot(Protocol):
    """Votes in order of place."""

    def at(self, which: I64) -> Signed:
        """The places of some votes."""
        ...

    def crowds(self, least: int) -> tuple[I64, I64]:
        """First vote and number of votes of the greatest crowds, in order of place: those within
        two bins, at least `least`, and more than in any such stretch that begins less than two bins
        before or after."""
        ...

    def weight(self, first: I64, last: I64) -> I64:
        """What the votes from `first` up to `last` weigh together."""
        ...

    def between(self, begin: I64, end: I64) -> I64:
        """The same for the votes from place to place."""
        ...


def _cast(found: Postings, asked: Asked, moments_s: F64) -> Ballot:
    if not pays(len(found.places)):
        return Votes.of(found, asked, moments_s)
    from matchers.places_compiled import CompiledVotes  # half a second, with numba

    return CompiledVotes.of(found, asked, moments_s)


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes in order of place."""

    places: Signed  # (n,) where the middle of the window would lie
    before: I64  # (n + 1,) the weights of all votes before each

    @classmethod
    def of(cls, found: Postings, asked: Asked, moments_s: F64) -> Votes:
        """One vote for each posting; sorted with its weight in the lowest bits, which is several
        times as fast as sorting positions."""
        shift = shifts(found, asked, moments_s)
        packed: Signed = found.places.astype(shift.dtype) * WEIGHTS
        packed -= np.repeat(
            np.broadcast_to(shift, found.counts.shape).ravel(), found.counts.ravel()
        )
        packed.sort()
        weights = np.cumsum(packed & (WEIGHTS - 1), dtype=np.int64)
        return cls(packed >> WEIGHT_BITS, np.concatenate([[0], weights]))

    def at(self, which: I64) -> Signed:
        """The places of some votes."""
        return self.places[which]

    def crowds(self, least: int) -> tuple[I64, I64]:
        """First vote and number of votes of the greatest crowds, in order of place."""
        return _crowds(self.places, least)

    def weight(self, first: I64, last: I64) -> I64:
        """What the votes from `first` up to `last` weigh together."""
        return self.before[last] - self.before[first]

    def between(self, begin: I64, end: I64) -> I64:
        """The same for the votes from place to place."""
        return self.weight(*(np.searchsorted(self.places, at) for at in (begin, end)))


def shifts(found: Postings, asked: Asked, moments_s: F64) -> Signed:
    """What is taken off each key's places, so that the weights of its votes lie in the lowest bits
    of what they vote for, shape (keys,); in 32 bits if what was found fits."""
    fits = found.timeline.end * WEIGHTS <= np.iinfo(np.int32).max
    shift = np.rint(moments_s * PLACES_PER_S).astype(np.int64) * WEIGHTS - asked.weights
    return shift.astype(np.int32 if fits else np.int64)


def _least(votes: int, places: int) -> int:
    """How many votes within two bins are worth looking at, when so many are spread over so many
    places."""
    mean = votes * 2 * BIN / max(places, 1)
    return int(mean + DEVIATIONS * np.sqrt(mean) + LEAST_VOTES) + 1


def _crowds(votes: Signed, least: int) -> tuple[I64, I64]:
    """First vote and number of votes of the greatest crowds, in order of place: those within two
    bins, and more than in any such stretch that begins less than two bins before or after."""
    later = votes[least - 1 :]
    begin = np.flatnonzero(later - votes[: len(later)] < 2 * BIN)
    if not len(begin):
        return begin, begin
    start = votes[begin]
    count = np.searchsorted(votes, start + 2 * BIN) - begin
    group = np.cumsum(np.diff(start, prepend=start[0]) >= 2 * BIN)
    order = np.lexsort((begin, -count, group))
    best = order[np.flatnonzero(np.diff(group[order], prepend=-1))]
    best = np.sort(best)
    best = best[greatest(count[best])]
    return begin[best], count[best]


def greatest(count: I64) -> I64:
    """Positions of the greatest crowds, in order; of equal ones the first."""
    return np.sort(np.argsort(-count, kind="stable")[:MOST_CROWDS])
