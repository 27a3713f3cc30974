"""Clips and comparisons that tests of this room share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from media.clip import Clip, Sound

RATE = 8000


def record(samples: NDArray[np.float64], start_s: float = 0.0) -> Clip:
    sound = Sound(samples.astype(np.float32), RATE, start_s)
    return Clip(sound.span, sound=sound)


def same(a: Fingerprint, b: Fingerprint) -> bool:
    return all(
        np.array_equal(x, y)
        for x, y in ((a.codes, b.codes), (a.times, b.times), (a.quality, b.quality))
    )
