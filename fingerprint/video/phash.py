"""`video-phash-1`: the 64-bit DCT perceptual hash, bit-equal to `imagehash.phash`.

The luma is resized to 32 x 32 with a Lanczos window, transformed by a two-dimensional DCT-II, and
each of the 8 x 8 lowest coefficients gives one bit: above their median or not. Bits are packed
row by row, most significant first. Source: Krawetz, "Looks Like It" (2011); the oracle is
`imagehash.phash`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

from fingerprint.scheme import Fingerprint, Metric, Modality
from fingerprint.video.resample import lanczos
from fingerprint.video.thumbnail import quality, thumbnails
from media.clip import Clip

SIDE = 32
LOW = 8
BATCH = 256


@dataclass(frozen=True, slots=True)
class PHash:
    """Scheme `video-phash-1`: 8 bytes a frame."""

    name: str = "video-phash-1"
    modality: Modality = "video"
    metric: Metric = "hamming"
    width: int = LOW * LOW // 8

    def fingerprint(self, clip: Clip) -> Fingerprint:
        """One code a frame; frames that carry no structure get quality 0."""
        if clip.frames is None:
            return Fingerprint.empty(self.name, self.width)
        luma = clip.frames.luma
        return Fingerprint(self.name, phash(luma), clip.frames.times, quality(thumbnails(luma)))

    def kept(self, fingerprint: Fingerprint) -> Fingerprint:
        """All of it."""
        return fingerprint


def phash(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Codes, shape (n, 8), of 8-bit luma, shape (n, h, w)."""
    batches = [_hash_batch(luma[i : i + BATCH]) for i in range(0, len(luma), BATCH)]
    return np.concatenate([np.empty((0, LOW * LOW // 8), np.uint8), *batches])


def _hash_batch(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    pixels = lanczos(luma, SIDE, SIDE).astype(np.float64)
    low = dct(dct(pixels, axis=1)[:, :LOW], axis=2)[:, :, :LOW].reshape(-1, LOW * LOW)
    bits = low > np.median(low, axis=1, keepdims=True)
    return np.packbits(bits, axis=1)
