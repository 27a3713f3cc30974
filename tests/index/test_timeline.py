"""On a timeline every reference has its own stretch, with margins that nobody else enters."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index.rows import LAST_TICK, TICKS_PER_S, Rows, concatenate, rows_of_one
from index.timeline import MARGIN, PLACES_PER_S, Timeline
from matchers.hypotheses import SOUND_HYPOTHESES, WINDOW_S

LONGEST_S = 12 * 3600.0
references = st.dictionaries(
    st.integers(0, 2**32 - 1),
    st.lists(st.floats(0, LONGEST_S) | st.floats(0, 1), min_size=1, max_size=5),
    min_size=1,
    max_size=6,
)


def rows_of(held: dict[int, list[float]]) -> Rows:
    """Rows in no order of number."""
    parts = [
        rows_of_one(number, np.zeros(len(times), np.uint32), np.array(times))
        for number, times in held.items()
    ]
    return concatenate(parts)


@given(held=references)
@settings(max_examples=200, deadline=None)
def test_margins_never_overlap(held: dict[int, list[float]]) -> None:
    line = Timeline.of(rows_of(held))
    assert line.numbers.tolist() == sorted(held)
    lasts = [round(round(max(held[n]) * TICKS_PER_S) / 160) for n in sorted(held)]
    stretches = [
        (s - MARGIN, s + last + MARGIN) for s, last in zip(line.starts, lasts, strict=True)
    ]
    assert stretches[0][0] == 0
    assert all(end < begin for (_, end), (begin, _) in pairwise(stretches))
    assert stretches[-1][1] < line.end
    for at, (begin, end) in enumerate(stretches):
        inside = np.unique(np.clip([begin, begin + 1, begin + MARGIN, end - 1, end], begin, end))
        assert line.owner(inside).tolist() == [at] * len(inside)


@given(held=references)
@settings(max_examples=200, deadline=None)
def test_a_place_says_whose_it_is_and_when(held: dict[int, list[float]]) -> None:
    rows = rows_of(held)
    line = Timeline.of(rows)
    places = line.places(rows)
    owner = line.owner(places)
    assert line.numbers[owner].tolist() == rows.owners.tolist()
    times = (places - line.starts[owner]) / PLACES_PER_S
    assert np.abs(times - rows.ticks / TICKS_PER_S).max() <= 0.5 / PLACES_PER_S + 1e-9


@given(held=references)
@settings(max_examples=100, deadline=None)
def test_the_rows_at_places_have_those_places(held: dict[int, list[float]]) -> None:
    rows = rows_of(held)
    line = Timeline.of(rows)
    places = np.sort(line.places(rows))
    values = np.arange(len(rows), dtype=np.uint32)
    again = line.rows(places, values)
    assert again.values is values
    assert sorted(again.owners.tolist()) == sorted(rows.owners.tolist())
    assert line.places(again).tolist() == places.tolist()


def test_the_last_tick_is_at_a_place_too() -> None:
    """Its place rounds up to beyond what a tick can say."""
    rows = rows_of({3: [0.0, 300 * 3600.0]})
    line = Timeline.of(rows)
    again = line.rows(line.places(rows), rows.values)
    assert again.ticks.tolist() == [0, LAST_TICK] == rows.ticks.tolist()
    assert line.places(again).tolist() == line.places(rows).tolist()


@given(held=references)
@settings(max_examples=50, deadline=None)
def test_a_timeline_survives_being_stored(held: dict[int, list[float]]) -> None:
    line = Timeline.of(rows_of(held))
    again = Timeline.of_column(line.column())
    assert (again.numbers.tolist(), again.starts.tolist(), again.end) == (
        line.numbers.tolist(),
        line.starts.tolist(),
        line.end,
    )


def test_the_margin_is_as_long_as_a_window_at_the_highest_speed_reaches() -> None:
    reach_s = WINDOW_S / 2 * max(h.speed for h in SOUND_HYPOTHESES)
    assert reach_s < MARGIN / PLACES_PER_S


def test_no_rows_make_an_empty_timeline() -> None:
    nothing = rows_of_one(1, np.empty(0, np.uint32), np.empty(0))
    line = Timeline.of(nothing)
    assert (len(line.numbers), line.end) == (0, 0)
    assert Timeline.of_column(line.column()).end == 0


def test_joined_timelines_follow_each_other() -> None:
    parts = [Timeline.of(rows_of({n: [60.0 * n] for n in held})) for held in ((3, 5), (2,))]
    line = Timeline.joined(parts)
    assert line.numbers.tolist() == [3, 5, 2]
    assert line.end == sum(part.end for part in parts)
    assert line.starts.tolist() == [*parts[0].starts, parts[0].end + parts[1].starts[0]]
    assert line.owner(line.starts).tolist() == [0, 1, 2]
    assert Timeline.joined([]).end == 0
