"""What a search asks for: all of it in a small catalogue, what says most in a large one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from index.candidates import Candidates
from matchers.rationing import BESIDE, looked_at, most_hit, rare, spread, supported
from matchers.sightings import MOST_SIGHTINGS, Sighting

I64 = NDArray[np.int64]

sizes = st.tuples(st.integers(1, 4), st.integers(0, 12))
counts = arrays(np.int64, sizes, elements=st.integers(0, 9))


def prices(postings: I64) -> I64:
    """What each posting of a word costs, beside that of a feature's own word."""
    return np.concatenate([postings[:1], BESIDE * postings[1:]])


@given(counts, st.integers(0, 100))
def test_the_rarest_words_are_asked_for_and_no_more_than_can_be_met(
    postings: I64, most: int
) -> None:
    row, feature = rare(postings, most)
    asked = np.zeros(postings.shape, bool)
    asked[row, feature] = True
    assert asked.sum() == len(row)  # each once
    assert (postings[asked] > 0).all()
    assert postings[asked].sum() <= most
    price, left = prices(postings), ~asked & (postings > 0)
    if left.any():
        dearest = price[left].min()
        assert price[asked].max(initial=0) < dearest
        assert postings[price <= dearest].sum() > most  # no more could be afforded


@given(counts)
def test_a_small_catalogue_is_asked_for_everything_there_is(postings: I64) -> None:
    row, feature = rare(postings)
    assert [*zip(row.tolist(), feature.tolist(), strict=True)] == [
        tuple(at) for at in np.argwhere(postings).tolist()
    ]


def test_a_features_own_word_comes_before_those_beside_it() -> None:
    alike = np.full((21, 6), 5)
    assert [at.tolist() for at in rare(alike, most=30)] == [[0] * 6, [*range(6)]]
    assert len(rare(alike, most=29)[0]) == 0
    assert len(rare(alike, most=30 + 600 - 1)[0]) == 6
    assert len(rare(alike, most=30 + 600)[0]) == 126


def test_a_word_beside_is_asked_for_first_where_it_is_so_much_rarer() -> None:
    crowded, rarer = 3 * BESIDE, 2
    postings = np.array([[crowded, crowded + 1], [rarer, 0], [rarer + 1, rarer + 2]])
    asked = [[*zip(*(at.tolist() for at in rare(postings, n)), strict=True)] for n in range(60)]
    assert asked[1] == []
    assert asked[2] == [(1, 0)]
    assert asked[rarer + crowded + 2] == [(1, 0)]  # of equal price, both or none
    assert asked[rarer + crowded + 3] == [(0, 0), (1, 0), (2, 0)]
    assert asked[-1] == [(0, 0), (0, 1), (1, 0), (2, 0), (2, 1)]


def frames(quality: list[int]) -> Fingerprint:
    codes = np.zeros((len(quality), 32), np.uint8)
    return Fingerprint("v", codes, np.arange(len(quality)) / 8, np.array(quality, np.uint8))


def test_frames_are_searched_for_evenly_when_not_all_can_be() -> None:
    window = frames([90] * 160)
    every, none = spread(window, stored=100, most=16_000)
    assert every is window
    assert len(none) == 0
    few, rest = spread(window, stored=1_000, most=16_000)
    assert len(few) == 16
    assert few.times[0] == 0
    assert few.times[-1] == window.times[-1]
    assert np.diff(few.times).max() <= 1.5
    assert sorted([*few.times, *rest.times]) == window.times.tolist()


def test_frames_that_prove_nothing_are_not_counted() -> None:
    window = frames([0] * 100 + [90] * 60)
    few, _ = spread(window, stored=1_000, most=16_000)
    assert len(few) == 16
    assert few.times[0] == 100 / 8


def test_some_frames_are_searched_for_however_large_the_catalogue_is() -> None:
    assert [len(part) for part in spread(frames([90] * 160), stored=10**9)] == [4, 156]


def test_references_with_most_hits_stay() -> None:
    references = np.array([5, 7, 5, 9, 7, 5, 8], np.int64)
    hits = Candidates(references, np.zeros(7), np.arange(7.0), np.zeros(7, np.int32))
    assert most_hit(hits, most=4) is hits
    assert most_hit(hits, most=2).reference_times.tolist() == [0, 1, 2, 4, 5]
    assert most_hit(hits, most=3).reference_times.tolist() == [0, 1, 2, 4, 5, 6]


def test_fewer_sightings_are_looked_at_the_more_there_are() -> None:
    sizes = [looked_at(10**k) for k in range(4, 12)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == MOST_SIGHTINGS
    assert sizes[-1] == 16


def seen(reference: int, reference_s: float, shown: int, votes: int) -> Sighting:
    return Sighting(reference, reference_s, shown, votes, 0)


def test_sightings_on_one_line_support_each_other() -> None:
    times = np.arange(20.0)
    alone = [seen(k, 100.0, 3, 6) for k in range(10)]
    line = [seen(77, 50.0 + shown, shown, 3) for shown in (2, 4, 6)]
    astray = [seen(78, second, 3, 4) for second in (10.0, 60.0, 90.0)]
    chosen = supported([*alone, *astray, *line], times, most=4)
    assert {(one.reference, one.reference_s) for one in chosen[:3]} == {
        (77, 52.0),
        (77, 54.0),
        (77, 56.0),
    }
    assert chosen[3] == alone[0]


def test_one_key_frame_seen_often_supports_itself_once() -> None:
    times = np.arange(20.0) / 8
    still = [seen(1, 4.0, shown, 4) for shown in range(6)]
    better = seen(2, 4.0, 3, 5)
    assert supported([*still, better], times, most=1) == [better]


def test_few_sightings_are_all_looked_at_as_they_come() -> None:
    few = [seen(1, 4.0, 0, 2), seen(2, 4.0, 0, 5)]
    assert supported(few, np.zeros(1), most=16) == few
    many = [seen(k, 4.0, 0, 2) for k in range(200)]
    assert supported(many, np.zeros(1), MOST_SIGHTINGS) == many[:MOST_SIGHTINGS]
