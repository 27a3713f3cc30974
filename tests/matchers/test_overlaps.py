"""What two references are to each other, by the stretches that they share."""

from __future__ import annotations

import pytest

from matchers.match import Match
from matchers.overlaps import Kind, Overlap, overlaps
from matchers.view import Transform
from media.clip import Span

SECONDS = {1: 600.0, 2: 600.0, 3: 600.0, 4: 30.0, 5: 576.0}


def match(query: tuple[float, float], at_s: float, other: int = 2, speed: float = 1.0) -> Match:
    """A stretch of reference 1 that another has from a time on."""
    own = Span(*query)
    theirs = Span(at_s, at_s + own.duration_s * speed)
    return Match(other, "both", own, theirs, speed, 0.0, Transform(), 90.0, 1e-30)


def found(*matches: Match) -> list[Overlap]:
    return overlaps(matches, 1, SECONDS)


@pytest.mark.parametrize(
    ("matches", "kind"),
    [
        ([match((0, 598), 1)], "duplicate"),
        ([match((0, 300), 0), match((310, 600), 310)], "duplicate"),
        ([match((0, 600), 0, other=5, speed=0.96)], "sped-up duplicate"),
        ([match((100, 129), 0.5, other=4)], "contains"),
        ([match((0, 60), 0)], "shared intro"),
        ([match((90, 120), 20)], "shared intro"),
        ([match((560, 598), 570)], "shared credits"),
        ([match((0, 30), 560)], "shared material"),
        ([match((300, 320), 280)], "shared material"),
    ],
)
def test_what_two_are_to_each_other(matches: list[Match], kind: Kind) -> None:
    (one,) = found(*matches)
    assert one.kind == kind


def test_one_that_lies_within_another_is_an_excerpt() -> None:
    seen_from_the_other_side = match((0, 29), 100.5, other=1)
    (one,) = overlaps([seen_from_the_other_side], 4, SECONDS)
    assert one.kind == "excerpt"


def test_a_trailer_is_cut_from_many_places_and_not_all_is_found() -> None:
    shots = [match((5 * i, 5 * i + 3), 100 + 150.0 * (i % 3) + 9 * i, other=1) for i in range(6)]
    (one,) = overlaps(shots, 4, SECONDS)
    assert one.kind == "excerpt"
    assert len(one.others) == 6
    two = overlaps(shots[:2], 4, SECONDS)
    assert "excerpt" not in {o.kind for o in two}


def test_an_intro_of_many_is_one_finding_between_their_middles() -> None:
    (one,) = found(match((0.0, 60.0), 0, 2), match((0.4, 59.0), 1, 3), match((0.2, 61.0), 0, 5))
    assert (one.kind, one.span) == ("shared intro", Span(0.2, 60.0))
    assert [s.number for s in one.others] == [2, 3, 5]
    assert one.of_many


def test_an_intro_of_two_may_be_an_excerpt() -> None:
    (one,) = found(match((0, 60), 0))
    assert one.of_titles
    assert not one.of_many


def test_what_lies_apart_stays_apart_in_order_of_time() -> None:
    kinds = [
        o.kind for o in found(match((560, 598), 560, 3), match((0, 60), 0), match((0, 9), 0, 3))
    ]
    assert kinds == ["shared intro", "shared intro", "shared credits"]
