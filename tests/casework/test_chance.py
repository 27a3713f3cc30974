from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from casework.chance import false_streams, is_beyond_chance, is_cleared, share
from casework.rules import Way


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_interval_is_the_exact_one(k: int, more: int) -> None:
    if k + more == 0:
        return
    found = share(k, k + more)
    exact = stats.binomtest(k, k + more).proportion_ci(0.95, "exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=1e-9)


@given(st.integers(0, 30), st.integers(0, 300), st.sampled_from([1e-4, 1e-3, 0.05]))
def test_the_bound_is_no_less_than_the_binomial_tail(k: int, unmatched: int, rate: float) -> None:
    tail = stats.binom.sf(k - 1, unmatched + k, rate)
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
