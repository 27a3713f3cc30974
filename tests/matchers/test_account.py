"""The laws of an account: what is shown adds up to what was reported."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchers import frames
from matchers.account import Account, account, apportioned, least_needed, runner_up, uncounted
from matchers.alignment import UNITS_A_TICK, UNITS_PER_S, Kind, Segment
from matchers.calibration import calibration
from matchers.fusion import Claim, fuse
from matchers.significance import Search, e_value, needed
from matchers.testimony import DISPERSION, PICTURE_NATS, STILL_NATS
from media.clip import Span
from tests.matchers.build import segment

BOUND = 1e-4
SEARCHES: dict[Kind, Search] = {
    "peaks": Search(300, 1e3, 100),
    "frames": Search(30, 1e4, 100),
    "features": Search(30, 1e4, 100),
}


def heard(query: tuple[float, float], score: float, reference: int = 1) -> Segment:
    """Twenty peaks a second, one of them against, and five moments of an outline."""
    made = segment(query, 100.0, reference=reference, kind="peaks")
    times = np.arange(query[0] + 100.0, query[1] + 100.0, 0.05)
    units = np.rint(times * UNITS_PER_S).astype(np.int64) * UNITS_A_TICK["peaks"] + 77
    units[::4] += UNITS_A_TICK["peaks"] - 1 - 77
    evidence = np.full(len(units), 1.0)
    evidence[5] = -2.0
    return replace(made, units=units, evidence=evidence * score / evidence.sum())


def seen(
    query: tuple[float, float], score: float, held_back: float = 0.0, kind: Kind = "features"
) -> Segment:
    """A key frame a second, the first held back."""
    made = segment(query, 100.0, kind=kind)
    times = np.arange(query[0] + 100.0, query[1] + 100.0 + 1e-9)
    evidence = np.full(len(times), score / len(times))
    unlimited = evidence.copy()
    unlimited[0] += held_back
    units = np.rint(times * UNITS_PER_S).astype(np.int64)
    return replace(made, units=units, evidence=evidence, unlimited=unlimited)


def claims(sound: list[Segment], picture: list[Segment]) -> list[Claim]:
    return fuse(sound, picture, SEARCHES, BOUND)


def only(sound: list[Segment], picture: list[Segment]) -> tuple[Claim, Account]:
    (claim,) = claims(sound, picture)
    return claim, account(claim, BOUND)


def test_the_parts_add_up_to_the_score_and_the_size_of_the_search_to_the_e_value() -> None:
    claim, said = only([heard((0, 10), 90.0)], [seen((0.5, 9.5), 40.0, held_back=12.0)])
    assert [part.sense for part in said.parts] == ["peaks", "outline", "features"]
    assert sum(part.counted for part in said.parts) == pytest.approx(claim.match.score)
    for part in said.parts:
        assert part.counted == pytest.approx(part.offered / part.divided_by - part.held_back)
        assert sum(nats for _, nats in part.seconds) == pytest.approx(part.counted)
    assert math.exp(said.log_starting_points - said.score) == pytest.approx(claim.match.e_value)
    assert not said.is_least


def test_sound_is_divided_and_what_one_picture_proves_is_held_back() -> None:
    _, said = only([heard((0, 10), 90.0)], [seen((0, 10), 40.0, held_back=12.0)])
    peaks, outline, features = said.parts
    assert peaks.divided_by == outline.divided_by == calibration().peak_dispersion
    assert (peaks.observations, outline.observations) == (150, 50)
    assert (peaks.speaking, outline.speaking) == (149, 50)
    assert features.divided_by == DISPERSION
    assert features.held_back == pytest.approx(12.0)
    assert features.offered == pytest.approx((40.0 + 12.0) * DISPERSION)
    assert (peaks.limit, features.limit) == (None, STILL_NATS)


def test_limits_are_those_that_were_applied() -> None:
    assert only([], [seen((0, 9), 60.0, kind="frames")])[1].parts[0].limit == frames.STILL_NATS
    assert only([], [seen((0, 0), 60.0, kind="frames")])[1].parts[0].limit is None
    assert only([], [seen((0, 0), 60.0)])[1].parts[0].limit == PICTURE_NATS


def test_evidence_lies_in_the_second_where_it_was_seen() -> None:
    _, said = only([], [seen((3.0, 6.0), 80.0)])
    assert said.parts[0].seconds == ((3, 20.0), (4, 20.0), (5, 20.0), (6, 20.0))


def test_a_score_beyond_all_e_values_is_said_to_be_so() -> None:
    _, said = only([], [seen((0, 10), 900.0)])
    assert said.is_least
    assert said.e_value == e_value(900.0, SEARCHES["features"]) > 0


@given(st.floats(1e-6, 1.0))
def test_the_score_that_is_needed_gives_the_bound(bound: float) -> None:
    claim = claims([], [seen((0, 10), 40.0)])[0]
    said = account(claim, bound)
    assert e_value(said.needed, said.search) == pytest.approx(bound)


def test_an_unaltered_copy_needs_less_if_it_is_charged_less() -> None:
    search = Search(300, 1e3, 100, unaltered=10)
    assert least_needed(search, "frames", BOUND) == pytest.approx(math.log(300 * 1e3 * 10 / BOUND))
    assert least_needed(search, "peaks", BOUND) == needed(
        replace(search, hypotheses=10), "peaks", BOUND
    )


@given(st.lists(st.floats(-500, 500), min_size=1, max_size=30), st.integers(0, 4))
def test_rounded_values_still_add_up(values: list[float], digits: int) -> None:
    said = apportioned(values, digits)
    assert sum(said) == pytest.approx(round(sum(values), digits), abs=1e-9)
    assert max(abs(a - b) for a, b in zip(said, values, strict=True)) <= 1.01 * 10**-digits
    nearby = round(sum(values), digits) - 10**-digits
    assert sum(apportioned(values, digits, nearby)) == pytest.approx(nearby, abs=1e-9)


def test_the_runner_up_is_the_best_other_work_in_the_same_stretch() -> None:
    won, same, elsewhere = heard((0, 10), 300), heard((0, 10), 250, 2), heard((30, 40), 280, 3)
    low, lower = heard((9, 19), 20.0, 4), heard((2, 8), 19.0, 5)
    found = claims([won, same, elsewhere, low, lower], [])
    rival = runner_up(found[0], found, lambda c: c.match.reference not in (1, 2))
    assert rival is not None
    assert (rival.claim.match.reference, rival.claim.fate) == (4, "above_bound")
    assert rival.shared_s == pytest.approx(1.0)
    assert runner_up(found[0], found, lambda c: c.match.reference == 3) is None


def test_single_pictures_have_runners_up_too() -> None:
    found = claims([], [seen((0, 0), 60.0), replace(seen((0, 0), 50.0), reference=2)])
    rival = runner_up(found[0], found, lambda c: c.match.reference == 2)
    assert rival is not None
    assert rival.shared_s == 0.0


def test_the_other_look_at_a_picture_is_named_and_does_not_count() -> None:
    whole, elsewhere = segment((0, 10), 100.0, 30), segment((0, 10), 300.0, 35)
    claim, said = only([], [seen((0, 10), 60.0)])
    beside = uncounted(claim, {"frames": [elsewhere, whole], "features": [], "peaks": []})
    assert beside is whole
    assert said.score == pytest.approx(60.0)
    assert uncounted(claim, {"frames": [elsewhere], "features": []}) is None
    assert uncounted(claims([heard((0, 5), 90)], [])[0], {"frames": [whole]}) is None


def test_a_still_has_its_evidence_in_its_first_second() -> None:
    _, said = only([], [seen((0, 0), 60.0)])
    assert said.parts[0].seconds == ((0, 60.0),)
    assert Span(0, 0) == claims([], [seen((0, 0), 60.0)])[0].match.query
