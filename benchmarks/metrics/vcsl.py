"""Segment precision, recall and F1 of VCSL, and its two other measures.

He et al., "A Large-scale Comprehensive Dataset and Copy-overlap Aware Evaluation Protocol for
Segment-level Video Copy Detection" (VCSL), CVPR 2022; as in `vcsl/metric.py` of its code: per pair
of videos the share on the query axis times the share on the reference axis, then the plain mean
over pairs. A pair without prediction has no precision and a pair without truth no recall: these
are left out of the means. (The original marks them 1 and leaves out what is exactly 1; it adds
1e-6 to every length that it divides by, so that a perfect pair stays below 1 and is kept. So it
answers up to about 1e-6 less than this.)

`video_level` and `query_set_score` are its other two: rejected and alarmed pairs, and means within
each query set first, where what is undefined does count as 1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.metrics.proportion import Proportion
from benchmarks.metrics.records import Prediction, Truth
from benchmarks.metrics.spans import length, overlap
from media.clip import Span

Box = tuple[Span, Span]  # query seconds, reference seconds
Pair = tuple[str, str]  # query, reference


@dataclass(frozen=True, slots=True)
class SegmentScore:
    """Precision and recall of one pair, or their means; None when nothing defines the value."""

    precision: float | None
    recall: float | None

    @property
    def f1(self) -> float | None:
        """The harmonic mean; None when either part is undefined."""
        if self.precision is None or self.recall is None:
            return None
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class VideoLevel:
    """Whole pairs: copies of which nothing is said, and pairs that share nothing but are named."""

    false_rejections: Proportion  # of the pairs with truth
    false_alarms: Proportion  # of the pairs without


def segment_score(truths: Sequence[Truth], answers: Sequence[Prediction]) -> SegmentScore:
    """Score any number of queries, in any order."""
    scores = pair_scores(truths, answers).values()
    return SegmentScore(_mean([s.precision for s in scores]), _mean([s.recall for s in scores]))


def pair_scores(
    truths: Sequence[Truth], answers: Sequence[Prediction], pairs: Collection[Pair] = ()
) -> dict[Pair, SegmentScore]:
    """The score of each pair that is true or named, and of all `pairs`."""
    true: dict[Pair, list[Box]] = {}
    said: dict[Pair, list[Box]] = {}
    for truth in truths:
        if truth.work is not None:
            true.setdefault((truth.query_id, truth.work), []).append((truth.query, truth.reference))
    for answer in answers:
        said.setdefault((answer.query_id, answer.work), []).append((answer.query, answer.reference))
    every = dict.fromkeys([*pairs, *said, *true])
    return {pair: _score(true.get(pair, []), said.get(pair, [])) for pair in every}


def video_level(scores: Mapping[Pair, SegmentScore]) -> VideoLevel:
    """Rejections and alarms. The original assumes as many copies as others; these are counted."""
    copies = [s for s in scores.values() if s.recall is not None]
    others = [s for s in scores.values() if s.recall is None]
    rejected = sum(s.precision is None for s in copies)
    alarmed = sum(s.precision is not None for s in others)
    return VideoLevel(Proportion(rejected, len(copies)), Proportion(alarmed, len(others)))


def query_set_score(
    scores: Mapping[Pair, SegmentScore], sets: Mapping[str, Collection[Pair]]
) -> SegmentScore:
    """Means within each query set, then over the sets; undefined values count as 1."""
    known = [[scores[pair] for pair in pairs if pair in scores] for pairs in sets.values()]
    inner = [
        SegmentScore(
            _mean([_or_one(s.precision) for s in k]), _mean([_or_one(s.recall) for s in k])
        )
        for k in known
    ]
    return SegmentScore(_mean([s.precision for s in inner]), _mean([s.recall for s in inner]))


def _score(true: Sequence[Box], said: Sequence[Box]) -> SegmentScore:
    precision = _covered(said, true) if said else None
    return SegmentScore(precision, _covered(true, said) if true else None)


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


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _or_one(value: float | None) -> float:
    return 1.0 if value is None else value
