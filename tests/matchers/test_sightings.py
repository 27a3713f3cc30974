"""Frames that have words in common, counted against plain loops over what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from fingerprint.scheme import Fingerprint
from fingerprint.video.orb import DESCRIPTOR
from index.candidates import Postings
from index.timeline import MARGIN, PLACES_PER_S, Timeline
from matchers.features import Pictures
from matchers.sightings import MOST_OF_ONE, MOST_SIGHTINGS, Sighting, sightings, units
from tests.matchers.scenery import SIZE, Shot, pictures

LAST_S = 100

Stored = Sequence[tuple[int, int, float]]  # word, reference, second


def frames(*seconds: float, each: int = 10, enlarged: bool = False, x: float = 0.5) -> Pictures:
    """Frames whose features lie at one place."""
    at = np.full((each, 2), (x, SIZE[1] * x))
    none = np.zeros((each, DESCRIPTOR), np.uint8)
    return pictures([Shot(s, none, at) for s in seconds], enlarged)


def found(stored: Stored, words: Sequence[int], gone: int | None = None) -> Postings:
    """The postings of the words of a suspect's features in turn."""
    numbers = sorted({reference for _, reference, _ in stored})
    starts = MARGIN + np.arange(len(numbers)) * (LAST_S * PLACES_PER_S + 2 * MARGIN)
    end = int(starts[-1]) + LAST_S * PLACES_PER_S + MARGIN if numbers else 0
    line = Timeline(np.array(numbers, np.int64), starts, end)
    listed = [
        [int(starts[numbers.index(r)]) + round(s * PLACES_PER_S) for w, r, s in stored if w == word]
        for word in words
    ]
    counts = np.array([[len(places) for places in listed]], np.int64)
    places = np.array([place for places in listed for place in places], np.int32)
    return Postings(line, np.array([n != gone for n in numbers], bool), counts, places)


def seen(
    stored: Stored, suspect: Pictures, words: Sequence[int], gone: int | None = None
) -> list[Sighting]:
    every = np.arange(len(words))
    return sightings(found(stored, words, gone), every, np.array(words, np.int64), suspect)


def test_the_frame_with_most_words_in_common_comes_first() -> None:
    suspect = frames(0.0, 1.0, each=4)
    stored = [(1, 7, 20.0), (2, 7, 20.0), (3, 9, 44.0), (4, 9, 44.0), (5, 9, 44.0)]
    assert seen(stored, suspect, [1, 2, 60, 61, 3, 4, 5, 62]) == [
        Sighting(9, 44.0, 1, 3, 0),
        Sighting(7, 20.0, 0, 2, 0),
    ]


def test_one_word_in_common_is_nothing() -> None:
    assert seen([(1, 7, 20.0), (2, 7, 22.0)], frames(0.0, each=2), [1, 2]) == []


def test_words_of_two_frames_do_not_count_together() -> None:
    assert seen([(1, 7, 20.0), (2, 7, 20.0)], frames(0.0, 1.0, each=1), [1, 2]) == []


def test_a_pattern_counts_once_however_often_it_is_shown() -> None:
    pattern = [(1, 7, 20.0)] * 5 + [(2, 7, 20.0)]
    (one,) = seen(pattern, frames(0.0, each=6), [1, 1, 1, 1, 2, 60])
    assert one.votes == 2
    assert seen([(1, 7, 20.0)] * 5, frames(0.0, each=6), [1] * 6) == []


def test_removed_references_are_not_seen() -> None:
    stored = [(1, 7, 20.0), (2, 7, 20.0), (1, 9, 44.0), (2, 9, 44.0)]
    suspect = frames(0.0, each=2)
    assert [s.reference for s in seen(stored, suspect, [1, 2], gone=7)] == [9]
    assert [s.reference for s in seen(stored, suspect, [1, 2])] == [7, 9]


def test_a_place_is_seen_in_the_frame_that_shows_most_of_it() -> None:
    stored = [(w, 7, 20.0) for w in (1, 2, 3)]
    (one,) = seen(stored, frames(0.0, 1.0, 2.0, each=3), [1, 2, 60, 1, 2, 3, 60, 2, 3])
    assert (one.shown, one.votes) == (1, 3)


def test_few_of_one_reference_and_not_too_many_in_all() -> None:
    one = [(w, 7, float(s)) for s in range(20) for w in (1, 2)]
    assert len(seen(one, frames(0.0, each=2), [1, 2])) == MOST_OF_ONE
    many = [(w, r, float(s)) for r in range(40) for s in range(5) for w in (1, 2)]
    assert len(seen(many, frames(0.0, each=2), [1, 2])) == MOST_SIGHTINGS


def test_whole_frames_and_their_parts_are_counted_apart() -> None:
    """Features of a part and the same ones of the whole frame would otherwise vote twice."""
    whole, corner = frames(0.0, each=2), frames(0.0, each=2, enlarged=True, x=0.1)
    both = Pictures.of_both(*map(coded, (whole, corner)))
    stored = [(w, 7, 20.0) for w in (1, 2, 3)]
    assert seen(stored[:2], both, [1, 60, 2, 61]) == []
    (one,) = seen(stored, both, [1, 60, 2, 3])
    assert (one.votes, one.unit) == (2, 1)


def coded(shown: Pictures) -> Fingerprint:
    """A fingerprint with the places of some features, of quality as the schemes give it."""
    x, y = np.rint(shown.at * 4095).astype(int).T
    place = np.stack([x >> 4, (x & 15) << 4 | y >> 8, y & 255, np.full(len(x), 161)], axis=1)
    codes = np.hstack([shown.descriptors, place.astype(np.uint8)])
    quality = np.where(shown.enlarged, 40, 90).astype(np.uint8)
    return Fingerprint("video-orb-2", codes, shown.times[shown.owners()], quality)


@pytest.mark.parametrize(
    ("x", "parts"), [(0.1, [1]), (0.3, [1]), (0.5, [1, 2, 3, 4]), (0.7, [4]), (0.95, [4])]
)
def test_a_feature_belongs_to_the_parts_that_it_lies_in(x: float, parts: list[int]) -> None:
    enlarged = frames(0.0, each=1, enlarged=True, x=x)
    assert [i for i, own in enumerate(units(enlarged)) if own.any()] == parts
    plain = replace(enlarged, enlarged=~enlarged.enlarged)
    assert [i for i, own in enumerate(units(plain)) if own.any()] == [0]


def test_nothing_stored_gives_nothing() -> None:
    assert seen([], frames(0.0), [1] * 10) == []
