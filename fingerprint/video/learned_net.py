"""What the network of `video-learned-1` computes, as matrix products of numpy alone.

Luma, 128 x 128, is cut into squares of four pixels; four stages of 32, 64, 128 and 256 channels
halve the sides, each with blocks of two convolutions beside a path on which nothing is done; what
is seen anywhere is pooled by a generalised mean of power 3 and made 128 numbers of length 1. The
weights are float16 and come from `python -m training video` (docs/models/video-learned-1.md); sums
are float32. On one machine the same views give the same bits; on others sums may be made in another
order, which moves a number by less than `TOLERANCE`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIDE = 128  # pixels of a view
LENGTH = 128  # numbers of a descriptor
BLOCKS = (1, 2, 2, 1)  # of each stage
PATCH, HALF = 4, 2  # pixels of a square: of the first stage, of the others
POWER, LEAST = 3.0, 1e-3
TOLERANCE = 1e-3
WEIGHTS = "learned-1.npz"
BATCH = 16  # views a pass; more would leave the processor's cache

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
Weights = Mapping[str, F32]


def described(views: U8) -> F32:
    """Unit vectors, shape (n, 128), of views, shape (n, 128, 128), by the shipped weights."""
    return by_weights(views, shipped())


def by_weights(views: U8, weights: Weights) -> F32:
    """The same by other weights, as `read` gives them."""
    parts = [_part(views[i : i + BATCH], weights) for i in range(0, len(views), BATCH)]
    return np.concatenate([np.empty((0, LENGTH), np.float32), *parts])


def read(path: Path) -> Weights:
    """Weights of a file, as float32. Raises OSError or ValueError where it is no such file."""
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}


@lru_cache(maxsize=1)
def shipped() -> Weights:
    """The weights that come with Reelprint, read when they are first asked for."""
    with as_file(files("fingerprint.video") / WEIGHTS) as path:
        return read(path)


def _part(views: U8, weights: Weights) -> F32:
    x: F32 = (views.astype(np.float32) / np.float32(64) - np.float32(2))[..., None]
    at = 0
    for stage, blocks in enumerate(BLOCKS):
        x = np.maximum(_squares(x, HALF if stage else PATCH, weights, at), 0)
        at += 1
        for _ in range(blocks):
            inner = np.maximum(_around(x, weights, at), 0)
            x = np.maximum(x + _around(inner, weights, at + 1), 0)
            at += 2
    pooled = (np.maximum(x, LEAST) ** POWER).mean(axis=(1, 2)) ** (1 / POWER)
    out = pooled @ weights["head.w"] + weights["head.b"]
    return np.asarray(out / np.linalg.norm(out, axis=1, keepdims=True), np.float32)


def _squares(x: F32, side: int, weights: Weights, at: int) -> F32:
    """A convolution whose kernel lies on squares that touch: (n, h, w, c) to (n, h/s, w/s, k)."""
    n, height, width, channels = x.shape
    cut = x.reshape(n, height // side, side, width // side, side, channels).swapaxes(2, 3)
    return _times(cut.reshape(n, height // side, width // side, -1), weights, at)


def _around(x: F32, weights: Weights, at: int) -> F32:
    """A convolution over each place and its eight neighbours; beyond the edges all is 0."""
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    height, width = x.shape[1:3]
    nine = [padded[:, i : i + height, j : j + width] for i in range(3) for j in range(3)]
    return _times(np.concatenate(nine, axis=3), weights, at)


def _times(x: F32, weights: Weights, at: int) -> F32:
    kernel = weights[f"c{at:02}.w"]
    out: F32 = (x.reshape(-1, x.shape[-1]) @ kernel).reshape(*x.shape[:-1], -1)
    return out + weights[f"c{at:02}.b"]
