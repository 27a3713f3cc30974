"""From the segments of many windows to one list: pieces of one alignment are joined, and of
alignments that compete for the same stretch of the suspect the best is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from matchers.alignment import Hypothesis, Segment
from media.clip import Span

MAX_GAP_S = 4.0  # of suspect time between two pieces of one alignment
MAX_JUMP_S = 0.3  # of reference time where they meet
MAX_SPEED_CHANGE = 0.02
MIN_LEVER_S = 8.0  # between middles, for their slope to beat that of a piece
NEARLY_ALL, BEYOND_DOUBT = 0.8, 150.0  # of a window; nats
MAX_SHARED = 0.5  # of a segment that a better one of the same reference may cover
SPEED_COST = 20.0  # nats for a doubling and a bit; 5 % of speed costs one


def join(segments: Iterable[Segment]) -> list[Segment]:
    """Distinct alignments, best first."""
    chains: list[Segment] = []
    for piece in sorted(segments, key=lambda s: (s.query, s.reference, s.offset_s)):
        for i, chain in enumerate(chains):
            if _continues(chain, piece):
                chains[i] = _joined(chain, piece)
                break
        else:
            chains.append(piece)
    return best(chains)


def explains(segments: Iterable[Segment], window: Span) -> bool:
    """Whether one segment accounts for nearly all of a window, far beyond doubt, so that no other
    speed or view of it need be tried."""
    return any(
        s.score >= BEYOND_DOUBT and overlap_s(s.query, window) >= NEARLY_ALL * window.duration_s > 0
        for s in segments
    )


def overlap_s(a: Span, b: Span) -> float:
    """Seconds that two spans share; negative when they lie apart.

    >>> overlap_s(Span(0, 3), Span(2, 9))
    1
    """
    return min(a.end_s, b.end_s) - max(a.start_s, b.start_s)


def is_covered(span: Span, others: Iterable[Span]) -> bool:
    """Whether any one of the others takes more than half of a span.

    >>> is_covered(Span(0, 4), [Span(3, 9)]), is_covered(Span(5, 5), [Span(3, 9)])
    (False, True)
    """
    return any(
        overlap_s(span, other) > MAX_SHARED * span.duration_s
        or (span.duration_s == 0 and overlap_s(span, other) == 0)
        for other in others
    )


def is_same(a: Span, b: Span) -> bool:
    """Whether two spans are about the same: each takes more than half of the other."""
    return is_covered(a, [b]) and is_covered(b, [a])


def _continues(chain: Segment, piece: Segment) -> bool:
    a, b = chain.hypothesis, piece.hypothesis
    if (chain.reference, chain.kind) != (piece.reference, piece.kind) or _seen_otherwise(a, b):
        return False
    if (
        abs(a.speed / b.speed - 1) > MAX_SPEED_CHANGE
        or overlap_s(chain.query, piece.query) < -MAX_GAP_S
    ):
        return False
    meeting = (min(chain.query.end_s, piece.query.end_s) + piece.query.start_s) / 2
    jump = abs(chain.reference_time(meeting) - piece.reference_time(meeting))
    return jump <= MAX_JUMP_S


def _seen_otherwise(a: Hypothesis, b: Hypothesis) -> bool:
    return (a.mirrored, a.inverted) != (b.mirrored, b.inverted)


def _joined(chain: Segment, piece: Segment) -> Segment:
    """Both as one: each observation once, as the better of the two saw it, along the better's
    line; or, if their middles lie far apart, along the line through these, which are known better
    than any slope inside a piece."""
    better, other = (piece, chain) if piece.score > chain.score else (chain, piece)
    units, first = np.unique(np.concatenate([better.units, other.units]), return_index=True)
    joined = replace(
        better,
        query=Span(chain.query.start_s, max(chain.query.end_s, piece.query.end_s)),
        units=units,
        evidence=np.concatenate([better.evidence, other.evidence])[first],
        closeness=np.concatenate([better.closeness, other.closeness])[first],
        unlimited=np.concatenate([better.offered, other.offered])[first],
    )
    middle = (piece.query.start_s + piece.query.end_s) / 2
    at, value = chain.anchor
    if middle - at <= MIN_LEVER_S:
        return joined
    speed = (piece.reference_time(middle) - value) / (middle - at)
    return replace(
        joined,
        anchor=chain.anchor,
        hypothesis=replace(better.hypothesis, speed=speed),
        offset_s=value - speed * at,
    )


def best(segments: Sequence[Segment]) -> list[Segment]:
    """Of alignments that compete for the same stretch of the suspect the best, best first."""
    kept: list[Segment] = []
    for segment in sorted(segments, key=lambda s: (-_worth(s), s.reference, s.query)):
        rivals = (k.query for k in kept if k.reference == segment.reference)
        if not is_covered(segment.query, rivals):
            kept.append(segment)
    return kept


def _worth(segment: Segment) -> float:
    """Its preference, less a little for a change of speed, which a still scene cannot tell."""
    return segment.preference - SPEED_COST * abs(float(np.log(segment.hypothesis.speed)))
