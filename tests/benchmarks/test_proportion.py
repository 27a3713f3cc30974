from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.metrics import Proportion


def test_the_interval_of_a_textbook_example() -> None:
    # Clopper-Pearson for 8 of 10 as R's binom.test prints it.
    assert Proportion(8, 10).interval() == pytest.approx((0.4439045, 0.9747893), abs=1e-6)


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_interval_holds_the_share(k: int, more: int) -> None:
    trial = Proportion(k, k + more)
    low, high = trial.interval()
    assert 0 <= low <= high <= 1
    assert trial.share is None or low <= trial.share <= high


def test_more_successes_than_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="3 successes"):
        Proportion(3, 2)
