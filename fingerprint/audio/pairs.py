"""Hash keys of landmark pairs: what the postings index stores, and what a suspect looks up.

A key says how two peaks lie to each other: the frequency of the earlier one, the interval between
them, and the time between them. References store few pairs a peak, exactly quantised. A suspect
looks up more pairs, and for each also the neighbouring keys whose cell is nearly as close, so that
a peak shifted by a codec or a slightly different speed still finds its partner.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

REFERENCE_FAN_OUT = 4
QUERY_FAN_OUT = 8
DT_MIN_S, DT_MAX_S = 0.06, 1.5
INTERVAL_MAX = 1.0  # octaves
FREQUENCY_CELL = 1 / 24  # octaves: half a semitone
TIME_CELL_S = 0.040
PROBE_EDGE = 0.30  # a neighbour is probed when the value lies this near to its cell (in cells)

INTERVALS = 2 * round(INTERVAL_MAX / FREQUENCY_CELL) + 3
DELAYS = round(DT_MAX_S / TIME_CELL_S) + 3

F64 = NDArray[np.float64]
U32 = NDArray[np.uint32]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys and the times of their anchors."""

    keys: U32  # (n,)
    times: F64  # (n,) seconds


def reference_keys(octaves: F64, times: F64) -> Keys:
    """The keys to store for peaks in order of time."""
    anchor, target = _pairs(octaves, times, REFERENCE_FAN_OUT)
    cells = np.rint(_coordinates(octaves, times, anchor, target)).astype(np.int64)
    return Keys(_pack(cells), times[anchor])


def query_keys(octaves: F64, times: F64) -> Keys:
    """The keys to look up for peaks in order of time, neighbours included."""
    anchor, target = _pairs(octaves, times, QUERY_FAN_OUT)
    exact = _coordinates(octaves, times, anchor, target)
    home = np.rint(exact)
    lean = exact - home  # -0.5 … 0.5: which neighbour is near, and how near
    side = np.sign(lean).astype(np.int64)
    near = np.abs(lean) > 0.5 - PROBE_EDGE
    keys, owners = [], []
    for step in np.ndindex(2, 2, 2):
        probed = np.flatnonzero((near | (np.asarray(step) == 0)).all(axis=1))
        cells = home[probed].astype(np.int64) + side[probed] * np.asarray(step)
        keys.append(_pack(cells))
        owners.append(anchor[probed])
    return Keys(np.concatenate(keys), times[np.concatenate(owners)])


def _pairs(octaves: F64, times: F64, fan_out: int) -> tuple[I64, I64]:
    """Anchors and targets: the first `fan_out` later peaks inside each anchor's zone."""
    n = len(times)
    taken = np.zeros(n, np.int64)
    anchors, targets = [], []
    for step in range(1, n):
        first = np.arange(n - step)
        delay = times[step:] - times[:-step]
        open_ = (delay <= DT_MAX_S) & (taken[:-step] < fan_out)
        if not open_.any():
            break
        interval = np.abs(octaves[step:] - octaves[:-step])
        chosen = first[open_ & (delay >= DT_MIN_S) & (interval <= INTERVAL_MAX)]
        taken[chosen] += 1
        anchors.append(chosen)
        targets.append(chosen + step)
    none = np.empty(0, np.int64)
    return np.concatenate([none, *anchors]), np.concatenate([none, *targets])


def _coordinates(octaves: F64, times: F64, anchor: I64, target: I64) -> F64:
    """Cell coordinates, shape (n, 3): anchor frequency, interval, delay."""
    return np.stack(
        [
            octaves[anchor] / FREQUENCY_CELL,
            (octaves[target] - octaves[anchor]) / FREQUENCY_CELL,
            (times[target] - times[anchor]) / TIME_CELL_S,
        ],
        axis=1,
    )


def _pack(cells: I64) -> U32:
    frequency = np.maximum(cells[:, 0] + 1, 0)  # a probe may step below the lowest cell
    interval = cells[:, 1] + INTERVALS // 2
    return ((frequency * INTERVALS + interval) * DELAYS + cells[:, 2]).astype(np.uint32)
