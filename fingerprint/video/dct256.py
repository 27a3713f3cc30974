"""`video-dct256-1`: a 256-bit DCT hash of the PDQ family.

A 64 x 64 thumbnail is transformed by a DCT-II; the 16 x 16 coefficients of frequencies 1 … 16 on
each axis (the mean and the pure rows and columns are left out, as in PDQ) give one bit each: above
their median or not. Bits are packed row by row, most significant first. Half of them are set.
Source: Meta, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (2019).

A mirrored picture flips the sign of each odd horizontal frequency, so the code of a mirrored
suspect follows from the flipped luma; nothing is stored twice for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint, Metric, Modality
from fingerprint.video.thumbnail import SIDE, quality, thumbnails
from media.clip import Clip

LOW = 16


@dataclass(frozen=True, slots=True)
class Dct256:
    """Scheme `video-dct256-1`: 32 bytes a frame."""

    name: str = "video-dct256-1"
    modality: Modality = "video"
    metric: Metric = "hamming"
    width: int = LOW * LOW // 8

    def fingerprint(self, clip: Clip) -> Fingerprint:
        """One code a frame; black, flat and noise frames get a low quality."""
        if clip.frames is None:
            return Fingerprint.empty(self.name, self.width)
        thumbs = thumbnails(clip.frames.luma)
        return Fingerprint(self.name, dct256(thumbs), clip.frames.times, quality(thumbs))

    def kept(self, fingerprint: Fingerprint) -> Fingerprint:
        """All of it."""
        return fingerprint


def dct256(thumbs: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Codes, shape (n, 32), of thumbnails, shape (n, 64, 64)."""
    basis = _basis()
    low = (basis @ thumbs @ basis.T).reshape(-1, LOW * LOW)
    bits = low > np.median(low, axis=1, keepdims=True)
    return np.packbits(bits, axis=1)


def _basis() -> NDArray[np.float64]:
    """Rows 1 … 16 of the 64-point DCT-II."""
    k = np.arange(1, LOW + 1)[:, None]
    basis: NDArray[np.float64] = np.cos(np.pi / SIDE * (np.arange(SIDE) + 0.5) * k)
    return basis
