"""The measures of the Image Similarity Challenge (ISC2021), which DISC21 was made for.

Douze et al., "The 2021 Image Similarity Dataset and Challenge", arXiv 2106.09672; definitions as in
`isc/metrics.py` of its code. All (query, reference) pairs are pooled and ranked. Of equal ranks the
wrong pairs come first, so that nothing is gained by giving all pairs one score: the one thing in
which this micro-AP differs from that of VSC2022, which takes equal ranks as one group. A pair
ranks as its best match. Places do not count: a picture has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from benchmarks.metrics.records import Prediction, Truth

Pair = tuple[str, str]  # query, reference
PRECISION = 0.9


@dataclass(frozen=True, slots=True)
class ImageRanking:
    """All in [0, 1], but for the rank."""

    micro_ap: float
    recall_at_p90: float | None  # the greatest recall at a precision of 0.9; None: never reached
    rank_at_p90: float | None  # the rank down to which that is
    recall_at_1: float  # true pairs whose reference is named first for its query
    recall_at_10: float


def image_ranking(truths: Sequence[Truth], answers: Sequence[Prediction]) -> ImageRanking | None:
    """Score any number of queries, in any order; None when no query carries a reference."""
    positives = {(t.query_id, t.work) for t in truths if t.work is not None}
    if not positives:
        return None
    best = best_of_pairs(answers)
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0] in positives))
    found = list(accumulate(pair in positives for pair, _ in ranked))
    hits = [n for n, (pair, _) in enumerate(ranked, 1) if pair in positives]
    place = _surest_place(found)
    before = _named_before(positives, best)
    return ImageRanking(
        sum(found[n - 1] / n for n in hits) / len(positives),
        None if place is None else found[place - 1] / len(positives),
        None if place is None else ranked[place - 1][1],
        sum(n < 1 for n in before) / len(positives),
        sum(n < 10 for n in before) / len(positives),
    )


def best_of_pairs(answers: Sequence[Prediction]) -> dict[Pair, float]:
    """The greatest rank of each pair."""
    best: dict[Pair, float] = {}
    for answer in answers:
        pair = answer.query_id, answer.work
        best[pair] = max(answer.rank, best.get(pair, answer.rank))
    return best


def _surest_place(found: Sequence[int]) -> int | None:
    """Down to where the most is found at the precision; the first such place of equals."""
    allowed = [n for n, k in enumerate(found, 1) if k / n >= PRECISION]
    return max(allowed, key=lambda n: (found[n - 1], -n), default=None)


def _named_before(positives: Iterable[Pair], best: Mapping[Pair, float]) -> list[int]:
    """For each true pair that is named, how many references its query names as surely, or surer."""
    ranks: dict[str, list[float]] = {}
    for (query, _), rank in best.items():
        ranks.setdefault(query, []).append(rank)
    named = (pair for pair in positives if pair in best)
    return [sum(rank >= best[pair] for rank in ranks[pair[0]]) - 1 for pair in named]
