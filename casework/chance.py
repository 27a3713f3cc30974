"""What chance allows: exact intervals, the bound on false matches, and Wald's sequential test.

Clopper and Pearson, Biometrika 26 (1934); Wald, Annals of Mathematical Statistics 16 (1945), with
boundaries that hold exactly by Ville's inequality. Proofs: docs/decisions/0025.
"""

from __future__ import annotations

import math

from scipy.special import betaincinv

from casework.rules import Rules, Way
from casework.verdict import Share

LEVEL = 0.95


def interval(k: int, n: int) -> tuple[float, float]:
    """The exact two-sided 95 % interval of the share behind k of n, n being fixed beforehand.

    >>> interval(0, 0)
    (0.0, 1.0)
    >>> tuple(round(end, 3) for end in interval(31, 40))
    (0.615, 0.892)
    """
    tail = (1 - LEVEL) / 2
    low = float(betaincinv(k, n - k + 1, tail)) if k else 0.0
    high = float(betaincinv(k + 1, n - k, 1 - tail)) if k < n else 1.0
    return low, high


def share(k: int, n: int) -> Share:
    """k of n with its interval."""
    return Share(k, n, *interval(k, n))


def false_streams(k: int, unmatched: int, rate: float) -> float:
    """A bound on the chance that k independent streams match falsely before more than `unmatched`
    samples did not, at this rate a sample. It is no less than the binomial tail.

    >>> round(false_streams(3, 37, 0.001) * 1e6, 2), false_streams(0, 9, 0.001)
    (9.88, 1.0)
    """
    if k == 0:
        return 1.0
    ways = math.lgamma(unmatched + k + 1) - math.lgamma(k + 1) - math.lgamma(unmatched + 1)
    return math.exp(min(0.0, ways + k * math.log(rate)))


def is_beyond_chance(way: Way, k: int, unmatched: int, reserve: int, rate: float) -> bool:
    """Whether k streams are more than a way allows to chance, however often one looks.

    Chance is reckoned beside `reserve` samples without a match, or twice, four times as many:
    the first that is enough. Each doubling may use half of the chance that is left.
    """
    if way.chance is None:
        return True
    doublings = doublings_to(unmatched, reserve)
    allowed = math.ldexp(way.chance, -1 - doublings)
    return false_streams(k, reserve << doublings, rate) <= allowed


def doublings_to(unmatched: int, reserve: int) -> int:
    """How often the reserve has to be doubled until it holds so many samples.

    >>> [doublings_to(unmatched, 40) for unmatched in (0, 40, 41, 80, 81)]
    [0, 0, 1, 1, 2]
    """
    return (max(1, -(-unmatched // reserve)) - 1).bit_length()


def is_cleared(unmatched_streams: int, most: float) -> bool:
    """Whether so many independent streams without any match leave less than this share open."""
    return share(0, unmatched_streams).high <= most


def is_accused(k: int, unmatched: int, rules: Rules) -> bool:
    """Whether Wald's test decides against a site; every sample without a match speaks for it."""
    return _odds(k, unmatched, rules) >= -math.log(rules.sequential.accuse)


def is_acquitted(k: int, unmatched_streams: int, rules: Rules) -> bool:
    """Whether Wald's test decides for a site; only independent streams speak for it."""
    return _odds(k, unmatched_streams, rules) <= math.log(rules.sequential.clear)


def _odds(k: int, unmatched: int, rules: Rules) -> float:
    """Nats for the policy's share of streams with works against the rate of false matches."""
    gain = math.log(rules.sequential.share / rules.rate)
    loss = math.log((1 - rules.sequential.share) / (1 - rules.rate))
    return k * gain + unmatched * loss
