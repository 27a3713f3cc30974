"""What a search is charged for: the more was tried, the less a score says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchers.alignment import Hypothesis
from matchers.calibration import calibration
from matchers.hypotheses import SOUND_HYPOTHESES, is_unaltered
from matchers.significance import (
    Search,
    among_kin,
    e_value,
    needed,
    picture_search,
    sound_search,
)

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


def sound_e_value(score: float) -> float:
    return e_value(score, among_kin(SEARCH, score))


@given(st.floats(0.0, 3000.0), st.floats(0.0, 3000.0))
def test_more_sound_is_never_less_certain(one: float, more: float) -> None:
    less, most = sorted((one, more))
    assert sound_e_value(most) <= sound_e_value(less) * (1 + 1e-9)


@given(st.floats(-20.0, 300.0))
def test_rare_sounds_are_charged_for_kin(beyond: float) -> None:
    model = calibration()
    plain = model.kin_from * np.exp(-beyond)
    bent = model.kin_from * np.exp(-beyond * (model.kin_slope if beyond > 0 else 1.0))
    assert sound_e_value(SEARCH.nats - np.log(plain)) == pytest.approx(bent, rel=1e-6)


@pytest.mark.parametrize("bound", [1.0, 0.01, 1e-4, 1e-9])
def test_what_sound_needs_gives_the_bound(bound: float) -> None:
    assert sound_e_value(needed(SEARCH, "peaks", bound)) == pytest.approx(bound)
