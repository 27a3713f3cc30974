"""From the segments of many windows to one list: pieces of one alignment are joined, and of
alignments that compete for the same stretch of the suspect the best is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from matchers.alignment import Segment
from media.clip import Span

MAX_GAP_S = 4.0  # of suspect time between two pieces of one alignment
MAX_JUMP_S = 0.3  # of reference time where they meet
MAX_SPEED_CHANGE = 0.02
MAX_SHARED = 0.5  # of a segment that a better one of the same reference may cover


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
    return _best(chains)


def overlap_s(a: Span, b: Span) -> float:
    """Seconds that two spans share; negative when they lie apart.

    >>> overlap_s(Span(0, 3), Span(2, 9))
    1
    """
    return min(a.end_s, b.end_s) - max(a.start_s, b.start_s)


def _continues(chain: Segment, piece: Segment) -> bool:
    a, b = chain.hypothesis, piece.hypothesis
    if chain.reference != piece.reference or a.mirrored != b.mirrored:
        return False
    if abs(a.speed / b.speed - 1) > MAX_SPEED_CHANGE or overlap_s(chain.query, piece.query) < -MAX_GAP_S:
        return False
    meeting = (min(chain.query.end_s, piece.query.end_s) + piece.query.start_s) / 2
    jump = abs(chain.reference_time(meeting) - piece.reference_time(meeting))
    return jump <= MAX_JUMP_S


def _joined(chain: Segment, piece: Segment) -> Segment:
    """Both as one: each observation once, the line through the outer ends."""
    units, first = np.unique(np.concatenate([chain.units, piece.units]), return_index=True)
    evidence = np.concatenate([chain.evidence, piece.evidence])[first]
    last = piece if piece.query.end_s >= chain.query.end_s else chain
    query = Span(chain.query.start_s, last.query.end_s)
    start = chain.reference_time(query.start_s)
    speed = chain.hypothesis.speed
    if last is piece and query.duration_s > 0:
        speed = (piece.reference_time(query.end_s) - start) / query.duration_s
    return replace(
        chain,
        hypothesis=replace(chain.hypothesis, speed=speed),
        offset_s=start - speed * query.start_s,
        query=query,
        units=units,
        evidence=evidence,
    )


def _best(segments: list[Segment]) -> list[Segment]:
    kept: list[Segment] = []
    for segment in sorted(segments, key=lambda s: (-s.score, s.reference, s.query)):
        rivals = [k for k in kept if k.reference == segment.reference]
        shared = max((overlap_s(k.query, segment.query) for k in rivals), default=0.0)
        if shared <= MAX_SHARED * segment.query.duration_s and not _same_moment(rivals, segment):
            kept.append(segment)
    return kept


def _same_moment(rivals: list[Segment], segment: Segment) -> bool:
    """Whether a segment of no length, such as a still picture, lies inside a rival."""
    return segment.query.duration_s == 0 and any(
        overlap_s(k.query, segment.query) >= 0 for k in rivals
    )
