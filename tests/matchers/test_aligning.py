"""A line near the truth is moved, turned and pitched onto it; a short stretch keeps its speed."""

from __future__ import annotations

import numpy as np
import pytest

from fingerprint.audio.landmark import decode
from fingerprint.scheme import Fingerprint
from matchers.aligning import REACH_S, align
from matchers.alignment import Line
from matchers.constellation import Peaks
from tests.matchers.build import SOUND, constellation, excerpt, heard, line, mixed, peaks

REFERENCE = constellation(120, seed=1)


def aligned(suspect: Fingerprint, near: Line) -> Line | None:
    return align(heard(suspect), Peaks.of(REFERENCE), near)


def middle(of: Line, at_s: float = 10.0) -> float:
    return float(of.reference_time(np.array(at_s)))


@pytest.mark.parametrize("off_s", [-0.9 * REACH_S, -0.1, 0.0, 0.2, 0.9 * REACH_S])
@pytest.mark.parametrize("off_speed", [-0.0125, 0.0, 0.0125])
@pytest.mark.parametrize("off_pitch", [-1 / 48, 0.0, 1 / 48])
def test_a_line_half_a_step_off_comes_to_lie_on_the_truth(
    off_s: float, off_speed: float, off_pitch: float
) -> None:
    """Half a step of the grids of speed and pitch, and as far aside as votes may leave it."""
    suspect = excerpt(REFERENCE, 40, 20 * 1.05, 1.05, 0.07, kept=0.6)
    speed = 1.05 + off_speed
    near = line(7, 40 + 10.5 + off_s - 10 * speed, speed, 0.07 + off_pitch)
    found = aligned(suspect, near)
    assert found is not None
    assert found.reference == 7
    assert abs(middle(found) - 50.5) < 0.005
    assert abs(found.hypothesis.speed / 1.05 - 1) < 0.001
    assert abs(found.hypothesis.pitch_octaves - 0.07) < 0.003
    assert found.surprise == near.surprise


def test_a_line_on_the_truth_stays() -> None:
    found = aligned(excerpt(REFERENCE, 40, 20), line(offset_s=40.0))
    assert found is not None
    assert abs(middle(found) - 50) < 0.001
    assert abs(found.hypothesis.speed - 1) < 2e-4
    assert abs(found.hypothesis.pitch_octaves) < 5e-4


def test_a_line_out_of_reach_does_not_come_to_lie_there() -> None:
    found = aligned(excerpt(REFERENCE, 40, 20), line(offset_s=42.0))
    assert found is None or abs(middle(found) - 50) > 1.0


@pytest.mark.parametrize("seed", range(6))
def test_a_moment_says_nothing_about_speed(seed: int) -> None:
    """A second of sound among noise keeps the speed that was asked about."""
    part = excerpt(REFERENCE, 50, 0.7, among=0)
    off = np.random.default_rng(seed).uniform(-0.012, 0.012, len(part))
    suspect = mixed(
        peaks(part.times + 10 + off, decode(part.codes)),
        peaks(np.array([0.0, 20.0]), np.full(2, 0.2)),
    )
    found = aligned(suspect, line(offset_s=40.02))
    assert found is not None
    assert abs(found.hypothesis.speed - 1) < 0.004
    assert abs(middle(found, 10.35) - 50.35) < 0.005


def test_the_shift_of_a_speed_does_not_depend_on_where_the_window_lies() -> None:
    early = excerpt(REFERENCE, 40, 20, kept=0.7)
    late = peaks(early.times + 3600, decode(early.codes))
    one = aligned(early, line(offset_s=40.1))
    other = aligned(late, line(offset_s=40.1 - 3600))
    assert one is not None
    assert other is not None
    assert middle(one) == pytest.approx(middle(other, 3610.0), abs=0.002)
    assert one.hypothesis.speed == pytest.approx(other.hypothesis.speed, abs=1e-4)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_hardly_any_peaks_give_no_line(n: int) -> None:
    few = excerpt(REFERENCE, 40, 20, among=0)
    few = few.take(np.arange(len(few)) < n)
    assert align(heard(few), Peaks.of(few), line()) is None


def test_no_reference_gives_no_line() -> None:
    nothing = Peaks.of(Fingerprint.empty(SOUND, 2))
    assert align(heard(excerpt(REFERENCE, 40, 20)), nothing, line(offset_s=40.0)) is None
