"""Features near a place: the same as when every one is looked at."""

from __future__ import annotations

import numpy as np
import pytest

from matchers.squares import SIDE, Squares

FRAMES = 7


@pytest.mark.parametrize("seed", range(5))
def test_all_that_lies_near_a_place_in_the_frames_meant_is_found(seed: int) -> None:
    random = np.random.default_rng(seed)
    at = random.uniform(0, 1, (3000, 2))
    at[:40] = np.round(at[:40] / SIDE) * SIDE  # on the edges of squares
    frame = np.sort(random.integers(0, FRAMES, len(at)))
    names = np.arange(3 * len(at), dtype=np.uint32).reshape(3, -1)
    squares = Squares.of(at, frame, names, FRAMES)
    wanted = random.uniform(-0.2, 1.2, (400, 2))
    first, last = np.sort(random.integers(0, FRAMES + 1, (2, 400)), axis=0)
    place, near = squares.around(wanted, first, last)
    found = set(zip(place.tolist(), squares.numbers[0, near].tolist(), strict=True))
    assert len(found) == len(place)
    apart = np.abs(at[None] - wanted[:, None]).max(axis=2)
    meant = (first[:, None] <= frame) & (frame < last[:, None])
    for near_enough in zip(*np.nonzero((apart < SIDE) & meant), strict=True):
        assert tuple(map(int, near_enough)) in found
    assert all(meant[k] for k in found)


def test_nothing_is_found_in_no_frames_or_far_outside() -> None:
    empty = Squares.of(np.empty((0, 2)), np.empty(0, np.int64), np.empty((3, 0), np.uint32), 0)
    one = Squares.of(np.array([[0.0, 0.5]]), np.array([0]), np.ones((3, 1), np.uint32), 1)
    wanted = np.array([[0.0, 0.5], [-1e9, 0.5], [1e9, 0.5], [0.0, 1e9]])
    none, all_frames = np.zeros(4, np.int64), np.ones(4, np.int64)
    assert len(empty.around(wanted, none, none)[0]) == 0
    assert len(one.around(wanted, none, none)[0]) == 0
    assert one.around(wanted, none, all_frames)[0].tolist() == [0]
