"""The tail of what chance gives in sound: how fast it falls with the score, and from where.

Far out, chance scores fall off exponentially (Karlin and Altschul, "Methods for assessing the
statistical significance of molecular sequence features", PNAS 1990): of searches as large as n
starting points, n * c * exp(-score / d) reach a score. The dispersion d is the mean excess over a
high quantile, with scores brought to one size of search first; c follows from the quantile itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TAIL = 0.02  # of the queries, whose scores the fit rests on
LEAST_TAIL = 20  # queries
ROUNDS = 60  # until dispersion and the size of searches agree
MARGIN = math.log(3.0)  # by which E-values are larger than those that were counted

F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chance:
    """The best that chance gave one query, among matches that were altered or those that were
    not."""

    query_id: str
    score: float  # nats, undivided
    log_starts: float  # ln of the starting points that it is charged
    unaltered: bool

    def as_dict(self) -> dict[str, str | float]:
        """For a result file."""
        return {
            "query": self.query_id,
            "score": round(self.score, 2),
            "log_starting_points": round(self.log_starts, 2),
        }


@dataclass(frozen=True, slots=True)
class Tail:
    """Constants of the null model, as `matchers.calibration` ships them."""

    dispersion: float
    log_candidates: float
    unaltered_worth: float


def fitted(found: Sequence[Chance], asked: int) -> Tail:
    """From the best of `asked` queries, under a table whose constants are 1, 0 and 1.

    Half of the chance matches are allowed to either kind, so each is charged for twice as many.
    Raises ValueError if too few queries found anything.
    """
    altered = [c for c in found if not c.unaltered]
    dispersion = fitted_dispersion(altered, asked)
    shares = [
        log_share([c for c in found if c.unaltered == kind], dispersion, asked)
        for kind in (False, True)
    ]
    log_candidates = shares[0] + math.log(2) + MARGIN
    return Tail(
        round(dispersion, 2),
        round(log_candidates, 2),
        round(math.exp(shares[1] - shares[0]), 2),
    )


def fitted_dispersion(found: Sequence[Chance], asked: int) -> float:
    """How many nats of score make one nat of surprise in the tail."""
    dispersion = 1.0
    for _ in range(ROUNDS):
        ordered, few = _ordered(found, dispersion, asked)
        excess = float((ordered[-few:] - ordered[-few - 1]).mean())
        dispersion = (dispersion + excess) / 2
    return dispersion


def log_share(found: Sequence[Chance], dispersion: float, asked: int) -> float:
    """ln of the share of starting points that count, for scores that fall off so fast."""
    ordered, few = _ordered(found, dispersion, asked)
    return float(ordered[-few - 1]) / dispersion + math.log(few / asked)


def _ordered(found: Sequence[Chance], dispersion: float, asked: int) -> tuple[F64, int]:
    """Scores of searches brought to one starting point, ascending, and how many are the tail."""
    few = max(LEAST_TAIL, round(TAIL * asked))
    if len(found) <= few:
        raise ValueError(f"{len(found)} searches that found anything have no tail of {few}")
    return np.sort([c.score - dispersion * c.log_starts for c in found]), few
