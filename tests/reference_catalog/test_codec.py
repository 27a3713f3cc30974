from __future__ import annotations

import io
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from reference_catalog.codec import decode, encode
from tests.reference_catalog.builders import fingerprint


def at(times: NDArray[np.float64]) -> Fingerprint:
    n = len(times)
    return Fingerprint("s-1", np.zeros((n, 4), np.uint8), times, np.zeros(n, np.uint8))


def assert_exact(times: NDArray[np.float64]) -> None:
    found = decode(encode(at(times))).times
    assert found.dtype == np.float64
    assert found.tobytes() == times.tobytes()


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.floats(-1e307, 1e307)))
@example([-0.0])
@example([-1e300, -0.0, 5e-324, 0.1, 1e15])
def test_any_times_come_back_to_the_bit(times: list[float]) -> None:
    assert_exact(np.sort(np.array(times, np.float64)))


@settings(deadline=None)  # a busy machine is no fault
@given(
    st.sampled_from([Fraction(1, 2), Fraction(1001, 24000), Fraction(128, 11025), Fraction(1, 90)]),
    st.integers(0, 500),
    st.floats(0, 20_000),
)
def test_usual_times_come_back_to_the_bit(step: Fraction, n: int, start_s: float) -> None:
    exact = np.array([float(step * k) for k in range(n)])
    assert_exact(exact)
    assert_exact(exact + start_s)


@pytest.mark.parametrize("step", [Fraction(1, 2), Fraction(1001, 24000), Fraction(128, 11025)])
def test_usual_times_take_little_room(step: Fraction) -> None:
    once, often = (
        len(encode(at(np.arange(n) * step.numerator / step.denominator))) for n in (10, 10_010)
    )
    assert (often - once) / 10_000 < 0.25  # bytes a code; the floats themselves take about 5


def test_times_on_no_grid_are_kept_too() -> None:
    assert_exact(np.sort(np.random.default_rng(1).random(1000)))


def test_the_same_fingerprint_gives_the_same_bytes() -> None:
    assert encode(fingerprint(1)) == encode(fingerprint(1))
    assert encode(fingerprint(1)) != encode(fingerprint(1, scheme="other-1"))


def test_an_empty_fingerprint_keeps_its_width() -> None:
    empty = Fingerprint("s-1", np.empty((0, 32), np.uint8), np.empty(0), np.empty(0, np.uint8))
    assert decode(encode(empty)).codes.shape == (0, 32)


def test_other_bytes_are_refused() -> None:
    lacking = io.BytesIO()
    np.savez_compressed(lacking, codes=np.zeros((1, 8), np.uint8))
    pickled = io.BytesIO()
    np.savez_compressed(pickled, scheme=np.array([object()]), times=np.zeros(0))
    for data in (b"", b"PK\x03\x04 no zip", lacking.getvalue(), pickled.getvalue()):
        with pytest.raises(ValueError, match=r".+"):
            decode(data)
