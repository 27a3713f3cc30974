"""Pictures made on the spot: shapes and words on slopes of light, no two alike."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.picture_store import SIDE, Pictures


def drawn(count: int, seed: int = 0) -> Pictures:
    """So many pictures, each of a dozen shapes."""
    rng = np.random.default_rng(seed)
    luma = np.stack([_one(rng) for _ in range(count)])
    return Pictures(luma, tuple(f"{seed}/{i}" for i in range(count)))


def _one(rng: np.random.Generator) -> NDArray[np.uint8]:
    slope = np.linspace(rng.uniform(0, 255), rng.uniform(0, 255), SIDE)
    picture = np.ascontiguousarray(np.tile(slope, (SIDE, 1)).astype(np.uint8))
    for _ in range(12):
        points = rng.integers(0, SIDE, 2) + rng.integers(-60, 60, (int(rng.integers(3, 7)), 2))
        cv2.fillPoly(picture, [points.astype(np.int32)], (int(rng.integers(256)),))
    return picture
