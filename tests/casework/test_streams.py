from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from casework.streams import count_chains, count_streams


@st.composite
def graphs(draw: st.DrawFn) -> list[int]:
    size = draw(st.integers(0, 9))
    tied = [0] * size
    for one, two in combinations(range(size), 2):
        if draw(st.booleans()):
            tied[one] |= 1 << two
            tied[two] |= 1 << one
    return tied


def most(tied: list[int]) -> int:
    """Every choice is tried."""
    chosen = range(1 << len(tied))
    free = (c for c in chosen if not any(c >> at & 1 and c & tied[at] for at in range(len(tied))))
    return max(c.bit_count() for c in free)


@settings(deadline=None)
@given(graphs())
def test_the_most_that_can_be_chosen_is_found(tied: list[int]) -> None:
    assert count_streams(tied) == most(tied)
    assert count_chains(tied) <= count_streams(tied)


def test_rings_are_settled_by_trying() -> None:
    ring = [1 << (at - 1) % 7 | 1 << (at + 1) % 7 for at in range(7)]
    assert (count_streams(ring), count_chains(ring)) == (3, 1)


def test_a_contrived_case_takes_no_more_than_moments() -> None:
    side = 24  # a torus in which nothing can be taken for sure
    tied = [0] * side**2
    for at in range(side**2):
        row, column = divmod(at, side)
        for other in ((row + 1) % side * side + column, row * side + (column + 1) % side):
            tied[at] |= 1 << other
            tied[other] |= 1 << at
    assert side**2 / 3 < count_streams(tied) <= side**2 / 2
