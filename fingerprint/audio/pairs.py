"""Hash keys of landmark pairs: what the postings index stores, and what a suspect looks up.

A key says how two peaks lie to each other: the frequency of the earlier one, the interval between
them, and the time between them. The frequency cell is coarse, for a hypothesis on the pitch is
never quite right; interval and delay hardly depend on it and are fine. References store few pairs a
peak, exactly quantised. A suspect looks up more pairs, and for each also the neighbouring keys
whose cell is nearly as close, so that a peak shifted by a codec or a slightly different speed
still finds its partner.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

REFERENCE_FAN_OUT = 3
DT_MIN_S, DT_MAX_S = 0.06, 0.6
INTERVAL_MAX = 1.0  # octaves …
ROUNDING = 1 / 1024  # … and what floats make of it
FREQUENCY_CELL = 1 / 24  # octaves: half a semitone
INTERVAL_CELL = 1 / 48  # octaves: a quarter tone
DELAY_CELL_S = 0.024
PROBE_EDGE = 0.2  # a neighbour is probed when the value lies this near to its cell (in cells)

# Cells of each coordinate, from the lowest band edge to the highest, one neighbour on each side.
LOWEST, FREQUENCIES = 2, 126
INTERVALS = 2 * round(INTERVAL_MAX / INTERVAL_CELL) + 3
DELAYS = round(DT_MAX_S / DELAY_CELL_S) + 2
KEYS = FREQUENCIES * INTERVALS * DELAYS

F64 = NDArray[np.float64]
U32 = NDArray[np.uint32]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys and the times of their anchors."""

    keys: U32  # (n,) below KEYS
    times: F64  # (n,) seconds


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of peaks, each an anchor and a later target."""

    octaves: F64  # (n,) of the anchor, above 100 Hz
    intervals: F64  # (n,) octaves from anchor to target
    times: F64  # (n,) seconds, of the anchor
    delays: F64  # (n,) seconds from anchor to target

    @classmethod
    def of(cls, octaves: F64, times: F64, fan_out: int, stretch: float = 1.0) -> Pairs:
        """The first `fan_out` later peaks in each peak's zone, peaks in order of time; `stretch`
        widens the zone, for a suspect that may be slower than its reference."""
        anchor, target = _choose(octaves, times, fan_out, stretch)
        return cls(
            octaves[anchor],
            octaves[target] - octaves[anchor],
            times[anchor],
            times[target] - times[anchor],
        )


def reference_keys(octaves: F64, times: F64) -> Keys:
    """The keys to store for peaks in order of time."""
    pairs = Pairs.of(octaves, times, REFERENCE_FAN_OUT)
    cells = np.rint(_coordinates(pairs, 1.0, 0.0)).astype(np.int64)
    kept = _inside(cells)
    return Keys(_pack(cells[kept]), pairs.times[kept])


def query_keys(pairs: Pairs, speed: float = 1.0, pitch_octaves: float = 0.0) -> Keys:
    """The keys to look up for a suspect's pairs, neighbours included, if it plays `speed` times as
    fast as its reference and `pitch_octaves` higher; times stay the suspect's."""
    exact = _coordinates(pairs, speed, pitch_octaves)
    home = np.rint(exact)
    cells, owner = home.astype(np.int64), np.arange(len(home))
    for axis in range(3):
        lean = (exact - home)[owner, axis]  # -0.5 … 0.5: which neighbour is near, and how near
        near = np.flatnonzero(np.abs(lean) > 0.5 - PROBE_EDGE)
        beside = cells[near]
        beside[:, axis] += np.sign(lean[near]).astype(np.int64)
        cells, owner = np.concatenate([cells, beside]), np.concatenate([owner, owner[near]])
    kept = _inside(cells)
    return Keys(_pack(cells[kept]), pairs.times[owner[kept]])


def _choose(octaves: F64, times: F64, fan_out: int, stretch: float) -> tuple[I64, I64]:
    """Positions of anchors and targets."""
    n = len(times)
    taken = np.zeros(n, np.int64)
    anchors, targets = [], []
    for step in range(1, n):
        delay = times[step:] - times[:-step]
        open_ = (delay <= DT_MAX_S * stretch) & (taken[:-step] < fan_out)
        if not open_.any():
            break
        interval = np.abs(octaves[step:] - octaves[:-step])
        is_target = (delay >= DT_MIN_S / stretch) & (interval <= INTERVAL_MAX + ROUNDING)
        chosen = np.flatnonzero(open_ & is_target)
        taken[chosen] += 1
        anchors.append(chosen)
        targets.append(chosen + step)
    none = np.empty(0, np.int64)
    return np.concatenate([none, *anchors]), np.concatenate([none, *targets])


def _coordinates(pairs: Pairs, speed: float, pitch_octaves: float) -> F64:
    """Cell coordinates in the reference, shape (n, 3): anchor frequency, interval, delay."""
    return np.stack(
        [
            (pairs.octaves - pitch_octaves) / FREQUENCY_CELL - LOWEST,
            pairs.intervals / INTERVAL_CELL + INTERVALS // 2,
            pairs.delays * speed / DELAY_CELL_S,
        ],
        axis=1,
    )


def _inside(cells: I64) -> NDArray[np.bool_]:
    """Which cells have a key."""
    frequency, interval, delay = cells.T
    return np.asarray(
        (frequency >= 0)
        & (frequency < FREQUENCIES)
        & (interval >= 0)
        & (interval < INTERVALS)
        & (delay >= 0)
        & (delay < DELAYS)
    )


def _pack(cells: I64) -> U32:
    frequency, interval, delay = cells.T
    return np.asarray((frequency * INTERVALS + interval) * DELAYS + delay, np.uint32)
