"""The two measures of the Meta AI Video Similarity Challenge (VSC2022).

Pizzi et al., "The 2023 Video Similarity Dataset and Challenge", CVIU 243 (2024); definitions as in
`vsc/metrics.py` of its code. All queries are pooled, so a score must mean the same in each.
Input: truths (those with a work) and predictions of any number of queries, in any order. Equal
ranks enter as one group. Output: [0, 1], or None when no query carries a work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import sqrt

from benchmarks.metrics.records import Prediction, Truth
from benchmarks.metrics.spans import length, overlap, shared
from media.clip import Span

Pair = tuple[str, str]
AXES = ("query", "reference")


def micro_average_precision(truths: Sequence[Truth], answers: Sequence[Prediction]) -> float | None:
    """Descriptor track: does this query carry this work? Places do not count.

    A pair ranks as its best match; the average precision runs over all pairs of all queries.
    """
    positives = {_pair(truth) for truth in truths if truth.work is not None}
    if not positives:
        return None
    best: dict[Pair, float] = {}
    for answer in answers:
        best[_pair(answer)] = max(answer.rank, best.get(_pair(answer), answer.rank))
    ranked = sorted(best.items(), key=lambda item: -item[1])
    total = right = 0
    area = 0.0
    for _, group in groupby(ranked, key=lambda item: item[1]):
        hits = [pair in positives for pair, _ in group]
        total, right = total + len(hits), right + sum(hits)
        area += right / total * sum(hits) / len(positives)
    return area


def segment_average_precision(
    truths: Sequence[Truth], answers: Sequence[Prediction]
) -> float | None:
    """Matching track: which seconds of the query are which seconds of the work?

    Precision and recall are lengths of time, the geometric mean over the two axes.
    """
    pool = _Pool(truths)
    if not pool.pairs:
        return None
    area = recall = 0.0
    ranked = sorted(answers, key=lambda answer: -answer.rank)
    for _, group in groupby(ranked, key=lambda answer: answer.rank):
        pool.add(group)
        precision, reached = pool.precision_recall()
        area += precision * (reached - recall)
        recall = reached
    return area


@dataclass(slots=True)
class _PairOfVideos:
    truths: list[Truth] = field(default_factory=list)
    answers: list[Prediction] = field(default_factory=list)

    def hit(self, axis: str) -> float:
        """Seconds of the answers that lie in truths which some answer overlaps as a box."""
        touched = [t for t in self.truths if any(_touch(t, a) for a in self.answers)]
        return shared(_on(axis, self.answers), _on(axis, touched))


class _Pool:
    """Running lengths of all pairs, so that a new match costs only its own pair."""

    def __init__(self, truths: Sequence[Truth]) -> None:
        self.pairs: dict[Pair, _PairOfVideos] = {}
        for truth in truths:
            if truth.work is not None:
                self.pairs.setdefault(_pair(truth), _PairOfVideos()).truths.append(truth)
        self.true = {a: sum(length(_on(a, p.truths)) for p in self.pairs.values()) for a in AXES}
        self.hits = dict.fromkeys(AXES, 0.0)
        self.said = dict.fromkeys(AXES, 0.0)

    def add(self, group: Iterable[Prediction]) -> None:
        for answer in group:
            pair = self.pairs.setdefault(_pair(answer), _PairOfVideos())
            self._count(pair, -1)
            pair.answers.append(answer)
            self._count(pair, +1)

    def _count(self, pair: _PairOfVideos, sign: int) -> None:
        for axis in AXES:
            self.hits[axis] += sign * pair.hit(axis)
            self.said[axis] += sign * length(_on(axis, pair.answers))

    def precision_recall(self) -> tuple[float, float]:
        hit = [self.hits[axis] for axis in AXES]
        said = [self.said[axis] for axis in AXES]
        true = [self.true[axis] for axis in AXES]
        return _mean_share(hit, said), _mean_share(hit, true)


def _mean_share(parts: Sequence[float], wholes: Sequence[float]) -> float:
    share = [
        max(part, 0.0) / whole if whole else 0.0 for part, whole in zip(parts, wholes, strict=True)
    ]
    return sqrt(share[0] * share[1])


def _pair(record: Truth | Prediction) -> Pair:
    return record.query_id, record.work or ""


def _on(axis: str, records: Iterable[Truth | Prediction]) -> list[Span]:
    return [record.query if axis == "query" else record.reference for record in records]


def _touch(a: Truth, b: Prediction) -> bool:
    return overlap(a.query, b.query) is not None and overlap(a.reference, b.reference) is not None
