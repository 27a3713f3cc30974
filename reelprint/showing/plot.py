"""Where things lie in the page's drawings: numbers and paths, no markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matchers.coincidences import Coincidences, Dot
from matchers.match import Match
from media.clip import Span
from reelprint.showing import words

WIDTH, HEIGHT = 640.0, 330.0
LEFT, RIGHT, TOP, BOTTOM = 74.0, 12.0, 10.0, 44.0
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
class _Axes:
    across: Span
    upward: Span

    def x(self, seconds: float) -> float:
        share = (seconds - self.across.start_s) / self.across.duration_s
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(self, seconds: float) -> float:
        share = (seconds - self.upward.start_s) / self.upward.duration_s
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

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
