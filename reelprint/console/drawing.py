"""Where things lie on timelines: per cent of the width, no markup. Pages forbid styles in markup,
so drawings are SVG and widths are attributes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from media.clip import Span
from reelprint.showing.words import mark

# How a bar is drawn: each kind differs in shape or pattern, not in colour alone.
Kind = Literal["match", "nearest", "excluded", "gap", "sample", "covered", "plain"]

LEAST = 0.4  # per cent; a shorter bar would not be seen
MOST_TICKS = 8
LATE = 97.0  # per cent, from where on a tick's text stands before it
STEPS_S = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400)


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch, in per cent of the whole."""

    start: float
    length: float
    kind: Kind
    says: str  # what it is, for whoever points at it or listens
    number: int | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of bars with its name."""

    name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis."""

    at: float  # per cent
    text: str
    anchor: Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows over one axis of time."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    duration_s: float


def bar(
    span: Span,
    duration_s: float,
    kind: Kind,
    says: str,
    number: int | None = None,
    href: str | None = None,
) -> Bar:
    """A stretch of something that lasts so long; what reaches outside is cut off.

    >>> bar(Span(-5, 5), 20, "match", "")
    Bar(start=0.0, length=25.0, kind='match', says='', number=None, href=None)
    """
    share = 100 / duration_s if duration_s > 0 else 0.0
    start = min(max(span.start_s * share, 0.0), 100.0 - LEAST)
    end = min(max(span.end_s * share, start + LEAST), 100.0)
    return Bar(round(start, 2), round(end - start, 2), kind, says, number, href)


def timeline(duration_s: float, lanes: Iterable[Lane]) -> Timeline:
    """Rows with an axis that begins at 0."""
    return Timeline(tuple(lanes), ticks(duration_s), duration_s)


def ticks(duration_s: float) -> tuple[Tick, ...]:
    """Round times, not too many.

    >>> [tick.text for tick in ticks(65.0)]
    ['0:00', '0:10', '0:20', '0:30', '0:40', '0:50', '1:00']
    """
    if duration_s <= 0:
        return ()
    step = next((s for s in STEPS_S if duration_s / s <= MOST_TICKS), STEPS_S[-1])
    step *= max(1, round(duration_s / step / MOST_TICKS))
    times = (number * step for number in range(int(duration_s // step) + 1))
    return tuple(_tick(at, 100 * at / duration_s) for at in times)


def merged(spans: Sequence[Span]) -> list[Span]:
    """The same stretches, those that touch or overlap as one.

    >>> merged([Span(3, 5), Span(0, 2), Span(1, 3)])
    [Span(start_s=0, end_s=5)]
    """
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start_s, one.end_s)):
        if joined and span.start_s <= joined[-1].end_s:
            last = joined.pop()
            span = Span(last.start_s, max(last.end_s, span.end_s))
        joined.append(span)
    return joined


def _tick(at_s: float, at: float) -> Tick:
    anchor: Literal["start", "middle", "end"] = "middle"
    if at == 0:
        anchor = "start"
    elif at > LATE:
        anchor = "end"
    return Tick(round(at, 2), mark(at_s), anchor)
