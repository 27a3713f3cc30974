"""Segment precision, recall and F1 of VCSL.

He et al., "A Large-scale Comprehensive Dataset and Copy-overlap Aware Evaluation Protocol for
Segment-level Video Copy Detection" (VCSL), CVPR 2022; as in `vcsl/metric.py` of its code: per pair
of videos the share on the query axis times the share on the reference axis, then the plain mean
over pairs.

One difference, on purpose: a pair without prediction has no precision and a pair without truth no
recall, and these are left out of the means. The original marks them 1 and leaves out all that is
exactly 1, so that it loses perfect pairs too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.metrics.records import Prediction, Truth
from benchmarks.metrics.spans import length, overlap
from media.clip import Span

Box = tuple[Span, Span]  # query seconds, reference seconds


@dataclass(frozen=True, slots=True)
class SegmentScore:
    """Means over pairs; None when no pair defines the value."""

    precision: float | None
    recall: float | None

    @property
    def f1(self) -> float | None:
        """The harmonic mean; None when either part is undefined."""
        if self.precision is None or self.recall is None:
            return None
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def segment_score(truths: Sequence[Truth], answers: Sequence[Prediction]) -> SegmentScore:
    """Score any number of queries, in any order."""
    true: dict[tuple[str, str], list[Box]] = {}
    said: dict[tuple[str, str], list[Box]] = {}
    for truth in truths:
        if truth.work is not None:
            true.setdefault((truth.query_id, truth.work), []).append((truth.query, truth.reference))
    for answer in answers:
        said.setdefault((answer.query_id, answer.work), []).append((answer.query, answer.reference))
    precision = [_covered(boxes, true.get(pair, [])) for pair, boxes in said.items()]
    recall = [_covered(boxes, said.get(pair, [])) for pair, boxes in true.items()]
    return SegmentScore(_mean(precision), _mean(recall))


def _covered(boxes: Sequence[Box], others: Sequence[Box]) -> float:
    """The share of `boxes` that lies in `others`: a product over the two axes."""
    share = 1.0
    for axis in (0, 1):
        inside = sum(length(_parts(box, others, axis)) for box in boxes)
        total = sum(box[axis].duration_s for box in boxes)
        share *= inside / total if total else 0.0
    return share


def _parts(box: Box, others: Sequence[Box], axis: int) -> list[Span]:
    """Where `box` meets each other box, as seen on one axis."""
    meetings = ((overlap(box[0], other[0]), overlap(box[1], other[1])) for other in others)
    return [part for m in meetings if None not in m and (part := m[axis]) is not None]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
