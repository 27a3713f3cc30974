from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import bdtrc

from casework.chance import false_streams, is_beyond_chance, is_cleared, share
from casework.rules import Way


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_ends_of_the_interval_leave_a_fortieth_each(k: int, more: int) -> None:
    n, found = k + more, share(k, k + more)
    if k:
        assert bdtrc(k - 1, n, found.low) == pytest.approx(0.025)  # that as many or more match
    if more:
        assert 1 - bdtrc(k, n, found.high) == pytest.approx(0.025)
    assert (found.low > 0, found.high < 1) == (k > 0, more > 0)


@given(st.integers(0, 30), st.integers(0, 300), st.sampled_from([1e-4, 1e-3, 0.05]))
def test_the_bound_is_no_less_than_the_binomial_tail(k: int, unmatched: int, rate: float) -> None:
    tail = bdtrc(k - 1, unmatched + k, rate) if k else 1.0
    assert false_streams(k, unmatched, rate) >= tail * (1 - 1e-9)


@given(st.integers(0, 30), st.integers(0, 300), st.sampled_from([1e-3, 0.05, 0.5]))
def test_more_streams_are_never_likelier_by_chance(k: int, unmatched: int, rate: float) -> None:
    here = false_streams(k, unmatched, rate)
    assert false_streams(k + 1, unmatched, rate) <= here + 1e-12
    assert false_streams(k, unmatched + 1, rate) >= here - 1e-12


def test_each_doubling_asks_for_more() -> None:
    way = Way(1, 1, 0, 3e-5)
    asked = {
        m: next(k for k in range(20) if is_beyond_chance(way, k, m, 40, 0.001))
        for m in (0, 40, 41, 80, 81, 161, 321)
    }
    assert asked == {0: 3, 40: 3, 41: 4, 80: 4, 81: 5, 161: 6, 321: 8}
    assert is_beyond_chance(Way(1, 1, 1, None), 1, 10_000, 40, 0.001)


def test_a_tenth_is_cleared_by_36_streams() -> None:
    assert [is_cleared(n, 0.1) for n in (0, 35, 36)] == [False, False, True]
