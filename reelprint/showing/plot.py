"""Where things lie in the page's drawings: numbers and paths, no markup."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from matchers.coincidences import Coincidences, Dot
from matchers.match import Match
from media.clip import Span
from reelprint.showing import words

WIDTH, HEIGHT = 640.0, 330.0
LEFT, RIGHT, TOP, BOTTOM = 74.0, 12.0, 10.0, 44.0
SHORT = 190.0  # the height of a drawing of columns
MARGIN = 6.0  # pixels around a framed picture
GAP = 1.0  # between columns
MOST_LEVELS = 4
STEPS_S = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)
MOST_TICKS = 8


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Scatter:
    """Coincident peaks, suspect time across and work time upward, in drawing units."""

    along: str  # paths, one dot a stroke of no length
    elsewhere: str
    line: tuple[float, float, float, float]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    peaks: int
    found: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A matched span on the timeline of a suspect, in per cent."""

    start: float
    length: float
    number: int  # of the match, from 1
    text: str


def scatter(evidence: Coincidences) -> Scatter:
    """A drawing of coincident peaks."""
    axes = _Axes(evidence.suspect, evidence.reference)
    (x1, y1), (x2, y2) = (axes.place(dot) for dot in evidence.line)
    return Scatter(
        along=axes.path(evidence.along),
        elsewhere=axes.path(evidence.elsewhere),
        line=(x1, y1, x2, y2),
        x_ticks=tuple(Tick(axes.x(t), words.mark(t)) for t in _marks(evidence.suspect)),
        y_ticks=tuple(Tick(axes.y(t), words.mark(t)) for t in _marks(evidence.reference)),
        peaks=evidence.peaks,
        found=evidence.found,
    )


def timeline(matches: Sequence[Match], duration_s: float | None) -> tuple[Bar, ...]:
    """The matched spans of a suspect."""
    if not duration_s:
        return ()
    share = 100 / duration_s
    return tuple(
        Bar(
            round(max(0.0, match.query.start_s * share), 2),
            round(max(0.5, min(100.0, match.query.duration_s * share)), 2),
            number,
            words.span(match.query),
        )
        for number, match in enumerate(matches, start=1)
    )


@dataclass(frozen=True, slots=True)
class Framed:
    """A picture with what was found in it, in its own pixels; the view reaches a little outside."""

    box: str  # the drawing's view box
    width: int
    height: int
    outline: str  # points of a polygon
    first: Dot  # its first corner
    dots: str  # a path, one dot a stroke of no length


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a column."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Columns:
    """Amounts in each second, those of several names stacked, negative ones downward."""

    blocks: tuple[Block, ...]
    zero: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def framed(
    width: int, height: int, corners: Sequence[Dot], places: Iterable[Dot], beyond: float
) -> Framed:
    """A drawing over a picture; corners and places are shares of its sides, `beyond` the share by
    which it may reach over each side to show the corners."""
    points = [(round(x * width, 1), round(y * height, 1)) for x, y in corners]
    dots = "".join(f"M{x * width:.1f} {y * height:.1f}h0" for x, y in places)
    across = _reach([x for x, _ in points], width, beyond)
    upward = _reach([y for _, y in points], height, beyond)
    box = f"{across[0]:g} {upward[0]:g} {across[1]:g} {upward[1]:g}"
    outline = " ".join(f"{x:g},{y:g}" for x, y in points)
    return Framed(box, width, height, outline, points[0], dots)


def columns(amounts: Mapping[str, Mapping[int, float]], across: Span) -> Columns:
    """A drawing of amounts by second, for each name; over the same time as a scatter across."""
    seconds = sorted({second for by_second in amounts.values() for second in by_second})
    above = max((_stacked(amounts, s, 1) for s in seconds), default=0.0)
    below = max((_stacked(amounts, s, -1) for s in seconds), default=0.0)
    height = max(above + below, 1e-9)
    axes = _Axes(across, Span(-below, height - below), SHORT)
    blocks = [b for s in seconds for b in _column(axes, amounts, s)]
    step = _round_step(height)
    levels = [k * step for k in range(-int(below // step), int(above // step) + 1)]
    return Columns(
        tuple(blocks),
        axes.y(0.0),
        tuple(Tick(axes.x(t), words.mark(t)) for t in _marks(across)),
        tuple(Tick(axes.y(v), f"{v:g}") for v in levels),
    )


def _reach(at: Sequence[float], side: int, beyond: float) -> tuple[float, float]:
    """Where a drawing begins along one side of a picture and how long it is."""
    low = min(max(-min(at), 0.0), beyond * side) + MARGIN
    high = min(max(max(at) - side, 0.0), beyond * side) + MARGIN
    return round(-low, 1), round(low + side + high, 1)


def _stacked(amounts: Mapping[str, Mapping[int, float]], second: int, sign: int) -> float:
    return sum(max(0.0, sign * by_second.get(second, 0.0)) for by_second in amounts.values())


def _column(
    axes: _Axes, amounts: Mapping[str, Mapping[int, float]], second: int
) -> Iterator[Block]:
    ends = {1: 0.0, -1: 0.0}
    left = max(axes.x(second), LEFT)
    width = min(axes.x(second + 1), WIDTH - RIGHT) - left
    for name, by_second in amounts.items():
        amount = by_second.get(second, 0.0)
        sign = 1 if amount >= 0 else -1
        start, ends[sign] = ends[sign], ends[sign] + amount
        top, foot = sorted((axes.y(start), axes.y(ends[sign])))
        if foot > top and width > 0:
            yield Block(name, left, top, round(width - GAP, 1), round(foot - top, 1))


def _round_step(height: float) -> float:
    """1, 2 or 5 times a power of ten, so that few steps make the height."""
    power = 10.0 ** math.floor(math.log10(height / MOST_LEVELS))
    return next(power * k for k in (1, 2, 5, 10) if power * k * MOST_LEVELS >= height)


@dataclass(frozen=True, slots=True)
class _Axes:
    across: Span
    upward: Span
    height: float = HEIGHT

    def x(self, seconds: float) -> float:
        share = (seconds - self.across.start_s) / self.across.duration_s
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, seconds: float) -> float:
        share = (seconds - self.upward.start_s) / self.upward.duration_s
        return round(self.height - BOTTOM - share * (self.height - TOP - BOTTOM), 1)

    def place(self, dot: Dot) -> Dot:
        return self.x(dot[0]), self.y(dot[1])

    def path(self, dots: Iterable[Dot]) -> str:
        return "".join(f"M{x:g} {y:g}h0" for x, y in map(self.place, dots))


def _marks(span: Span) -> list[float]:
    """Round times inside a span, not too many; none before the start of a file."""
    step = next((s for s in STEPS_S if span.duration_s / s <= MOST_TICKS), STEPS_S[-1])
    first, last = int(max(0.0, span.start_s) // step), int(span.end_s // step)
    marks = (number * step for number in range(first, last + 1))
    return [mark for mark in marks if span.start_s <= mark <= span.end_s]
