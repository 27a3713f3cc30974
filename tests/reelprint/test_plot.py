"""Drawings, by their numbers."""

from __future__ import annotations

import pytest

from media.clip import Span
from reelprint.showing import plot
from reelprint.showing.plot import LEFT, MARGIN, RIGHT, WIDTH, Block, columns, framed

WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def view(box: str) -> list[float]:
    return [float(number) for number in box.split()]


def test_a_picture_that_fills_another_is_outlined_at_its_edges() -> None:
    drawn = framed(320, 180, WHOLE, [(0.5, 0.5)], 0.5)
    assert drawn.outline == "0,0 320,0 320,180 0,180"
    assert drawn.dots == "M160.0 90.0h0"
    assert view(drawn.box) == [-MARGIN, -MARGIN, 320 + 2 * MARGIN, 180 + 2 * MARGIN]


def test_the_view_reaches_as_far_as_what_was_cut_off_but_not_without_end() -> None:
    corners = ((-0.25, 0.0), (9.0, 0.0), (9.0, 1.0), (-0.25, 1.0))
    box = view(framed(320, 180, corners, (), 0.5).box)
    assert box[0] == -80 - MARGIN
    assert box[2] == 80 + 320 + 160 + 2 * MARGIN
    assert (box[1], box[3]) == (-MARGIN, 180 + 2 * MARGIN)


def heights(blocks: tuple[Block, ...], name: str) -> list[float]:
    return [block.height for block in blocks if block.name == name]


def test_columns_are_stacked_and_as_high_as_their_amounts() -> None:
    drawn = columns({"peaks": {3: 10.0, 4: 20.0}, "features": {4: 30.0, 5: -10.0}}, Span(2, 8))
    first, second = heights(drawn.blocks, "peaks")
    third, fourth = heights(drawn.blocks, "features")
    assert second == pytest.approx(2 * first, abs=0.2)
    assert third == pytest.approx(3 * first, abs=0.2)
    assert fourth == pytest.approx(first, abs=0.2)
    upper = next(b for b in drawn.blocks if b.name == "features")
    lower = next(b for b in drawn.blocks if b.name == "peaks" and b.x == upper.x)
    assert upper.y + upper.height == pytest.approx(lower.y, abs=0.11)
    below = drawn.blocks[-1]
    assert below.y == drawn.zero
    assert [tick.text for tick in drawn.y_ticks] == ["0", "20", "40"]


def test_columns_stay_inside_the_field() -> None:
    drawn = columns({"peaks": {-1: 5.0, 0: 5.0, 9: 5.0}}, Span(0.5, 9.2))
    assert all(b.x >= LEFT and b.x + b.width <= WIDTH - RIGHT for b in drawn.blocks)
    assert len(drawn.blocks) == 2


def test_nothing_to_draw_is_no_error() -> None:
    assert columns({}, Span(0, 1)).blocks == ()
    assert columns({"peaks": {0: 0.0}}, Span(0, 1)).blocks == ()
    assert plot.timeline([], None) == ()
