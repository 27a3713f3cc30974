"""Lanczos downscaling of 8-bit luma, bit-equal to Pillow's, for a whole batch at once.

Pillow resizes 8-bit images in two passes, rows then columns (or the other
way round where much more height is lost than width), with weights rounded to 22-bit fixed
point and the sum of each pass rounded and clipped to 8 bits. Here each pass is a float32 matrix
product over the few columns that a band of outputs can reach; the rare sums that fall too near
to a rounding edge for float32 to tell are made again in float64, where they are exact (no partial
sum reaches 2**53). So the result is Pillow's to the bit, whatever the order of summation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

ONE = 1 << 22  # 1.0 in Pillow's fixed point: 32 bits less 8 of the sample less 2 of head room
SUPPORT = 3.0  # lobes of the Lanczos window
BAND = 16  # outputs that share one product
# Worst float32 error of a sum of 512 products: 512 x 2**-24 x Σ|weight| x 255 < 0.012.
EDGE = 0.012
BATCH = 16  # frames a pass; more would leave the processor's cache


@dataclass(frozen=True, slots=True)
class _Band:
    outputs: slice
    inputs: slice
    exact: NDArray[np.float64]  # (outputs, inputs) integers
    fast: NDArray[np.float32]  # (inputs, outputs) the same over ONE


def lanczos(luma: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Resize frames of shape (n, h, w) to (n, height, width).

    >>> lanczos(np.full((1, 90, 160), 7, np.uint8), 2, 3).tolist()
    [[[7, 7, 7], [7, 7, 7]]]
    """
    out = np.empty((len(luma), height, width), np.uint8)
    for i in range(0, len(luma), BATCH):
        part = luma[i : i + BATCH]
        if _columns_first(luma.shape, height, width):
            out[i : i + BATCH] = _resize_last(_resize_height(part, height), width)
        else:
            out[i : i + BATCH] = _resize_height(_resize_last(part, width), height)
    return out


def _columns_first(shape: tuple[int, ...], height: int, width: int) -> bool:
    """Whether so much more height than width goes that Pillow, from 13 on, begins with it."""
    return shape[1] - height > max(0, 2 * (shape[2] - width))


def _resize_height(pixels: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    return _resize_last(pixels.swapaxes(1, 2), size).swapaxes(1, 2)


def _resize_last(pixels: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    if pixels.shape[-1] == size:  # Pillow leaves an axis of the right size alone
        return pixels
    flat = np.ascontiguousarray(pixels).reshape(-1, pixels.shape[-1])
    out = np.empty((len(flat), size), np.uint8)
    for band in _bands(pixels.shape[-1], size):
        out[:, band.outputs] = _band_sums(flat[:, band.inputs], band)
    return out.reshape(*pixels.shape[:-1], size)


def _band_sums(pixels: NDArray[np.uint8], band: _Band) -> NDArray[np.float32]:
    sums = pixels.astype(np.float32) @ band.fast
    sums += np.float32(0.5)
    rounded: NDArray[np.float32] = np.floor(sums)
    row, col = np.nonzero(np.abs(sums - np.rint(sums)) < EDGE)
    exact = np.einsum("ij,ij->i", pixels[row].astype(np.float64), band.exact[col])
    rounded[row, col] = np.floor((exact + ONE / 2) / ONE)
    return rounded.clip(0, 255, out=rounded)


@lru_cache(maxsize=64)
def _bands(size_in: int, size_out: int) -> tuple[_Band, ...]:
    weights = _weights(size_in, size_out)
    return tuple(_band(weights, slice(i, i + BAND)) for i in range(0, size_out, BAND))


def _band(weights: NDArray[np.float64], outputs: slice) -> _Band:
    used = np.flatnonzero(weights[outputs].any(axis=0))
    inputs = slice(int(used[0]), int(used[-1]) + 1)
    exact = np.ascontiguousarray(weights[outputs, inputs])
    return _Band(outputs, inputs, exact, (exact / ONE).T.astype(np.float32))


def _weights(size_in: int, size_out: int) -> NDArray[np.float64]:
    """Fixed-point weights of one pass, shape (size_out, size_in), integers held as float64."""
    scale = size_in / size_out
    stretch = max(scale, 1.0)
    weights = np.zeros((size_out, size_in))
    for i in range(size_out):
        centre = (i + 0.5) * scale
        first = max(int(centre - SUPPORT * stretch + 0.5), 0)
        last = min(int(centre + SUPPORT * stretch + 0.5), size_in)
        taps = _kernel((np.arange(first, last, dtype=np.float64) - centre + 0.5) / stretch)
        scaled = taps / taps.sum() * ONE
        weights[i, first:last] = np.trunc(scaled + np.copysign(0.5, scaled))
    return weights


def _kernel(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.abs(x) < SUPPORT, np.sinc(x) * np.sinc(x / SUPPORT), 0.0)
