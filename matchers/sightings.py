"""Pairs of frames, one of the suspect and one of a reference, that have words in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
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
MOST_LISTED = 1024  # of one segment of the index
MOST_OF_ONE = 12  # of one reference

I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A frame of a reference that a frame of the suspect may show."""

    reference: int
    reference_s: float
    shown: int  # the suspect's frame
    votes: int  # words in common
    unit: int  # the features that they were counted among


def sightings(
    found: Postings, asked: I64, words: I64, suspect: Pictures, most: int = MOST_SIGHTINGS
) -> list[Sighting]:
    """The frames of references with most words in common with one frame of the suspect, or with
    one part of it, best first. `asked` is the feature that each look-up was made for, and `words`
    the word of each feature."""
    taken: Counter[int] = Counter()
    kept = []
    for one in sorted(
        _of_all(found, asked, words, suspect),
        key=lambda s: (-s.votes, s.reference, s.reference_s, s.shown),
    ):
        taken[one.reference] += 1
        if taken[one.reference] <= MOST_OF_ONE:
            kept.append(one)
    return kept[:most]


def _of_all(postings: Postings, asked: I64, words: I64, suspect: Pictures) -> Iterator[Sighting]:
    feature = np.repeat(np.tile(asked, len(postings.counts)), postings.counts.ravel())
    frame_bits = len(suspect).bit_length()
    own = suspect.owners() << WORD_BITS | words  # of each feature
    vote = postings.places.astype(np.int64) << (frame_bits + WORD_BITS) | own[feature]
    best: dict[int, tuple[int, int, int]] = {}
    for number, counted in enumerate(units(suspect)):
        for place, shown, votes in _crowded(vote[counted[feature]], frame_bits):
            best[place] = max(best.get(place, (0, 0, 0)), (votes, -shown, -number))
    line = postings.timeline
    owners = line.owner(np.array(list(best), np.int64))
    for (place, (votes, shown, number)), r in zip(best.items(), owners.tolist(), strict=True):
        if postings.alive[r]:
            seconds = float(place - line.starts[r]) / PLACES_PER_S
            yield Sighting(int(line.numbers[r]), seconds, -shown, votes, -number)


def units(suspect: Pictures) -> Iterator[NDArray[np.bool_]]:
    """Which features count together: those of whole frames, and those of each enlarged part."""
    yield ~suspect.enlarged
    for corner in PARTS:
        low = np.array(corner) * suspect.shape
        high = low + PART * np.array(suspect.shape)
        yield suspect.enlarged & ((suspect.at >= low) & (suspect.at <= high)).all(axis=1)


def _crowded(votes: I64, frame_bits: int) -> Iterator[tuple[int, int, int]]:
    """The places with most votes of one frame, that frame, and its votes; a vote is a number of
    place, frame and word, from the highest bits down."""
    # A pattern gives one word many times over, on both sides: it counts once.
    pair, count = _runs(_runs(np.sort(votes))[0] >> WORD_BITS)
    pair, count = pair[count >= LEAST_VOTES], count[count >= LEAST_VOTES]
    place, shown = pair >> frame_bits, pair & ((1 << frame_bits) - 1)
    first = np.flatnonzero(np.diff(place, prepend=-1))
    if not len(first):
        return iter(())
    # The most votes of each place, and the earliest frame that has them.
    latest = (1 << frame_bits) - 1
    most = np.maximum.reduceat(count << frame_bits | (latest - shown), first)
    most_votes = most >> frame_bits
    top = np.argsort(-most_votes, kind="stable")[:MOST_LISTED]
    return zip(
        place[first][top].tolist(),
        (latest - (most[top] & latest)).tolist(),
        most_votes[top].tolist(),
        strict=True,
    )


def _runs(ordered: I64) -> tuple[I64, I64]:
    """Each number of a sequence in order, and how often it is there."""
    first = np.flatnonzero(np.diff(ordered, prepend=-1))
    return ordered[first], np.diff(first, append=len(ordered))
