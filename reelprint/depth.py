"""Whether a search for sound was so shallow that finding nothing says little.

Keys are asked for in order of worth, as many as a search can afford, and a key that is asked for
gives all of its postings. What only the most crowded keys could show is therefore not looked for:
then it has to be said.
"""

from __future__ import annotations

import numpy as np

from fingerprint.audio.pairs import Pairs
from fingerprint.audio.peaks import RANKS
from fingerprint.audio.probes import Prober
from fingerprint.scheme import Fingerprint
from matchers.alignment import Hypothesis
from matchers.asking import Prices
from matchers.hypotheses import MOST_POSTINGS, SLOWEST, windows

TELLING = 0.5  # of what could show a copy, from which it is said that it was not asked for


def passed_over(prices: Prices, peaks: Fingerprint) -> float:
    """The share of the pairs of a suspect's peaks, of those that references have at all, that are
    not asked for even as if nothing had been done to it.

    A catalogue of fewer postings than a window may meet is not gone through for this: 0.
    """
    if prices.stored < MOST_POSTINGS:
        return 0.0
    told = np.zeros(2, np.int64)
    for _, part in windows(peaks):
        prober = Prober(Pairs.of(part, 2 * RANKS, 1 / SLOWEST))
        bar = prices.bar(prober, [Hypothesis()], MOST_POSTINGS)
        told += prices.passed_over(prober.probes(), bar)
    return float(told[0] / max(told[1], 1))


def said(reason: str, share: float) -> str:
    """Why nothing was found, with what was not looked for if that is much.

    >>> said("nothing was found", 0.2), said("nothing was found", 0.75)[:48]
    ('nothing was found', 'nothing was found; 75 % of what its sound could ')
    """
    if share < TELLING:
        return reason
    return (
        f"{reason}; {share:.0%} of what its sound could be told by is too common in this catalogue "
        "to be asked for"
    ).replace("%", " %")
