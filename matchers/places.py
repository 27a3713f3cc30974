"""Votes of hash keys: places that agree on one line make its bin rise over what chance gives.

A bin is a fifth of a second on the timeline of a segment; a line may fall between two, so the votes
of neighbours are added. Only bins well above the mean of the whole timeline are looked at; their
surprise is the log-likelihood ratio of the votes against the Poisson rate that the other votes of
the same reference suggest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.candidates import Postings
from index.timeline import MARGIN, PLACES_PER_S
from matchers.alignment import Hypothesis, Line
from matchers.votes import surprise

BIN = PLACES_PER_S // 5  # places in a bin
BIN_S = BIN / PLACES_PER_S
LEAST_VOTES, DEVIATIONS = 3.0, 4.0  # above the mean, for a bin to be looked at
MOST_BINS = 256  # looked at in one search

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def vote_places(
    found: Postings, times: F64, middle_s: float, hypothesis: Hypothesis, most: int
) -> list[Line]:
    """The `most` most surprising lines of one segment under one hypothesis, best first.

    `times` are those of the keys looked up, in suspect seconds; `middle_s` is the middle of the
    window, about which the line may turn.
    """
    if not len(found.places):
        return []
    counts = _counts(found, hypothesis.speed * (times - middle_s))
    pairs = counts[:-1] + counts[1:]
    bins = _standing_out(pairs)
    line = found.timeline
    owner = line.owner((bins + 1) * BIN)
    first = (line.starts - MARGIN) // BIN
    size = np.diff(first, append=len(counts))[owner] - MARGIN // BIN  # half of both margins
    others = np.add.reduceat(counts, first)[owner] - pairs[bins]
    score = surprise(pairs[bins], others, size) * found.alive[owner]
    best = np.argsort(-score, kind="stable")[:most]
    best = best[score[best] > 0]
    offsets = ((bins + 1) * BIN - line.starts[owner]) / PLACES_PER_S - hypothesis.speed * middle_s
    return [
        Line(int(line.numbers[owner[i]]), hypothesis, float(offsets[i]), float(score[i]))
        for i in best
    ]


def _counts(found: Postings, moments_s: F64) -> I64:
    """Votes by bin: a place votes for where the middle of the window would lie."""
    shift = np.rint(moments_s * PLACES_PER_S).astype(np.int64)
    middle = found.places - np.repeat(shift, found.counts)
    bins = np.maximum(middle, 0) // BIN
    return np.bincount(bins, minlength=found.timeline.end // BIN + 2)


def _standing_out(pairs: I64) -> I64:
    """The greatest local maxima among bins well above the mean, in order of place."""
    mean = float(pairs.mean())
    bins = np.flatnonzero(pairs > mean + DEVIATIONS * np.sqrt(mean) + LEAST_VOTES)
    votes = pairs[bins]
    left, right = pairs[np.maximum(bins - 1, 0)], pairs[np.minimum(bins + 1, len(pairs) - 1)]
    is_peak = (votes > left) & (votes >= right)
    bins, votes = bins[is_peak], votes[is_peak]
    return np.sort(bins[np.argsort(-votes, kind="stable")[:MOST_BINS]])
