"""Where the picture of a reference lies in the picture of a suspect, found from common features.

Features that are each other's nearest are paired; a similarity that many pairs agree on is found by
RANSAC (OpenCV's, which always draws the same numbers), and opened to an affine map, so that a
stretched picture is followed too. Pairs are counted so that a crowd of them on a logo or a line of
text counts little. Source: Fischler & Bolles, "Random sample consensus", CACM 1981.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from matchers.features import Pictures

NEAR_BITS = 24  # of 96 between the descriptors of a pair
TOLERANCE = 5 / 512  # of the longer side of the suspect
LOOSE = 1.6  # times the tolerance, where the map is opened
TRIES, SURE = 500, 0.99
LEAST_SCALE, MOST_SCALE = 0.2, 5.0
MOST_STRETCH = 1.8  # of one direction against another
LEAST_PAIRS = 4
CELL = 1 / 12  # of the longer side of the reference
MOST_IN_CELL = 2  # pairs that count
SPOT = 3 / 512  # of the longer side of the suspect

F64 = NDArray[np.float64]
U32 = NDArray[np.uint32]
I64 = NDArray[np.int64]
Bits = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Placement:
    """An affine map from places in a reference to places in a suspect."""

    matrix: F64  # (2, 3)

    def place(self, at: F64) -> F64:
        """Where places of the reference, shape (n, 2), lie in the suspect."""
        return np.asarray(at @ self.matrix[:, :2].T + self.matrix[:, 2])

    @property
    def inverse(self) -> Placement:
        """The map back."""
        back = np.linalg.inv(self.matrix[:, :2])
        return Placement(np.column_stack([back, -back @ self.matrix[:, 2]]))

    def moved(self, by: tuple[float, float]) -> Placement:
        """The same map, to another place in the suspect."""
        return Placement(self.matrix + np.array([[0.0, 0.0, by[0]], [0.0, 0.0, by[1]]]))

    @property
    def is_sound(self) -> bool:
        """Whether it neither tears nor flips the picture, nor makes it vanish."""
        stretches = np.linalg.svd(self.matrix[:, :2], compute_uv=False)
        upright = float(np.linalg.det(self.matrix[:, :2])) > 0
        fits = stretches[1] >= LEAST_SCALE and stretches[0] <= MOST_SCALE
        return bool(upright and fits and stretches[0] <= MOST_STRETCH * stretches[1])


def find(
    suspect: Pictures, shown: I64, reference: Pictures, key: int
) -> tuple[Placement, int] | None:
    """How a frame of a reference lies in a frame of a suspect, of which the features `shown` are
    looked at, and how many places agree."""
    ours, theirs = _pairs(suspect, shown, reference, key)
    if len(ours) < LEAST_PAIRS:
        return None
    here, there = suspect.at[ours], reference.at[theirs]
    matrix, _ = cv2.estimateAffinePartial2D(
        there, here, method=cv2.RANSAC, ransacReprojThreshold=TOLERANCE, maxIters=TRIES,
        confidence=SURE,
    )  # fmt: skip
    if matrix is None:
        return None
    fitted = _opened(Placement(np.asarray(matrix, np.float64)), here, there)
    close = _misses(fitted, here, there) <= TOLERANCE
    count = distinct(there[close], here[close])
    return (fitted, count) if count >= LEAST_PAIRS and fitted.is_sound else None


def distinct(there: F64, here: F64) -> int:
    """How many pairs count: a few of each cell of the reference, one of a spot of the suspect."""
    return min(_spread(there, CELL, MOST_IN_CELL), _spread(here, SPOT, 1))


def _spread(at: F64, cell: float, most: int) -> int:
    cells = np.floor(at / cell).astype(np.int64)
    _, counts = np.unique(cells[:, 0] * 4096 + cells[:, 1], return_counts=True)
    return int(np.minimum(counts, most).sum())


def _pairs(suspect: Pictures, shown: I64, reference: Pictures, key: int) -> tuple[I64, I64]:
    """Positions of features of both sides that are each other's nearest."""
    own = reference.frame(key)
    if not len(shown) or own.start == own.stop:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    apart = _bits_apart(suspect.numbers[:, shown], reference.numbers[:, own])
    nearest = apart.argmin(axis=1)
    each = np.arange(len(shown))
    mutual = (apart.argmin(axis=0)[nearest] == each) & (apart[each, nearest] <= NEAR_BITS)
    return shown[mutual], nearest[mutual] + own.start


def _bits_apart(ours: U32, theirs: U32) -> NDArray[np.uint8]:
    """Bits in which each of our descriptors differs from each of theirs, shape (ours, theirs)."""
    total = np.zeros((ours.shape[1], theirs.shape[1]), np.uint8)
    for a, b in zip(ours, theirs, strict=True):
        total += np.bitwise_count(a[:, None] ^ b)
    return total


def _opened(placement: Placement, here: F64, there: F64) -> Placement:
    """The affine map through all pairs that nearly agree, if there are enough to know it by."""
    for _ in range(2):
        close = _misses(placement, here, there) <= TOLERANCE * LOOSE
        if close.sum() < 2 * LEAST_PAIRS:
            return placement
        opened = _least_squares(here[close], there[close])
        if not opened.is_sound:
            return placement
        placement = opened
    return placement


def _least_squares(here: F64, there: F64) -> Placement:
    known = np.column_stack([there, np.ones(len(there))])
    solution, *_ = np.linalg.lstsq(known, here, rcond=None)
    return Placement(cast(F64, solution.T))


def _misses(placement: Placement, here: F64, there: F64) -> F64:
    return np.asarray(np.linalg.norm(placement.place(there) - here, axis=1))
