"""Exact probabilities behind the verdicts. Nothing is approximated: counts are small.

Sums of unlike coins: the count of found queries when each is found with a probability of its own
(Poisson's binomial distribution). Poisson's own for counts of chance matches; the sign test for
pairs.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.special import bdtrc, pdtr

from media.clip import F64


def counts(probabilities: Iterable[float]) -> F64:
    """P(k successes) for k = 0 … n, of n independent trials with these probabilities.

    >>> counts([0.5, 0.5]).tolist()
    [0.25, 0.5, 0.25]
    """
    found = np.ones(1)
    for p in probabilities:
        found = np.convolve(found, [1 - p, p])
    return found


def at_most(probabilities: Iterable[float], count: int) -> float:
    """P(as few successes or fewer)."""
    return min(float(counts(probabilities)[: count + 1].sum()), 1.0)


def least(probabilities: Iterable[float], alpha: float) -> int:
    """The least count that is no surprise: P(as few or fewer) is at least `alpha`.

    >>> least([1.0, 1.0, 0.5], 0.05)
    2
    """
    return int(np.searchsorted(np.cumsum(counts(probabilities)), alpha))


def most(mean: float, alpha: float) -> int:
    """The greatest count that is no surprise where so many are expected.

    >>> most(0.0001, 0.01)
    0
    """
    count = 0
    while pdtr(count, mean) < 1 - alpha:
        count += 1
    return count


def sign_test(for_it: int, against: int) -> float:
    """P(so many or more of the pairs go one way) if both ways are as likely.

    >>> sign_test(3, 0)
    0.125
    """
    pairs = for_it + against
    return float(bdtrc(for_it - 1, pairs, 0.5)) if for_it else 1.0
