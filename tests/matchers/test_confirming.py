"""What one picture proves, alone and beside others."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchers.confirming import CONFIRMED, confirmed

nats = st.lists(st.floats(-20, 200, allow_subnormal=False), min_size=1, max_size=12).map(
    lambda x: np.array(x, np.float64)
)


def proved(values: list[float], pictures: list[int]) -> list[float]:
    return list(confirmed(np.array(values), np.array(pictures), 20.0))


def test_one_picture_proves_no_more_than_it_can_alone() -> None:
    assert proved([60.0], [0]) == [20.0]
    assert proved([60.0, 20.0], [0, 0]) == [15.0, 5.0]
    assert proved([-3.0, 90.0], [0, 0]) == [-3.0, 20.0]


def test_others_confirm_it() -> None:
    assert proved([60.0, 2.0], [0, 1]) == [20.0 + 2 * CONFIRMED, 2.0]
    assert proved([60.0, 60.0], [0, 1]) == [60.0, 60.0]


@given(nats, st.integers(1, 4))
def test_nothing_proves_more_than_before(values: np.ndarray, few: int) -> None:
    after = confirmed(values, np.arange(len(values)) % few, 20.0)
    assert (after <= values + 1e-9).all()
    assert after[values <= 0].tolist() == values[values <= 0].tolist()
    assert (after[values > 1e-300] > 0).all()  # less may vanish when it is scaled down


@given(nats)
def test_a_still_scene_proves_what_one_picture_does(values: np.ndarray) -> None:
    after = confirmed(values, np.zeros(len(values), np.int64), 20.0)
    assert np.maximum(after, 0).sum() <= 20.0 + 1e-9
