"""`video-pdq-1`: PDQ, the image hash that hash-sharing programmes exchange, of each frame.

Luma is blurred by a Jarosz filter (two passes of box filters along rows and columns, of half the
width of a 64th of the picture), thinned out to 64 x 64, and transformed by a DCT-II; the 16 x 16
coefficients of frequencies 1 … 16 give one bit each: above their (lower) median or not. Quality is
the sum of steps between neighbours of the 64 x 64, in hundredths of the range, over 90.
Source: Meta, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (2019).

A code is the hash as its 64 hex digits write it: the bit of the highest frequencies first. All is
summed in float32, one term after the other, as other implementations do, so that bits near the
median fall as theirs do: of the same pixels the hashes are the same. The smaller the picture that
is hashed, the more they differ, so the larger of the sampled frames are read: of 257 frames of four
films hashed at 512 pixels the median is 4 bits and 95 % are within 31 of the whole picture's; at
256 it would be 22 bits and 88 %; at its full size it is 0 and none is further than 10, as far as
luma as it was coded differs from that of RGB.

What is shared is a hash without a time, so a match with one is a distance and no evidence here:
`fingerprint.registry.FOR_OTHERS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint, Metric, Modality
from fingerprint.video.thumbnail import MIN_STRUCTURE, structure
from media.clip import Clip

SIDE, LOW = 64, 16
LEAST_PIXELS = 5  # of a side: smaller pictures have no hash
PASSES = 2  # of a box along rows and columns: a tent
GRADIENT_SCALE = 90
PIXELS = 1 << 21  # that are filtered at once
RADIUS_BITS = 31  # within which the field calls two pictures alike
FIELD_QUALITY = 50  # under which the field compares nothing

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Pdq:
    """Scheme `video-pdq-1`: 32 bytes a frame."""

    name: str = "video-pdq-1"
    modality: Modality = "video"
    metric: Metric = "hamming"
    width: int = LOW * LOW // 8

    def fingerprint(self, clip: Clip) -> Fingerprint:
        """One code a frame. Quality is PDQ's, but 0 for noise, which PDQ takes for rich."""
        if clip.detail is None:
            return Fingerprint.empty(self.name, self.width)
        luma = clip.detail.luma
        codes, graded = pdq(luma)
        telling = structure(downsampled(luma).astype(np.float64)) >= MIN_STRUCTURE
        return Fingerprint(self.name, codes, clip.detail.times, np.where(telling, graded, 0))

    def kept(self, fingerprint: Fingerprint) -> Fingerprint:
        """All of it."""
        return fingerprint


def pdq(luma: NDArray[np.uint8] | F32) -> tuple[U8, U8]:
    """Hashes, shape (n, 32), and PDQ's qualities, shape (n,), of luma, shape (n, h, w)."""
    small = downsampled(luma)
    codes = bits_of(coefficients(small))
    codes[_too_small(luma)] = 0
    return codes, quality(small)


def luma_of(rgb: U8) -> F32:
    """Luma as PDQ weighs it, shape (n, h, w), of RGB, shape (n, h, w, 3)."""
    r, g, b = np.moveaxis(rgb.astype(np.float32), -1, 0)
    weighed: F32 = np.float32(0.299) * r + np.float32(0.587) * g + np.float32(0.114) * b
    return weighed


def downsampled(luma: NDArray[np.uint8] | F32) -> F32:
    """The filtered pictures, shape (n, 64, 64); nothing of those that are too small."""
    small = np.zeros((len(luma), SIDE, SIDE), np.float32)
    if _too_small(luma):
        return small
    rows, columns = (_centres(length) for length in luma.shape[1:])
    batch = max(1, PIXELS // (luma.shape[1] * luma.shape[2]))
    for i in range(0, len(luma), batch):
        blurred = _jarosz(luma[i : i + batch].astype(np.float32))
        small[i : i + batch] = blurred[:, rows[:, None], columns]
    return small


def quality(small: F32) -> U8:
    """PDQ's measure, shape (n,), 0 … 100, of filtered pictures."""
    total = np.zeros(len(small), np.int64)
    for axis in (1, 2):
        steps = np.diff(small, axis=axis) * np.float32(100) / np.float32(255)
        total += np.abs(np.trunc(steps)).sum(axis=(1, 2)).astype(np.int64)
    return np.minimum(total // GRADIENT_SCALE, 100).astype(np.uint8)


def coefficients(small: F32) -> F32:
    """The DCT's 16 x 16, shape (n, 16, 16), of filtered pictures."""
    basis = _basis()
    rows = np.zeros((len(small), LOW, SIDE), np.float32)
    for k in range(SIDE):
        rows += basis[:, k, None] * small[:, k, None, :]
    both = np.zeros((len(small), LOW, LOW), np.float32)
    for k in range(SIDE):
        both += rows[:, :, k, None] * basis[:, k]
    return both


def bits_of(low: F32) -> U8:
    """Hashes, shape (n, 32), of coefficients, shape (n, 16, 16)."""
    flat = low.reshape(len(low), LOW * LOW)
    middle = flat.shape[1] // 2 - 1
    median = np.partition(flat, middle, axis=1)[:, middle, None]
    return np.packbits((flat > median)[:, ::-1], axis=1)


def dihedral(low: F32) -> Mapping[str, U8]:
    """Hashes of the same pictures turned and flipped, from their coefficients."""
    odd = np.arange(LOW) % 2 == 1  # of frequencies 2, 4, …: those that a flip leaves as they are
    along, down = (np.where(odd, np.float32(1), np.float32(-1))[shape] for shape in _AXES)
    turned = low.swapaxes(1, 2)
    kinds = {
        "original": low,
        "rotate90": turned * down,
        "rotate180": low * down * along,
        "rotate270": turned * along,
        "flipx": low * down,
        "flipy": low * along,
        "flipplus": turned,
        "flipminus": turned * down * along,
    }
    return {name: bits_of(np.ascontiguousarray(one)) for name, one in kinds.items()}


_AXES = ((None, slice(None)), (slice(None), None))


def _too_small(luma: NDArray[np.uint8] | F32) -> bool:
    return bool(min(luma.shape[1:]) < LEAST_PIXELS)


def _centres(length: int) -> NDArray[np.int64]:
    return ((np.arange(SIDE) + 0.5) * length / SIDE).astype(np.int64)


def _jarosz(pictures: F32) -> F32:
    for _ in range(PASSES):
        pictures = _box(pictures)
        pictures = _box(pictures.swapaxes(1, 2)).swapaxes(1, 2)
    return pictures


def _box(pictures: F32) -> F32:
    """Means of a window along the last axis, which is cut off at the edges. One running sum, as
    rounding goes with its order: a value comes in, then one goes out."""
    length = pictures.shape[-1]
    window = -(-length // (2 * SIDE))
    after, full = (window + 2) // 2 - 1, length - window
    both = np.stack([pictures[..., window:], -pictures[..., :full]], axis=-1)
    last = -pictures[..., full : full + after]
    terms = [pictures[..., :window], both.reshape(*pictures.shape[:-1], 2 * full), last]
    sums = np.cumsum(np.concatenate(terms, axis=-1), axis=-1, dtype=np.float32)
    first = sums[..., after:window]
    middle = sums[..., window + 1 : window + 2 * full : 2]
    counts = [*range(after + 1, window + 1), *[window] * full, *range(window - 1, 0, -1)]
    means = np.concatenate([first, middle, sums[..., window + 2 * full :]], axis=-1)
    found: F32 = np.divide(means, np.array(counts[:length]), dtype=np.float32)
    return found


def _basis() -> F32:
    """Rows 1 … 16 of the 64-point DCT-II, orthonormal."""
    scale = np.float64(np.float32(np.sqrt(2.0 / SIDE)))
    frequency = np.arange(1, LOW + 1, dtype=np.float64)[:, None]
    phase = (np.pi / 2.0 / SIDE) * frequency * (2.0 * np.arange(SIDE) + 1.0)
    found: F32 = (scale * np.cos(phase)).astype(np.float32)
    return found
