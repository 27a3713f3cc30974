"""From histograms of distances to the table of log-likelihood ratios. No media, no disk.

Task: for each distance d between a reference frame and the suspect frame at its time, how many
nats does it speak for a copy? log(f1(d) / f0(d)), f1 the density among copies, f0 among unrelated
frames. A histogram is int64 of shape (257,): how many pairs differ in 0 … 256 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression  # type: ignore[attr-defined]  # untyped

BITS = 256
# The last knot stands for itself and all beyond it: unrelated frames lie on both sides of 128.
KNOTS = np.arange(0, BITS // 2 + 1, 8)
# The tail is continued from the lowest knot that this many pairs come as near as: enough to know
# the slope to a seventh.
TAIL_PAIRS = 50
EVEN_STEP = 2  # bits between possible distances: all codes have as many ones as zeros
# A frame of a true copy that shows something else, as behind a large banner or another scene.
OUTLIERS = 0.05
# Near-identical title cards and fades exist in unrelated works. A few million pairs show nothing
# rarer than about 1e-6, so how rare they are is not measured: this cap is a judgement.
MOST_NATS = 22.0
# Neighbouring frames of unrelated works are alike in composition for a whole scene, so that what
# they say together is less than the sum. The exponent of sums along lines (`calibration_lines`)
# was 0.58 when this was chosen; `measured` has that of each fit.
REFRAMED_FACTOR = 0.5
# Cut frames overlap with unrelated ones in distance: no single one may decide.
MOST_REFRAMED_NATS = 5.0

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
# (knots, 257): how much a distance counts for each knot. As `np.interp` reads the table, so is it
# fitted: between two knots a distance counts for both, for the nearer one more.
_SHARES = np.stack([np.interp(np.arange(BITS + 1), KNOTS, row) for row in np.eye(len(KNOTS))])


@dataclass(frozen=True, slots=True)
class Tail:
    """How the density of unrelated distances is continued to the left of what was often seen."""

    begins_bits: int
    pairs: int  # as near as that, which decide the slope
    slope: float  # nats a bit

    def as_dict(self) -> dict[str, float]:
        """For a result file."""
        return {
            "begins_bits": self.begins_bits,
            "pairs": self.pairs,
            "slope_nats_per_bit": round(self.slope, 4),
        }


def unrelated(histogram: I64) -> tuple[F64, Tail]:
    """Density a bit at each knot, log-linear below the first that is well measured.

    The slope is the likeliest for an exponential tail, so that it has as many pairs as were seen,
    the few near-identical ones included; a line through the last well-filled bins, which are
    steeper, would leave those out. Raises ValueError when there are too few pairs.
    """
    enough = np.flatnonzero(np.cumsum(histogram)[KNOTS] >= TAIL_PAIRS)
    if not len(enough) or enough[0] == 0:
        raise ValueError(f"{histogram.sum()} pairs of unrelated frames give no tail")
    first = int(enough[0])
    begins = int(KNOTS[first])
    near = histogram[: begins + 1]
    pairs = int(near.sum())
    excess = float(near @ (begins - np.arange(begins + 1))) / pairs
    slope = 1 / (excess + EVEN_STEP / 2)
    tail = pairs / histogram.sum() * slope * np.exp(slope * (KNOTS[:first] - begins))
    return np.concatenate([tail, density(histogram)[first:]]), Tail(begins, pairs, slope)


def density(histogram: I64) -> F64:
    """Smoothed share of pairs a bit at each knot."""
    return np.asarray(_SHARES @ histogram / _SHARES.sum(axis=1) / max(histogram.sum(), 1))


def ratio(copies: I64, chance: F64) -> F64:
    """Nats at each knot, never rising with distance, at most `MOST_NATS`.

    Raises ValueError without copies.
    """
    if not copies.sum():
        raise ValueError("there are no pairs of a frame and its copy")
    seen = density(copies)
    nats = np.log((1 - OUTLIERS) * seen / chance + OUTLIERS)
    # What was hardly seen on either side says little about its own knot and follows the others.
    weights = (seen + chance) * _SHARES.sum(axis=1)
    fitted = isotonic_regression(nats, weights=weights, increasing=False).x
    return np.asarray(np.minimum(fitted, MOST_NATS))


def discounted(nats: F64) -> F64:
    """The ratio of reframed copies, as it enters the table."""
    return np.minimum(nats * REFRAMED_FACTOR, MOST_REFRAMED_NATS)


def by_bits(nats: F64) -> F64:
    """The ratio for each distance, shape (257,), as the matcher reads it."""
    return np.asarray(np.interp(np.arange(BITS + 1), KNOTS, nats))


def listed(nats: F64) -> list[float]:
    """A column of the table, the value at 256 bits last."""
    return [round(float(n), 2) for n in (*nats, nats[-1])]


def knots() -> Sequence[int]:
    """The distances of the table."""
    return [*KNOTS.tolist(), BITS]
