"""Where a suspect's spectral peaks lie, as a map that a reference's peaks are looked up in."""

from __future__ import annotations

from dataclasses import dataclass

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
        """All peaks under one slide after the other, (slides * n,)."""
        times = np.add.outer(np.atleast_1d(by_s), self.times)
        octaves = np.add.outer(np.atleast_1d(by_octaves), self.octaves)
        return Peaks(*(a.ravel() for a in np.broadcast_arrays(times, octaves, self.ranks)))


@dataclass(frozen=True, slots=True)
class Map:
    """The neighbourhoods of a suspect's peaks in one window, as a map of frames x cells."""

    window: Span
    peaks: Peaks
    nearest: I32  # (frames, cells) the peak in whose neighbourhood each cell is, or -1
    ridges: Bits  # (frames, bins) near which a ridge is
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
        frame = np.rint((peaks.times - window.start_s) / FRAME_S).astype(np.int64)
        cell = np.rint(peaks.octaves * CELLS).astype(np.int64)
        for df, dc in NEIGHBOURS:
            at = np.clip(frame + df, 0, frames - 1), np.clip(cell + dc, 0, OCTAVES * CELLS - 1)
            nearest[at] = np.arange(len(frame))
        known = Relief.of(relief) if relief is not None and len(relief) else None
        return cls(window, peaks, nearest, _near(ridges, window, frames), known)

    def covers(self, peaks: Peaks) -> Bits:
        """Which peaks lie where the suspect could have had one, shape (n,)."""
        low, high = HEARD
        return np.asarray(
            (peaks.times >= self.window.start_s)
            & (peaks.times <= self.window.end_s)
            & (peaks.octaves >= low)
            & (peaks.octaves < high)
        )

    def partner(self, peaks: Peaks) -> I32:
        """The suspect's peak in whose neighbourhood each peak lies, or -1, shape (n,)."""
        frame = np.rint((peaks.times - self.window.start_s) / FRAME_S).astype(np.int64)
        cell = np.rint(peaks.octaves * CELLS).astype(np.int64)
        frames, cells = self.nearest.shape
        inside = (frame >= 0) & (frame < frames) & (cell >= 0) & (cell < cells)
        return np.where(inside, self.nearest[frame * inside, cell * inside], -1)

    def has_ridge(self, peaks: Peaks) -> Bits:
        """Whether a ridge of the suspect passes where each peak lies, shape (n,)."""
        frame = np.rint((peaks.times - self.window.start_s) / FRAME_S).astype(np.int64)
        at = bin_of(peaks.octaves)
        frames, bins = self.ridges.shape
        inside = (frame >= 0) & (frame < frames) & (at >= 0) & (at < bins)
        return np.asarray(inside & self.ridges[frame * inside, at * inside])


def _near(ridges: Fingerprint | None, window: Span, frames: int) -> Bits:
    """Where a ridge is within one frame and one bin, shape (frames, bins)."""
    there = np.zeros((frames, BINS), bool)
    if ridges is None:
        return there
    frame = np.rint((ridges.times - window.start_s) / FRAME_S).astype(np.int64)
    there[np.clip(frame, 0, frames - 1)] = unpacked(ridges.codes)
    return np.asarray(binary_dilation(there, np.ones((3, 3), bool)))
