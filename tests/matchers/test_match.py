"""Where a match ends when ranges of its reference count nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matchers.match import Match
from matchers.view import Transform
from media.clip import Span


def match(start_s: float = 10.0, end_s: float = 30.0, speed: float = 1.25) -> Match:
    query = Span(3.0, 3.0 + (end_s - start_s) / speed)
    return Match(1, "both", query, Span(start_s, end_s), speed, 0.0, Transform(), 90.0, 1e-30)


def test_a_match_outside_what_is_excluded_stays_as_it_is() -> None:
    one = match()
    assert one.outside([]) is one
    assert one.outside([Span(0, 10), Span(30, 40), Span(15, 20)]) is one


def test_ends_are_drawn_in_along_the_line() -> None:
    cut = match().outside([Span(0, 11.25), Span(29.375, 99)])
    assert cut is not None
    assert cut.matched == Span(11.25, 29.375)
    assert cut.query == Span(4.0, 18.5)


def test_nothing_is_left_of_what_lies_in_one() -> None:
    assert match().outside([Span(10, 30)]) is None
    assert match().outside([Span(0, 20), Span(18, 40)]) is None


spans = st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda a: Span(a[0], a[0] + a[1]))


@given(st.lists(spans, max_size=5))
def test_no_end_lies_in_what_is_excluded(excluded: list[Span]) -> None:
    cut = match().outside(excluded)
    if cut is not None:
        assert not any(s.start_s <= cut.matched.start_s < s.end_s for s in excluded)
        assert not any(s.start_s < cut.matched.end_s <= s.end_s for s in excluded)
        seconds = cut.matched.duration_s / cut.speed
        assert abs(seconds - cut.query.duration_s) < 1e-9


times = st.floats(0.0, 1e5).map(lambda t: round(t, 3))


@given(st.floats(-1e4, 1e4), times, st.floats(0.7, 1.3), times, st.lists(spans, max_size=3))
def test_rounding_turns_no_span_round(
    start_s: float, seconds: float, speed: float, duration_s: float, excluded: list[Span]
) -> None:
    """Where hardly anything of a match lies inside the suspect, the reference, or what counts."""
    query = Span(start_s, start_s + seconds)
    for offset_s in (
        0.0,
        -speed * query.end_s,
        -speed * (query.end_s - 1e-12),
        40 - speed * start_s,
    ):
        matched = Span(offset_s + speed * query.start_s, offset_s + speed * query.end_s)
        one = Match(1, "audio", query, matched, speed, 0.0, Transform(), 90.0, 1e-30)
        for last_s in (duration_s, query.start_s, query.start_s + 1e-12, query.end_s):
            cut = one.inside(last_s)
            assert cut.query.duration_s <= query.duration_s
            left = cut.outside(excluded)
            assert left is None or left.query.duration_s <= query.duration_s * (1 + 1e-9) + 1e-9
