"""The stretch of a sequence of log-likelihood ratios that speaks most for a match.

Source: Karlin & Altschul, "Methods for assessing the statistical significance of molecular
sequence features", PNAS 1990. With ratios in nats and independent observations, the chance that
any of n starting points begins a run that reaches S is at most n * exp(-S) (Ville's inequality).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

I64 = NDArray[np.int64]


def best_run(evidence: NDArray[np.float64]) -> tuple[int, int, float]:
    """First and past-last position, and sum, of the run with the greatest sum; (0, 0, 0.0) if
    nothing is positive. The earliest and shortest of equal runs.

    >>> best_run(np.array([-1.0, 2.0, -0.5, 3.0, -4.0]))
    (1, 4, 4.5)
    """
    if not len(evidence) or evidence.max() <= 0:
        return 0, 0, 0.0
    total = np.concatenate([[0.0], np.cumsum(evidence)])
    lowest = np.minimum.accumulate(total)
    end = int(np.argmax(total - lowest))
    start = end - int(np.argmin(total[end::-1]))
    return start, end, float(total[end] - total[start])


def best_runs(evidence: NDArray[np.float64]) -> tuple[I64, I64, NDArray[np.float64]]:
    """`best_run` of every row, shape (…, n), at once: three arrays of shape (…).

    >>> [a.tolist() for a in best_runs(np.array([[-1.0, 2.0], [-1.0, -2.0]]))]
    [[1, 0], [2, 0], [2.0, 0.0]]
    """
    nothing = np.zeros((*evidence.shape[:-1], 1))
    total = np.concatenate([nothing, np.cumsum(evidence, axis=-1)], axis=-1)
    end = np.argmax(total - np.minimum.accumulate(total, axis=-1), axis=-1)[..., None]
    before = np.where(np.arange(total.shape[-1]) <= end, total, np.inf)
    start = total.shape[-1] - 1 - np.argmin(before[..., ::-1], axis=-1)[..., None]
    reached = np.take_along_axis(total, end, -1) - np.take_along_axis(total, start, -1)
    return start[..., 0], end[..., 0], reached[..., 0]


def runs(evidence: NDArray[np.float64], at_least: float) -> list[tuple[int, int]]:
    """The best run, the best on either side of it, and so on, down to a sum of `at_least`."""
    start, end, total = best_run(evidence)
    if total < at_least or start == end:
        return []
    before = runs(evidence[:start], at_least)
    after = runs(evidence[end:], at_least)
    return [*before, (start, end), *((a + end, b + end) for a, b in after)]
