"""Pairs to learn from: a picture as a reference shows it, and as a hostile copy does.

What is drawn hangs on the seed, the number of the step and the place in the batch alone, so that
training that was stopped goes on as if it had not been.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from training.scenes import scene
from training.view_geometry import SIDE, copied, laid, nearly_whole
from training.view_light import HOSTILE, MILD, spoiled, tone

U8 = NDArray[np.uint8]
I64 = NDArray[np.int64]
Rng = np.random.Generator
# What is around a copy that does not fill its view: another picture, itself out of focus, or black.
ANOTHER, ITSELF, BLACK = 0.55, 0.1, 0.25


def batch(luma: U8, ground: I64, seed: int, step: int) -> tuple[U8, U8]:
    """References and copies, shape (b, 128, 128) each, of scenes on those grounds."""
    rngs = [np.random.default_rng([seed, step, i]) for i in range(len(ground))]
    scenes = [scene(luma, i, ground, rng) for i, rng in enumerate(rngs)]
    references = [reference(one, rng) for one, rng in zip(scenes, rngs, strict=True)]
    copies = [
        copy(one, luma[int(rng.integers(len(luma)))], rng)
        for one, rng in zip(scenes, rngs, strict=True)
    ]
    return np.stack(references), np.stack(copies)


def reference(picture: U8, rng: Rng) -> U8:
    """A view, shape (128, 128), of nearly the whole picture, hardly altered."""
    black = np.zeros((SIDE, SIDE), np.uint8)
    return spoiled(laid(picture, nearly_whole(rng), black), MILD, rng)


def copy(picture: U8, other: U8, rng: Rng) -> U8:
    """A view, shape (128, 128), of a hostile copy of the picture."""
    view = laid(picture, copied(rng), _around(picture, other, rng))
    return spoiled(view, HOSTILE, rng)


def _around(picture: U8, other: U8, rng: Rng) -> U8:
    draw = rng.random()
    if draw < ANOTHER:
        view = laid(other, nearly_whole(rng), np.zeros((SIDE, SIDE), np.uint8))
        return tone(view, rng)
    if draw < ANOTHER + ITSELF:
        coarse = picture[::16, ::16].repeat(SIDE // 16, 0).repeat(SIDE // 16, 1)
        return np.ascontiguousarray(coarse)
    level = 0 if draw < ANOTHER + ITSELF + BLACK else int(rng.integers(256))
    return np.full((SIDE, SIDE), level, np.uint8)
