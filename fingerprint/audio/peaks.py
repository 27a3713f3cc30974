"""Spectral peaks: the constellation of local maxima, ranked within each band.

Without ranks by band, speech or a bass line would use up all peaks. The rank of a peak is the
number of stronger peaks of its band within half a second on either side: a rule that does not
depend on where the file was cut. The lower the rank, the surer it survives; a limit on the rank is
a limit on the rate.
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
RANKS = 14  # kept of a suspect: at most so many peaks a band and second
NEAR_FRAMES = 31  # half a second

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Peaks:
    """Peaks in order of frame, then bin."""

    frame: I64  # (n,)
    hertz: NDArray[np.float64]  # (n,) interpolated between bins
    rank: I64  # (n,) 0 for the strongest of its band and second


def find_peaks(spectrum: F32, whitened: F32) -> Peaks:
    """The peaks under rank `RANKS` of a log spectrum, shape (frames, bins), and its whitened
    form."""
    low, high = (int(e * WINDOW / RATE) for e in (BAND_EDGES_HZ[0], BAND_EDGES_HZ[-1]))
    part = whitened[:, low : high + 1]
    is_peak = (part >= MIN_RISE) & (part == maximum_filter(part, NEIGHBOURHOOD, mode="nearest"))
    frame, column = np.nonzero(is_peak)
    bins = column + low
    rank = _ranks(frame, bins, whitened[frame, bins])
    kept = rank < RANKS
    frame, bins = frame[kept], bins[kept]
    return Peaks(frame, _interpolate(spectrum, frame, bins), rank[kept])


def _interpolate(spectrum: F32, frame: I64, bins: I64) -> NDArray[np.float64]:
    """Frequency of the parabola through a peak and its two neighbours, in hertz."""
    left, top, right = (spectrum[frame, bins + d].astype(np.float64) for d in (-1, 0, 1))
    curve = left - 2 * top + right
    shift = np.where(curve < 0, 0.5 * (left - right) / np.minimum(curve, -1e-9), 0.0)
    return np.asarray((bins + np.clip(shift, -0.5, 0.5)) * (RATE / WINDOW))


def _ranks(frame: I64, bins: I64, rise: F32) -> I64:
    """The rank of each peak within its band, shape (n,)."""
    edges = np.asarray(BAND_EDGES_HZ[1:-1]) * (WINDOW / RATE)
    band = np.searchsorted(edges, bins, side="right")
    rank = np.zeros(len(frame), np.int64)
    for b in range(len(edges) + 1):
        members = np.flatnonzero(band == b)
        rank[members] = _stronger(frame[members], rise[members])
    return rank


def _stronger(frame: I64, rise: F32) -> I64:
    """How many peaks within NEAR_FRAMES of each are stronger (earlier wins a tie)."""
    stronger = np.zeros(len(frame), np.int64)
    for step in range(1, len(frame)):
        near = frame[step:] - frame[:-step] <= NEAR_FRAMES
        if not near.any():
            break
        later_wins = rise[step:] > rise[:-step]
        stronger[:-step] += near & later_wins
        stronger[step:] += near & ~later_wins
    return stronger
