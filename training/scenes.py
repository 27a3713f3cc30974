"""Scenes put together of several pictures, as there are few to learn from, and films show more.

A part of each batch are twins: two scenes on one ground with other things in front. They stand for
two moments of one film, and are the hard negatives.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

PLAIN = 0.45  # of the scenes are one picture alone
TWINS = 4  # of so many scenes, one has a twin
MOST = 3  # things in front of an ordinary scene
CROWD, THINGS = (3, 6), (0.3, 0.6)  # of a twin: how many, and how large
SMALL = (0.12, 0.5)
U8 = NDArray[np.uint8]
I64 = NDArray[np.int64]
Rng = np.random.Generator


def grounds(pictures: int, size: int, seed: int, step: int) -> I64:
    """The pictures that the scenes of a step stand on, shape (size,); the last are those of twins.

    Each is the ground of a step once in an epoch, in an order of its own.
    """
    single = size - size // TWINS
    epoch, at = divmod(step, pictures // single)
    shuffled = np.random.default_rng([seed, epoch]).permutation(pictures)
    chosen = shuffled[at * single : (at + 1) * single]
    return np.concatenate([chosen, chosen[: size - single]])


def scene(luma: U8, number: int, ground: I64, rng: Rng) -> U8:
    """The scene of that number in the batch, shape (256, 256)."""
    twins = len(ground) // TWINS
    picture = np.array(luma[ground[number]])
    if number < twins or number >= len(ground) - twins:
        return _peopled(picture, luma, int(rng.integers(*CROWD)), THINGS, rng)
    if rng.random() < PLAIN:
        return picture
    return _peopled(picture, luma, int(rng.integers(1, MOST + 1)), SMALL, rng)


def _peopled(picture: U8, luma: U8, things: int, sizes: tuple[float, float], rng: Rng) -> U8:
    """The picture with so many others in front, each somewhere, into the picture itself."""
    for _ in range(things):
        wide, high = (round(v * len(picture)) for v in rng.uniform(*sizes, 2))
        x, y = int(rng.integers(len(picture) - wide)), int(rng.integers(len(picture) - high))
        other = np.asarray(luma[int(rng.integers(len(luma)))])
        thing = np.asarray(cv2.resize(other, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
        behind = picture[y : y + high, x : x + wide]
        behind[...] = _before(thing, behind, rng.random())
    return picture


def _before(thing: U8, behind: U8, draw: float) -> U8:
    """In front, or printed over it, or shining through."""
    if draw < 0.6:
        return thing
    if draw < 0.8:
        return np.minimum(thing, behind)
    return np.maximum(thing, behind) if draw < 0.9 else (thing // 2 + behind // 2)
