"""Unions of spans on one axis of time, in seconds."""

from __future__ import annotations

from collections.abc import Iterable

from media.clip import Span


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time without overlaps, in order.

    >>> union([Span(4, 5), Span(0, 2), Span(1, 3)])
    [Span(start_s=0, end_s=3), Span(start_s=4, end_s=5)]
    """
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start_s <= merged[-1].end_s:
            merged[-1] = Span(merged[-1].start_s, max(merged[-1].end_s, span.end_s))
        else:
            merged.append(span)
    return merged


def length(spans: Iterable[Span]) -> float:
    """Seconds covered by the union."""
    return sum(span.duration_s for span in union(spans))


def overlap(a: Span, b: Span) -> Span | None:
    """The time in both, or None when that is nothing."""
    start, end = max(a.start_s, b.start_s), min(a.end_s, b.end_s)
    return Span(start, end) if start < end else None


def shared(a: Iterable[Span], b: Iterable[Span]) -> float:
    """Seconds covered by both unions.

    >>> shared([Span(0, 4)], [Span(1, 2), Span(3, 6)])
    2
    """
    left, right = union(a), union(b)
    parts = (overlap(x, y) for x in left for y in right)
    return sum(part.duration_s for part in parts if part is not None)
