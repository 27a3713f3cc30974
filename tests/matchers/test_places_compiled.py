"""Compiled loops over votes give what NumPy gives, to the bit."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import compiled
from index.candidates import Postings
from index.timeline import MARGIN, Timeline
from matchers.alignment import Hypothesis
from matchers.asking import WEIGHTS, Asked
from matchers.places import BIN, MOST_CROWDS, Votes, vote_places
from matchers.places_compiled import CompiledVotes

I64 = NDArray[np.int64]
LENGTH = 600  # places of a reference, so that hits are crowded
FAR = 2**31  # too many places for their weights to lie beside them in 32 bits


def timeline(references: int, end: int) -> Timeline:
    starts = MARGIN + np.arange(references) * (LENGTH + 2 * MARGIN)
    return Timeline(np.arange(references) * 3 + 1, starts, end)


def made(seed: int, references: int, keys: int, segments: int, far: bool) -> tuple[Postings, Asked]:
    """Places that crowd, also on margins and where nothing is; some keys without any."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 6, (segments, keys)) * rng.integers(0, 2, (segments, keys))
    total = int(counts.sum())
    line = timeline(references, FAR if far else references * (LENGTH + 2 * MARGIN))
    crowd = rng.integers(0, references, total) * (LENGTH + 2 * MARGIN) + MARGIN
    places = crowd + (LENGTH * rng.uniform(size=total) ** 4).astype(np.int64)
    alive = rng.random(references) < 0.8
    asked = Asked(np.arange(keys), rng.uniform(0, 20, keys), rng.integers(1, WEIGHTS, keys))
    return Postings(line, alive, counts, places.astype(line.kind)), asked


ballots = st.tuples(
    st.integers(0, 2**32),
    st.integers(1, 40),
    st.integers(1, 400),
    st.integers(1, 3),
    st.booleans(),
)


@given(given_=ballots, least=st.integers(1, 12))
@example(given_=(1, 1, 1, 1, False), least=12)  # fewer votes than make a crowd
@example(given_=(2, 40, 400, 3, True), least=3)
@settings(max_examples=150, deadline=None)
def test_votes_are_sorted_crowded_and_weighed_alike(
    given_: tuple[int, int, int, int, bool], least: int
) -> None:
    found, asked = made(*given_)
    one, other = (kind.of(found, asked, asked.times) for kind in (Votes, CompiledVotes))
    every = np.arange(len(found.places))
    assert one.at(every).tolist() == other.at(every).tolist()
    first, count = one.crowds(least)
    np.testing.assert_array_equal(other.crowds(least), (first, count))
    assert (count >= least).all()
    np.testing.assert_array_equal(
        one.weight(first, first + count), other.weight(first, first + count)
    )
    begin = np.repeat(found.timeline.starts - MARGIN, 2)  # of one reference, again and again
    end = begin + LENGTH + 2 * MARGIN
    np.testing.assert_array_equal(one.between(begin, end), other.between(begin, end))


@given(given_=ballots)
@settings(max_examples=60, deadline=None)
def test_lines_are_the_same_to_the_bit(given_: tuple[int, int, int, int, bool]) -> None:
    found, asked = made(*given_)
    lines = []
    for preferred in (False, True):
        compiled.prefer(preferred)
        lines.append(vote_places(found, asked, 10.0, Hypothesis(0.9), 48))
    compiled.prefer(None)
    assert lines[0] == lines[1]


def test_only_the_greatest_crowds_are_looked_at_and_of_equal_ones_the_first() -> None:
    crowds = 2 * MOST_CROWDS
    size = np.where(np.arange(crowds) % 4 == 3, 5, 4)
    places = np.repeat(np.arange(crowds) * 4 * BIN + MARGIN, size)
    line = Timeline(np.array([1]), np.array([MARGIN]), int(places[-1]) + 2 * MARGIN)
    keys = len(places)
    found = Postings(line, np.ones(1, bool), np.ones((1, keys), np.int64), places.astype(np.int32))
    asked = Asked(np.arange(keys), np.zeros(keys), np.ones(keys, np.int64))
    for kind in (Votes, CompiledVotes):
        votes = kind.of(found, asked, asked.times)
        first, count = votes.crowds(4)
        assert len(first) == MOST_CROWDS
        assert (count == 5).sum() == crowds // 4  # all of them, and of the others the first
        fours = votes.at(first[count == 4])
        assert fours.max() < places[len(places) // 2]
        assert (np.diff(first) > 0).all()
