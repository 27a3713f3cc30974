"""Where a suspect's spectral peaks lie, as a map that a reference's peaks are looked up in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation  # type: ignore[attr-defined]  # named at run time

from fingerprint.audio.landmark import decode, ranks_of
from fingerprint.audio.ridges import BINS, bin_of, unpacked
from fingerprint.scheme import Fingerprint
from matchers.alignment import Line
from matchers.outlining import Relief
from media.clip import Span

FRAME_S = 0.016
CELLS = 48  # to the octave
OCTAVES = 6
# Cells and frames around a peak that count as found; the middle last, so that it wins.
NEIGHBOURS = sorted(((f, c) for f in (-1, 0, 1) for c in (-1, 0, 1)), key=lambda at: at == (0, 0))
HEARD = (0.1, 5.3)  # octaves above 100 Hz between which a suspect can have peaks at all

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bits = NDArray[np.bool_]
T = TypeVar("T", np.int32, np.bool_)


@dataclass(frozen=True, slots=True)
class Peaks:
    """Peaks in order of time."""

    times: F64  # (n,) seconds
    octaves: F64  # (n,) above 100 Hz
    ranks: I64  # (n,) 0 for the strongest of a band and second

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> Peaks:
        """The peaks of a fingerprint."""
        return cls(fingerprint.times, decode(fingerprint.codes), ranks_of(fingerprint))

    def take(self, which: Bits | I64 | slice) -> Peaks:
        """Those selected by a mask, by positions or by a slice."""
        return Peaks(self.times[which], self.octaves[which], self.ranks[which])

    def within(self, span: Span) -> Peaks:
        """Those from start to end, the end included."""
        first = np.searchsorted(self.times, span.start_s)
        last = np.searchsorted(self.times, span.end_s, side="right")
        return self.take(slice(first, last))

    def along(self, line: Line) -> Peaks:
        """Peaks of a reference where a line says that the suspect has them."""
        hypothesis = line.hypothesis
        times = (self.times - line.offset_s) / hypothesis.speed
        return Peaks(times, self.octaves + hypothesis.pitch_octaves, self.ranks)

    def slid(self, by_s: F64 | float, by_octaves: F64 | float) -> Peaks:
        """All peaks under each slide. What a slide leaves as it is has one row, so that it is
        looked at once: (slides, n) or (1, n)."""
        times = np.add.outer(np.atleast_1d(by_s), self.times)
        octaves = np.add.outer(np.atleast_1d(by_octaves), self.octaves)
        return Peaks(times, octaves, self.ranks[None])


@dataclass(frozen=True, slots=True)
class Map:
    """The neighbourhoods of a suspect's peaks in one window, as a map of frames x cells."""

    window: Span
    peaks: Peaks
    # Both with a border in which nothing is, where all lies that is outside:
    nearest: I32  # (frames + 2, cells + 2) the peak in whose neighbourhood each cell is, or -1
    ridges: Bits  # (frames + 2, bins + 2) near which a ridge is
    relief: Relief | None  # of the window

    @classmethod
    def of(
        cls,
        window: Span,
        suspect: Fingerprint,
        ridges: Fingerprint | None = None,
        relief: Fingerprint | None = None,
    ) -> Map:
        """The map of a suspect's peaks inside a window, of its ridges and relief if known."""
        peaks = Peaks.of(suspect)
        frames = int(window.duration_s / FRAME_S) + 2
        nearest = np.full((frames, OCTAVES * CELLS), -1, np.int32)
        frame = _frames(peaks.times, window)
        cell = np.rint(peaks.octaves * CELLS).astype(np.int64)
        for df, dc in NEIGHBOURS:
            at = np.clip(frame + df, 0, frames - 1), np.clip(cell + dc, 0, OCTAVES * CELLS - 1)
            nearest[at] = np.arange(len(frame))
        known = Relief.of(relief) if relief is not None and len(relief) else None
        near = _near(ridges, window, frames)
        return cls(window, peaks, np.pad(nearest, 1, constant_values=-1), np.pad(near, 1), known)

    def covers(self, peaks: Peaks) -> Bits:
        """Which peaks lie where the suspect could have had one, shape (n,), or (slides, n)."""
        (start_s, end_s), (low, high) = (self.window.start_s, self.window.end_s), HEARD
        in_time = (peaks.times >= start_s) & (peaks.times <= end_s)
        return np.asarray(in_time & ((peaks.octaves >= low) & (peaks.octaves < high)))

    def partner(self, peaks: Peaks) -> I32:
        """The suspect's peak in whose neighbourhood each peak lies, or -1, shape (n,), or
        (slides, n)."""
        cell = np.rint(peaks.octaves * CELLS).astype(np.int64)
        return _looked_up(self.nearest, _frames(peaks.times, self.window), cell)

    def has_ridge(self, peaks: Peaks) -> Bits:
        """Whether a ridge of the suspect passes by each peak, shape (n,), or (slides, n)."""
        return _looked_up(self.ridges, _frames(peaks.times, self.window), bin_of(peaks.octaves))


def _frames(times: F64, window: Span) -> I64:
    """The rows of a map of a window that times lie in, from within its border; may lie outside."""
    return np.rint((times - window.start_s) / FRAME_S).astype(np.int64)


def _looked_up(bordered: NDArray[T], rows: I64, columns: I64) -> NDArray[T]:
    """What a map with a border holds in rows and columns that count from within it."""
    high, wide = bordered.shape
    at = np.clip(rows, -1, high - 2) * wide + np.clip(columns, -1, wide - 2)
    at += wide + 1
    found: NDArray[T] = bordered.ravel().take(at)
    return found


def _near(ridges: Fingerprint | None, window: Span, frames: int) -> Bits:
    """Where a ridge is within one frame and one bin, shape (frames, bins)."""
    there = np.zeros((frames, BINS), bool)
    if ridges is None:
        return there
    frame = _frames(ridges.times, window)
    there[np.clip(frame, 0, frames - 1)] = unpacked(ridges.codes)
    return np.asarray(binary_dilation(there, np.ones((3, 3), bool)))
