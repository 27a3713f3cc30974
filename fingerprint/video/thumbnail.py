"""64 x 64 thumbnails of luma, and what they say about how much a frame can prove.

Quality follows PDQ (Meta, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing
Algorithm", 2019): the sum of absolute neighbour differences, scaled to 0 … 100, so that black and
flat frames get little. Noise has strong differences but proves nothing either: where the
16 x 16 lowest frequencies hold less than a fair share of the energy, quality is 0.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn

SIDE = 64
LOW = 16
GRADIENT_SCALE = 90  # PDQ's divisor: the sum of differences that counts as one point of quality
MIN_STRUCTURE = 0.35  # white noise has (16 / 64)² = 0.06; pictures nearly always over 0.8


def thumbnails(luma: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Area-averaged thumbnails, shape (n, 64, 64), of luma, shape (n, h, w)."""
    small = np.empty((len(luma), SIDE, SIDE), np.float32)
    for frame, out in zip(luma, small, strict=True):
        cv2.resize(frame.astype(np.float32), (SIDE, SIDE), dst=out, interpolation=cv2.INTER_AREA)
    return small.astype(np.float64)


def quality(thumbs: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Quality, shape (n,), 0 … 100, of thumbnails, shape (n, 64, 64)."""
    gradient = np.minimum(_gradient_points(thumbs), 100)
    return np.where(structure(thumbs) >= MIN_STRUCTURE, gradient, 0).astype(np.uint8)


def _gradient_points(thumbs: NDArray[np.float64]) -> NDArray[np.int64]:
    total = np.zeros(len(thumbs), np.int64)
    for axis in (1, 2):
        steps = np.trunc(np.diff(thumbs, axis=axis) * (100 / 255))
        total += np.abs(steps).sum(axis=(1, 2)).astype(np.int64)
    return total // GRADIENT_SCALE


def structure(thumbs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the energy, without the mean, in the 16 x 16 lowest frequencies."""
    power: NDArray[np.float64] = dctn(thumbs, axes=(1, 2), norm="ortho") ** 2
    power[:, 0, 0] = 0
    low: NDArray[np.float64] = power[:, :LOW, :LOW].sum(axis=(1, 2))
    share: NDArray[np.float64] = low / np.maximum(power.sum(axis=(1, 2)), 1e-9)
    return share
