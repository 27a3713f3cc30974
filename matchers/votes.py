"""Votes: hits that agree on one line make its bin rise over what chance gives.

A bin is a fifth of a second of offset in one reference; a line may fall between two, so the votes
of neighbours are added. Its surprise is the log-likelihood ratio of the count against the Poisson
rate that the reference's other hits suggest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.candidates import Candidates
from matchers.alignment import Hypothesis, Line
from media.clip import Span

BIN_S = 0.2
WEIGHT_BITS = 16.0  # further from the nearest hit by which a vote loses two thirds of its weight
LEAST_MEAN = 0.05  # votes a bin pair that chance gives even where there are hardly any hits
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def nearness(candidates: Candidates) -> F64:
    """A vote's weight, shape (n,): 1 for the hit nearest to its suspect frame in its reference,
    less for those further off, so that a still scene votes for where it fits best."""
    moments, where = np.unique(
        np.stack([candidates.references, candidates.query_times.view(np.int64)]),
        axis=1,
        return_inverse=True,
    )
    nearest = np.full(moments.shape[1], np.iinfo(np.int32).max)
    np.minimum.at(nearest, where, candidates.distances)
    return np.exp((nearest[where] - candidates.distances) / WEIGHT_BITS)


def vote(
    candidates: Candidates,
    window: Span,
    hypothesis: Hypothesis,
    most: int,
    weights: F64 | None = None,
) -> list[Line]:
    """The `most` most surprising lines of one window under one speed, best first."""
    if not len(candidates):
        return []
    numbers, where = np.unique(candidates.references, return_inverse=True)
    middle = (window.start_s + window.end_s) / 2
    at_middle = candidates.reference_times - hypothesis.speed * (candidates.query_times - middle)
    bins = np.floor(at_middle / BIN_S).astype(np.int64)
    first, size = _ranges(bins, where, len(numbers))
    base = np.cumsum(size) - size
    place = base[where] + bins - first[where]
    counts = np.bincount(place, weights, minlength=int(size.sum())).astype(np.float64)
    hits = np.bincount(where, weights).astype(np.float64)
    pairs = counts + np.append(counts[1:], 0.0)
    score = surprise(pairs, np.repeat(hits, size) - pairs, np.repeat(size, size))
    best = _peaks(score, most)
    owner = np.searchsorted(base, best, side="right") - 1
    offset = (first[owner] + best - base[owner] + 1) * BIN_S - hypothesis.speed * middle
    return [
        Line(int(n), hypothesis, float(o), float(s))
        for n, o, s in zip(numbers[owner], offset, score[best], strict=True)
    ]


def _ranges(bins: I64, where: I64, count: int) -> tuple[I64, I64]:
    """First bin and number of bins of each reference, one empty bin after the last."""
    first = np.full(count, np.iinfo(np.int64).max)
    last = np.full(count, np.iinfo(np.int64).min)
    np.minimum.at(first, where, bins)
    np.maximum.at(last, where, bins)
    return first, last - first + 2


def surprise(pairs: F64 | I64, others: F64 | I64, size: I64) -> F64:
    """Poisson log-likelihood ratio of each bin pair, shape (n,), against the mean of the `others`
    votes of its reference, which has `size` bins."""
    mean = np.maximum(2 * others / size, LEAST_MEAN)
    ratio = np.maximum(pairs / mean, 1.0)
    return np.asarray(pairs * np.log(ratio) - np.maximum(pairs - mean, 0.0))


def _peaks(score: F64, most: int) -> I64:
    """Positions of the greatest local maxima, best first; ties go to the earlier."""
    left = np.append(-np.inf, score[:-1])
    right = np.append(score[1:], -np.inf)
    peaks = np.flatnonzero((score > 0) & (score > left) & (score >= right))
    return peaks[np.argsort(-score[peaks], kind="stable")[:most]]
