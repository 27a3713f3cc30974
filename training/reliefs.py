"""The relief of all training material, as references have it: in one file, mapped.

Row i of a kind's stretch is of the spectrum's frame `RELIEF_EVERY` * i of that kind's sound, laid
end to end. It depends on no weights, so it is read once for all of training.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.relief import (
    BAND_OCTAVES,
    BANDS,
    RELIEF_EVERY,
    relief_at,
    steps_of,
)
from fingerprint.audio.spectrum import HOP, LOCAL, WINDOW, log_spectrum, whiten
from index.atomic import Growing
from training.waves import FULL_SCALE, I16

RELIEFS = "reliefs.i8"
AT_ONCE = 1500  # rows, 48 s
HOP_OF_ROWS = HOP * RELIEF_EVERY  # samples
AROUND = LOCAL[0] // 2 + 2  # frames on either side that whitening sees, an even number

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]


def load(cache: Path) -> I8:
    """What `read` made, shape (rows, BANDS). Raises OSError when it is not there."""
    return np.memmap(cache / RELIEFS, np.int8, "r").reshape(-1, BANDS)


def read(samples: I16, cache: Path, tick: Callable[[], object] = lambda: None) -> int:
    """Read the relief of all sound into the cache, whole or not at all; returns how many rows there
    are. `tick` is called once in 48 s of sound."""
    count = rows_of(len(samples))
    with Growing(cache / RELIEFS) as out:
        for first in range(0, count, AT_ONCE):
            tick()
            out.append(_rows(samples, first, min(AT_ONCE, count - first)))
        out.finish()
    return count


def rows_of(samples: int) -> int:
    """How many rows there are of so many samples."""
    return max(0, (samples - WINDOW) // HOP_OF_ROWS + 1)


def relief_of(sound: NDArray[np.float32], octaves: F64 = BAND_OCTAVES, first: int = 0) -> I8:
    """Steps of the relief at these log frequencies, shape (rows, n), of every second frame from the
    first one on."""
    whitened = whiten(log_spectrum(sound))[first::RELIEF_EVERY]
    return steps_of(relief_at(whitened, octaves))


def _rows(samples: I16, first: int, count: int) -> I8:
    before = min(AROUND, first * RELIEF_EVERY)
    start = first * HOP_OF_ROWS - before * HOP
    end = (first + count) * HOP_OF_ROWS + AROUND * HOP + WINDOW
    sound = (samples[start:end] / FULL_SCALE).astype(np.float32)
    return relief_of(sound, first=before)[:count]
