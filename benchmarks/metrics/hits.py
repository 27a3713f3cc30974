"""Top-1 hit rates of the sequence search of neural-audio-fp.

Chang et al., "Neural Audio Fingerprint for High-specific Audio Retrieval Based on Contrastive
Learning", ICASSP 2021, and `eval/eval_faiss.py` of its code. There a query is a run of segments of
1 s, 0.5 s apart, and the answer is the number of one such segment of the references: *exact* when
it is the right one, *near* when it is that or one beside it (±500 ms).

Here an answer is a moment, not a number on that grid. Exact is within 250 ms of the truth, where
the right segment is the nearest. Near is within 500 ms, as the paper says it; on the grid, up to
750 ms would do, so this is no easier. *Song* is the right song, wherever. Only the surest match of
a query counts; of equally sure ones, the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.metrics.proportion import Proportion
from benchmarks.metrics.records import Prediction, Truth

EXACT_S = 0.25
NEAR_S = 0.5


@dataclass(frozen=True, slots=True)
class HitRates:
    """Shares of the queries."""

    exact: Proportion
    near: Proportion
    song: Proportion
    wrong: Proportion  # queries whose surest match is of another song


def hit_rates(truths: Sequence[Truth], said: Mapping[str, Sequence[Prediction]]) -> HitRates:
    """Score the answers to queries, each of which is one span of one song from its start on."""
    first = [(t, max(said.get(t.query_id, ()), key=_rank, default=None)) for t in truths]
    told = [(t, answer) for t, answer in first if answer is not None]
    errors = [_error_s(t, answer) for t, answer in told if answer.work == t.work]
    return HitRates(
        _share((e <= EXACT_S for e in errors), truths),
        _share((e <= NEAR_S for e in errors), truths),
        Proportion(len(errors), len(truths)),
        Proportion(len(told) - len(errors), len(truths)),
    )


def _rank(answer: Prediction) -> float:
    return answer.rank


def _error_s(truth: Truth, answer: Prediction) -> float:
    """How far from the truth the reference is said to be when the query begins."""
    before = answer.query.start_s - truth.query.start_s
    return abs(answer.reference.start_s - answer.speed * before - truth.reference.start_s)


def _share(outcomes: Iterable[bool], of: Sequence[Truth]) -> Proportion:
    return Proportion(sum(outcomes), len(of))
