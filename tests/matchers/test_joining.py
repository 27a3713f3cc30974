from __future__ import annotations

from dataclasses import replace

import pytest

from matchers.joining import join
from tests.matchers.build import segment


def test_overlapping_pieces_are_one_and_count_once() -> None:
    whole = segment((0, 40), offset_s=100, score=401)
    pieces = [
        segment((a, b), offset_s=100, score=10 * (b - a) + 1)
        for a, b in [(0, 20), (15, 35), (30, 40)]
    ]
    (joined,) = join(pieces)
    assert joined.query == whole.query
    assert joined.score == pytest.approx(whole.score, rel=0.02)
    assert joined.reference_time(20.0) == pytest.approx(120.0)


def test_joining_does_not_depend_on_order() -> None:
    pieces = [segment((a, a + 20), offset_s=100) for a in (0, 15, 30, 45)]
    assert join(pieces)[0].query == join(pieces[::-1])[0].query


def test_a_drifting_line_gets_the_speed_of_its_ends() -> None:
    pieces = [segment((a, a + 20), offset_s=0.01 * a) for a in (0, 15, 30, 45)]
    (joined,) = join(pieces)
    assert joined.hypothesis.speed == pytest.approx(1.01)


def test_two_places_of_one_work_stay_two() -> None:
    found = join([segment((0, 10), offset_s=100), segment((10, 20), offset_s=300)])
    assert len(found) == 2


def test_of_rivals_for_one_stretch_the_better_stays() -> None:
    found = join([segment((0, 10), score=90), segment((1, 9), offset_s=7, score=50)])
    assert [s.score for s in found] == [pytest.approx(90)]


def test_rivals_of_different_works_both_stay() -> None:
    found = join([segment((0, 10)), segment((0, 10), reference=2)])
    assert {s.reference for s in found} == {1, 2}


def test_a_mirrored_piece_does_not_continue_a_plain_one() -> None:
    found = join([segment((0, 10)), segment((10, 20), mirrored=True)])
    assert len(found) == 2


@pytest.mark.parametrize("early", [0.0, 0.1])
def test_of_two_lines_through_one_stretch_the_better_seen_is_kept(early: float) -> None:
    """A window is verified along many lines; two of them may come to lie on one another."""
    blurred = segment((2 - early, 5), offset_s=100.02, score=70, speed=0.998)
    sharp = segment((2, 5), offset_s=100, score=100)
    (joined,) = join([blurred, sharp])
    assert joined.score == pytest.approx(100, rel=0.03)
    assert (joined.offset_s, joined.hypothesis.speed) == (100, 1)


def test_what_was_held_back_is_joined_as_well() -> None:
    first, second = segment((0, 20), 100, 40), segment((15, 35), 100, 60)
    limited = replace(second, unlimited=second.evidence * 2)
    (joined,) = join([first, limited])
    assert joined.unlimited is not None
    assert joined.score == pytest.approx(first.evidence[:150].sum() + 60)
    assert joined.offered.sum() == pytest.approx(first.evidence[:150].sum() + 120)
