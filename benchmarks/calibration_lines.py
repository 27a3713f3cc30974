"""How much neighbouring frames of unrelated works repeat each other along a line.

The evidence of one work beside another is summed over stretches of a line, as a match would. Two
figures: the variance of sums over that of as many independent frames, and the exponent t at which
the mean of exp(t × sum) is 1. By Ville's inequality chance reaches a score S with a probability of
at most exp(-t × S), so that scores must be multiplied by t to be what E-values take them for:
exactly 1 for independent frames under a true model, less when neighbours repeat each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from scipy.optimize import brentq
from scipy.special import logsumexp

from benchmarks.calibration_fit import F64
from benchmarks.calibration_frames import Shown, distances

WINDOW = 10  # frames that are summed: five seconds of reference
EXPONENTS = (1e-3, 4.0)  # looked for between these


def along_lines(shown: Sequence[Shown], model: F64) -> dict[str, float]:
    """Both figures for one model of shape (257,).

    Raises ValueError when no two works are long enough for a line.
    """
    single, sums = [np.empty(0)], [np.empty(0)]
    for evidence in _evidence(shown, model):
        single.append(evidence.ravel())
        sums += [_windows(np.diagonal(evidence, k)) for k in _diagonals(evidence)]
    each, together = np.concatenate(single), np.concatenate(sums)
    if len(together) < 2:
        raise ValueError("no two works are long enough for a line")
    return {
        "stretches": len(together),
        "dispersion": round(float(together.var() / (WINDOW * each.var())), 2),
        "exponent": round(exponent(together), 3),
    }


def exponent(sums: F64) -> float:
    """The t at which the mean of exp(t × sum) is 1, within `EXPONENTS`.

    >>> round(exponent(np.array([-1.0] * 3 + [np.log(4 - 3 / np.e)])), 6)
    1.0
    """
    low, high = EXPONENTS
    if _log_mean(low, sums) >= 0:
        return low
    if _log_mean(high, sums) <= 0:
        return high
    return float(brentq(_log_mean, low, high, args=(sums,)))  # type: ignore[no-untyped-call]


def _log_mean(t: float, sums: F64) -> float:
    return float(logsumexp(t * sums) - np.log(len(sums)))


def _evidence(shown: Sequence[Shown], model: F64) -> Iterator[F64]:
    """Nats of each frame of one work beside each of another, as a match would weigh them."""
    for a, b in combinations(shown, 2):
        for view in (a.plain, a.mirrored):
            yield model[distances(view.codes, b.plain.codes)] * a.weight[:, None]


def _diagonals(evidence: F64) -> range:
    """The lines at the speed of the works that hold at least one stretch."""
    rows, columns = evidence.shape
    return range(WINDOW - rows, columns - WINDOW + 1)


def _windows(line: F64) -> F64:
    """Sums over stretches of a line that do not overlap."""
    whole = len(line) // WINDOW * WINDOW
    return np.asarray(line[:whole].reshape(-1, WINDOW).sum(axis=1))
