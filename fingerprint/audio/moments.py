"""What a learned fingerprint of sound sees: the relief about each moment, in slots.

A slot is as long as it is from one moment to the next, 208 ms, and is seen in six samples of 120
bands. Where a suspect is thought to play a reference at another speed and pitch, it is seen as the
reference would have been: at times and in bands that are moved.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.relief import BANDS, OUTLINE_EVERY, RELIEF_S, STEPS, cells_of_bands
from fingerprint.audio.spectrum import HOP, RATE

SLOT_S = OUTLINE_EVERY * HOP / RATE
SAMPLES = 6  # to the slot
AROUND = 3  # slots that are seen on either side of a moment's own
LEVELS = np.arange(-STEPS, STEPS + 1)
# Of each step of a relief, so that what is loud does not rule: whole numbers to 21.
ROOTS = np.rint(8 * np.sign(LEVELS) * np.sqrt(np.abs(LEVELS))).astype(np.float32)

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I64 = NDArray[np.int64]


def sample_times(moments: F64) -> F64:
    """When the slots of moments that follow each other, and those around them, are seen, in seconds
    of the reference, shape (slots * SAMPLES,)."""
    slots = moments[0] + np.arange(-AROUND, len(moments) + AROUND) * SLOT_S
    within = (np.arange(SAMPLES) - (SAMPLES - 1) / 2) / SAMPLES * SLOT_S
    return np.asarray((slots[:, None] + within).ravel())


def rows_at(times: F64, first_s: float) -> I64:
    """The rows of a relief that are nearest to these times, shape (n,), inside it or not; its own
    first row is at `first_s`."""
    return np.asarray(np.rint((times - first_s) / RELIEF_S), np.int64)


def seen_in(steps: I8, rows: I64) -> I8:
    """These rows of a relief, shape (n, bands); zero where it has none."""
    there = (rows >= 0) & (rows < len(steps))
    seen = np.zeros((len(rows), steps.shape[1]), np.int8)
    seen[there] = steps[rows[there]]
    return seen


def bands_of(steps: I8, rows: I64, raised: int = 0) -> I8:
    """The bands of a relief, shape (n, COUNT), in these of its rows, shape (len(rows), BANDS), so
    many cells higher than they are; zero where nothing was heard."""
    cells, heard = cells_of_bands(raised)
    bands = np.zeros((len(rows), BANDS), np.int8)
    bands[:, heard] = seen_in(steps, rows)[:, cells[heard]]
    return bands
