"""Spectral peaks: the constellation of local maxima, thinned to an even rate in each band.

Without thinning by band, speech or a bass line would use up all peaks. A peak is kept when fewer
than `KEEP` stronger peaks of its band lie within half a second on either side: a rule that does
not depend on where the file was cut.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter  # type: ignore[attr-defined]  # named at run time

from fingerprint.audio.spectrum import RATE, WINDOW

NEIGHBOURHOOD = (9, 7)  # frames x bins in which a peak is the greatest: ±64 ms x ±23 Hz
MIN_RISE = 1.0  # nats over the local mean
BAND_EDGES_HZ = (110.0, 330.0, 640.0, 1100.0, 1800.0, 3700.0)
KEEP = 7  # peaks a band and second
NEAR_FRAMES = 31  # half a second

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Peaks:
    """Peaks in order of frame, then bin."""

    frame: I64  # (n,)
    hertz: NDArray[np.float64]  # (n,) interpolated between bins
    rise: F32  # (n,) nats over the local mean


def find_peaks(spectrum: F32, whitened: F32) -> Peaks:
    """The kept peaks of a log spectrum, shape (frames, bins), and its whitened form."""
    low, high = (int(e * WINDOW / RATE) for e in (BAND_EDGES_HZ[0], BAND_EDGES_HZ[-1]))
    part = whitened[:, low : high + 1]
    is_peak = (part >= MIN_RISE) & (part == maximum_filter(part, NEIGHBOURHOOD, mode="nearest"))
    frame, column = np.nonzero(is_peak)
    bins = column + low
    rise = whitened[frame, bins]
    kept = _thin(frame, bins, rise)
    frame, bins, rise = frame[kept], bins[kept], rise[kept]
    return Peaks(frame, _interpolate(spectrum, frame, bins), rise)


def _interpolate(spectrum: F32, frame: I64, bins: I64) -> NDArray[np.float64]:
    """Frequency of the parabola through a peak and its two neighbours, in hertz."""
    left, top, right = (spectrum[frame, bins + d].astype(np.float64) for d in (-1, 0, 1))
    curve = left - 2 * top + right
    shift = np.where(curve < 0, 0.5 * (left - right) / np.minimum(curve, -1e-9), 0.0)
    return np.asarray((bins + np.clip(shift, -0.5, 0.5)) * (RATE / WINDOW))


def _thin(frame: I64, bins: I64, rise: F32) -> I64:
    """Positions of the peaks that pass the rate limit of their band, ascending."""
    edges = np.asarray(BAND_EDGES_HZ[1:-1]) * (WINDOW / RATE)
    band = np.searchsorted(edges, bins, side="right")
    kept = [
        members[_strong_enough(frame[members], rise[members])]
        for members in (np.flatnonzero(band == b) for b in range(len(edges) + 1))
    ]
    return np.sort(np.concatenate(kept))


def _strong_enough(frame: I64, rise: F32) -> NDArray[np.bool_]:
    """Whether fewer than KEEP peaks within NEAR_FRAMES are stronger (earlier wins a tie)."""
    stronger = np.zeros(len(frame), np.int64)
    for step in range(1, len(frame)):
        near = frame[step:] - frame[:-step] <= NEAR_FRAMES
        if not near.any():
            break
        later_wins = rise[step:] > rise[:-step]
        stronger[:-step] += near & later_wins
        stronger[step:] += near & ~later_wins
    return stronger < KEEP
