"""Pairs of frames, one of the suspect and one of a reference, that have words in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.video.orb import PART, PARTS
from fingerprint.video.words import WORD_BITS
from index.candidates import Postings
from index.timeline import PLACES_PER_S
from matchers.features import Pictures

LEAST_VOTES = 2
MOST_SIGHTINGS = 128  # looked at in one window
MOST_LISTED = 1024  # of one unit
MOST_OF_ONE = 12  # of one reference

I64 = NDArray[np.int64]
Frame = tuple[int, float]  # reference and second
Best = tuple[int, int, int]  # votes, and the frame and unit they are of, both below zero


@dataclass(frozen=True, slots=True)
class Sighting:
    """A frame of a reference that a frame of the suspect may show."""

    reference: int
    reference_s: float
    shown: int  # the suspect's frame
    votes: int  # words in common
    unit: int  # the features that they were counted among


@dataclass(frozen=True, slots=True)
class Counted:
    """What votes of a suspect's features are counted by."""

    own: I64  # (features,) the frame and the word of each, as one number
    frame_bits: int
    units: NDArray[np.bool_]  # (units, features) which count together

    @classmethod
    def of(cls, suspect: Pictures, words: I64) -> Counted:
        """Of a suspect's pictures and the word of each of their features."""
        own = suspect.owners() << WORD_BITS | words
        return cls(own, len(suspect).bit_length(), np.array(list(units(suspect))))


@dataclass(frozen=True, slots=True)
class Listed:
    """The frames of references with most votes of one unit in a part of a catalogue, best first."""

    votes: I64  # (n,)
    shown: I64  # (n,) the suspect's frame that has them
    references: I64  # (n,)
    seconds: NDArray[np.float64]  # (n,) of the reference's frame
    alive: NDArray[np.bool_]  # (n,) whether the reference counts

    @classmethod
    def join(cls, parts: Sequence[Listed]) -> Listed:
        """The best of all parts, which follow each other."""
        votes = np.concatenate([part.votes for part in parts])
        top = _top(votes)
        names = "shown", "references", "seconds", "alive"
        joined = (np.concatenate([getattr(part, name) for part in parts])[top] for name in names)
        return cls(votes[top], *joined)

    def best(self, unit: int) -> Iterator[tuple[Frame, Best]]:
        """Each frame of a reference that counts, and what speaks for it."""
        columns = (self.references, self.seconds, self.votes, self.shown)
        kept = (column[self.alive].tolist() for column in columns)
        for reference, seconds, votes, shown in zip(*kept, strict=True):
            yield (reference, seconds), (votes, -shown, -unit)


def sightings(
    found: Postings, asked: I64, words: I64, suspect: Pictures, most: int = MOST_SIGHTINGS
) -> list[Sighting]:
    """The frames of references with most words in common with one frame of the suspect, or with
    one part of it, best first. `asked` is the feature that each look-up was made for, and `words`
    the word of each feature."""
    return chosen([listed(found, asked, Counted.of(suspect, words))], most)


def chosen(parts: Sequence[Sequence[Listed]], most: int) -> list[Sighting]:
    """The same of what is listed in each part of a catalogue, to the bit as if it were one."""
    best: dict[Frame, Best] = {}
    for unit, of_parts in enumerate(zip(*parts, strict=True)):
        for frame, speaks in Listed.join(of_parts).best(unit):
            best[frame] = max(best.get(frame, (0, 0, 0)), speaks)
    taken: Counter[int] = Counter()
    kept = []
    for (reference, seconds), (votes, shown, unit) in sorted(
        best.items(), key=lambda item: (-item[1][0], *item[0], -item[1][1])
    ):
        taken[reference] += 1
        if taken[reference] <= MOST_OF_ONE:
            kept.append(Sighting(reference, seconds, -shown, votes, -unit))
    return kept[:most]


def listed(found: Postings, asked: I64, counted: Counted) -> list[Listed]:
    """What of a part of a catalogue has most votes of each unit."""
    feature = np.repeat(np.tile(asked, len(found.counts)), found.counts.ravel())
    place = found.places.astype(np.int64) << (counted.frame_bits + WORD_BITS)
    vote = place | counted.own[feature]
    return [
        _listed(found, *_crowded(vote[unit[feature]], counted.frame_bits)) for unit in counted.units
    ]


def _listed(found: Postings, places: I64, shown: I64, votes: I64) -> Listed:
    line = found.timeline
    owner = line.owner(places)
    seconds = (places - line.starts[owner]) / PLACES_PER_S
    return Listed(votes, shown, line.numbers[owner], seconds, found.alive[owner])


def units(suspect: Pictures) -> Iterator[NDArray[np.bool_]]:
    """Which features count together: those of whole frames, and those of each enlarged part."""
    yield ~suspect.enlarged
    for corner in PARTS:
        low = np.array(corner) * suspect.shape
        high = low + PART * np.array(suspect.shape)
        yield suspect.enlarged & ((suspect.at >= low) & (suspect.at <= high)).all(axis=1)


def _crowded(votes: I64, frame_bits: int) -> tuple[I64, I64, I64]:
    """The places with most votes of one frame, that frame, and its votes; a vote is a number of
    place, frame and word, from the highest bits down."""
    # A pattern gives one word many times over, on both sides: it counts once.
    pair, count = _runs(_runs(np.sort(votes))[0] >> WORD_BITS)
    pair, count = pair[count >= LEAST_VOTES], count[count >= LEAST_VOTES]
    place, shown = pair >> frame_bits, pair & ((1 << frame_bits) - 1)
    first = np.flatnonzero(np.diff(place, prepend=-1))
    if not len(first):
        return first, first, first
    # The most votes of each place, and the earliest frame that has them.
    latest = (1 << frame_bits) - 1
    most = np.maximum.reduceat(count << frame_bits | (latest - shown), first)
    top = _top(most >> frame_bits)
    return place[first][top], latest - (most[top] & latest), most[top] >> frame_bits


def _top(votes: I64) -> I64:
    """Positions of the most, best first; of equal ones the first."""
    return np.argsort(-votes, kind="stable")[:MOST_LISTED]


def _runs(ordered: I64) -> tuple[I64, I64]:
    """Each number of a sequence in order, and how often it is there."""
    first = np.flatnonzero(np.diff(ordered, prepend=-1))
    return ordered[first], np.diff(first, append=len(ordered))
