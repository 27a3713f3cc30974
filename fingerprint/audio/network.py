"""The network that a learned fingerprint of sound is made with, as it is used: five matrix products
of whole numbers.

Weights are of 8 bits and what a layer gives is of 6, so no sum reaches 2**24: float32 holds each
one without an error, in whatever order a machine adds. What follows a product is done number by
number. So every machine gives the same bits for the same relief.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.moments import AROUND, ROOTS, SAMPLES
from fingerprint.audio.relief import BANDS, STEPS

WEIGHTS = "learned-1.npz"
BITS = 128  # that are learned, beside those of an outline
MOST = 63  # that a layer gives
FINEST = 127  # steps of what the last one gives, to either side
EXACT = 2**24  # to which float32 holds all whole numbers
HALF = SAMPLES // 2
# Rows that the layers between the first and the last see side by side, and how many they go on by.
SEEN = ((3, 1), (4, 2), (5, 1))

F32 = NDArray[np.float32]
I8 = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Layer:
    """A matrix product, and what is made of each of its outputs."""

    weights: F32  # (seen, given) whole numbers
    factor: F32  # (given,)
    shift: F32  # (given,)

    def __post_init__(self) -> None:
        if float(np.abs(self.weights).sum(axis=0).max()) * MOST >= EXACT:
            raise ValueError("the weights of a layer are too great for exact sums")

    def given(self, x: F32) -> F32:
        """Outputs before they are rounded, shape (n, given), of rows, shape (n, seen)."""
        return np.asarray((x @ self.weights) * self.factor + self.shift)


@dataclass(frozen=True, slots=True)
class Network:
    """Slots to a vector for each moment."""

    layers: tuple[Layer, ...]

    def vectors(self, slots: I8) -> I8:
        """How each bit of an outline, and each that was learned, is likely to be, shape (n, BANDS +
        BITS), above zero where it is raised; of slots, shape (n + 2 * AROUND, SAMPLES, BANDS)."""
        first, *middle, last = self.layers
        heard = ROOTS[slots + STEPS]
        x = _rounded(first.given(heard.reshape(-1, HALF * BANDS)))
        for layer, (size, step) in zip(middle, SEEN, strict=True):
            x = _rounded(layer.given(_unfolded(x, size, step)))
        own = heard[AROUND:-AROUND].reshape(len(x), -1)
        given = last.given(np.concatenate([x, own], axis=1))
        return np.asarray(np.clip(np.rint(given), -FINEST, FINEST), np.int8)


@cache
def network() -> Network:
    """The one whose weights are shipped."""
    with (files("fingerprint.audio") / WEIGHTS).open("rb") as file:
        return of_arrays(dict(np.load(file, allow_pickle=False)))


def of_arrays(arrays: dict[str, NDArray[np.generic]]) -> Network:
    """A network of its arrays: `weights0` (int8), `factor0`, `shift0` (float32), and so on."""
    layers = [
        Layer(
            np.ascontiguousarray(arrays[f"weights{i}"].T.astype(np.float32)),
            arrays[f"factor{i}"].astype(np.float32),
            arrays[f"shift{i}"].astype(np.float32),
        )
        for i in range(len(SEEN) + 2)
    ]
    return Network(tuple(layers))


def _rounded(x: F32) -> F32:
    return np.asarray(np.rint(np.clip(x, 0, MOST)))


def _unfolded(x: F32, size: int, step: int) -> F32:
    """Runs of rows side by side, shape ((n - size) // step + 1, size * c), of (n, c)."""
    count = (len(x) - size) // step + 1
    return np.concatenate([x[i : i + step * (count - 1) + 1 : step] for i in range(size)], axis=1)
