from __future__ import annotations

import numpy as np
import pytest

from index.candidates import Candidates
from matchers.alignment import Hypothesis
from matchers.votes import nearness, vote
from media.clip import Span

WINDOW = Span(0.0, 20.0)


def hits(planted: int, offset_s: float, speed: float, noise: int = 400) -> Candidates:
    rng = np.random.default_rng(1)
    at = rng.uniform(0, 20, planted)
    references = np.concatenate([np.full(planted, 7), rng.integers(1, 9, noise)])
    query = np.concatenate([at, rng.uniform(0, 20, noise)])
    found = np.concatenate([offset_s + speed * at, rng.uniform(0, 600, noise)])
    return Candidates(references, query, found, np.zeros(planted + noise, np.int32))


@pytest.mark.parametrize(("offset_s", "speed"), [(300.0, 1.0), (12.3, 1.05), (4000.0, 0.9)])
def test_a_planted_line_wins(offset_s: float, speed: float) -> None:
    best = vote(hits(30, offset_s, speed), WINDOW, Hypothesis(speed), most=3)[0]
    assert best.reference == 7
    assert abs(best.offset_s - offset_s) <= 0.2


def test_the_order_of_hits_changes_nothing() -> None:
    bag = hits(30, 300.0, 1.0)
    shuffled = bag.take(np.random.default_rng(2).permutation(len(bag)))
    assert vote(bag, WINDOW, Hypothesis(), 5) == vote(shuffled, WINDOW, Hypothesis(), 5)


def test_a_single_hit_in_a_single_frame_is_a_line() -> None:
    bag = Candidates(np.array([3]), np.zeros(1), np.array([7.0]), np.zeros(1, np.int32))
    (only,) = vote(bag, Span(0, 0), Hypothesis(), 5)
    assert only.reference == 3
    assert only.offset_s == pytest.approx(7.0, abs=0.21)


def test_no_hits_give_no_line() -> None:
    assert vote(Candidates.join([]), WINDOW, Hypothesis(), 5) == []


def test_the_nearest_hit_of_a_frame_weighs_most() -> None:
    bag = Candidates(
        np.array([1, 1, 2]),
        np.array([0.5, 0.5, 0.5]),
        np.array([3.0, 9.0, 4.0]),
        np.array([4, 20, 60], np.int32),
    )
    first, second, other = nearness(bag)
    assert first == other == 1.0
    assert 0 < second < 0.5
