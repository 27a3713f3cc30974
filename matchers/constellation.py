"""Where a reference's spectral peaks lie, as a map that a suspect's peaks are looked up in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.landmark import decode
from fingerprint.scheme import Fingerprint
from matchers.alignment import Hypothesis, Line
from media.clip import Span

FRAME_S = 0.016
CELLS = 48  # to the octave
OCTAVES = 6
# Cells and frames around a peak that count as found; the middle last, so that it wins.
NEIGHBOURS = sorted(((f, c) for f in (-1, 0, 1) for c in (-1, 0, 1)), key=lambda at: at == (0, 0))
MARGIN_S = 4.0  # beyond the ends of a line, to slide a suspect in
MAX_SLOPE = 0.018  # by which a line may be turned

F64 = NDArray[np.float64]
Bits = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Peaks:
    """A suspect's peaks, as a hypothesis says that they were in the reference."""

    times: F64  # (n,) suspect seconds
    octaves: F64  # (n,) above 100 Hz, before the pitch was changed

    @classmethod
    def of(cls, fingerprint: Fingerprint, hypothesis: Hypothesis) -> Peaks:
        """The peaks of a fingerprint, with a change of pitch undone."""
        octaves = decode(fingerprint.codes) - hypothesis.pitch_octaves
        return cls(fingerprint.times, octaves)


@dataclass(frozen=True, slots=True)
class Grid:
    """The neighbourhoods of a reference's peaks, as a map of frames × cells."""

    start_s: float
    owner: NDArray[np.int32]  # (frames, cells) the peak near each cell, or -1
    times: F64  # (peaks,) reference seconds
    octaves: F64  # (peaks,) their pitch
    real: Span  # the time in which the reference has peaks

    @classmethod
    def around(cls, reference: Fingerprint, suspect: Peaks, line: Line) -> Grid:
        """The part of the reference that a line may touch, with room to refine and to slide."""
        ends = line.offset_s + line.hypothesis.speed * suspect.times[[0, -1]]
        slack = MARGIN_S + float(ends[1] - ends[0]) * MAX_SLOPE
        start, end = float(ends[0]) - slack, float(ends[1]) + slack
        part = reference.within(Span(start, end))
        octaves = decode(part.codes)
        last = float(reference.times[-1]) if len(reference) else 0.0
        owner = _owners(part.times - start, octaves, int((end - start) / FRAME_S) + 2)
        return cls(start, owner, part.times, octaves, Span(0.0, max(last, 0.0)))

    def found(self, suspect: Peaks, line: Line, slide_s: float = 0.0, slide_cells: int = 0) -> Bits:
        """Which suspect peaks lie in a neighbourhood."""
        return self.partner(suspect, line, slide_s, slide_cells) >= 0

    def partner(
        self, suspect: Peaks, line: Line, slide_s: float = 0.0, slide_cells: int = 0
    ) -> NDArray[np.int32]:
        """The reference peak in whose neighbourhood each suspect peak lies, or -1."""
        times = line.offset_s + slide_s + line.hypothesis.speed * suspect.times
        frame = np.rint((times - self.start_s) / FRAME_S).astype(np.int64)
        cell = np.rint(suspect.octaves * CELLS).astype(np.int64) + slide_cells
        inside = (frame >= 0) & (frame < len(self.owner)) & (cell >= 0) & (cell < OCTAVES * CELLS)
        return np.where(inside, self.owner[frame * inside, cell * inside], -1)

    def covers(self, suspect: Peaks, line: Line) -> Bits:
        """Which suspect peaks lie where the reference runs at all."""
        times = line.offset_s + line.hypothesis.speed * suspect.times
        return np.asarray((times >= self.real.start_s) & (times <= self.real.end_s))


def _owners(times: F64, octaves: F64, frames: int) -> NDArray[np.int32]:
    """The map itself: the peak whose neighbourhood each frame and cell is in, or -1."""
    owner = np.full((frames, OCTAVES * CELLS), -1, np.int32)
    frame = np.rint(times / FRAME_S).astype(np.int64)
    cell = np.rint(octaves * CELLS).astype(np.int64)
    for df, dc in NEIGHBOURS:
        at = np.clip(frame + df, 0, frames - 1), np.clip(cell + dc, 0, OCTAVES * CELLS - 1)
        owner[at] = np.arange(len(times))
    return owner
