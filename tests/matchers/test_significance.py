"""What a search is charged for: the more was tried, the less a score says."""

from __future__ import annotations

import pytest

from matchers.alignment import Hypothesis
from matchers.hypotheses import SOUND_HYPOTHESES, is_unaltered
from matchers.significance import Search, e_value, picture_search, sound_search

SEARCH = sound_search(600, 100 * 3600.0, len(SOUND_HYPOTHESES))


@pytest.mark.parametrize(
    ("done", "unaltered"),
    [
        (Hypothesis(), True),
        (Hypothesis(0.996, 0.008), True),
        (Hypothesis(1.01, 0.0), False),
        (Hypothesis(1.0, 1 / 48), False),
        (Hypothesis(25 / 24, 0.0589), False),
    ],
)
def test_what_counts_as_unaltered(done: Hypothesis, unaltered: bool) -> None:
    assert is_unaltered(done) is unaltered
    assert (SEARCH.under(done) != SEARCH) is unaltered


def test_an_unaltered_copy_is_charged_for_its_own_half_of_the_chances() -> None:
    plain = SEARCH.under(Hypothesis())
    assert e_value(30, plain) < e_value(30, SEARCH)
    # Both kinds together let through no more than one search of all hypotheses would.
    shares = [s.hypotheses / (2 * SEARCH.hypotheses) for s in (plain, SEARCH)]
    assert shares[0] < shares[1] == 0.5


def test_a_picture_is_charged_alike_whatever_was_done() -> None:
    search = Search(30, 1e4, 100)
    assert search.under(Hypothesis()) is search


def test_a_search_of_nothing_is_one_trial() -> None:
    assert e_value(0.0, Search(0, 0, 0)) == 1.0


def test_small_catalogues_are_charged_as_three_hours() -> None:
    assert sound_search(600, 60.0, 125) == sound_search(600, 3 * 3600.0, 125)
    assert sound_search(600, 6 * 3600.0, 125).places == 2 * sound_search(600, 60.0, 125).places


def test_a_negative_has_to_prove_more() -> None:
    search = picture_search(10.0, 1000, still=False)
    as_it_is, negative = search.under(Hypothesis()), search.under(Hypothesis(inverted=True))
    assert e_value(40.0, negative) > 1e6 * e_value(40.0, as_it_is)
