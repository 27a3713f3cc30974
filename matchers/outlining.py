"""How well the outline that is kept of a reference lies on the relief of a suspect.

Peaks say where a sound is loudest. An outline says, band by band, whether it stands over its
neighbours in pitch or not, which a room, and an excerpt of a second, leave as it was. A band agrees
the more, the further the suspect stands out on the side that the reference says. As for peaks, what
agrees by accident is measured on the pair: the same bits slid in time and in pitch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.relief import (
    BANDS,
    CELLS,
    COUNT,
    FIRST_BAND,
    RELIEF_EVERY,
    STEP,
    STEPS,
    signs,
    unpacked,
)
from fingerprint.audio.spectrum import HOP, RATE
from fingerprint.scheme import Fingerprint
from matchers.alignment import Line
from matchers.decoys import PITCH_DECOYS_OCTAVES, TIME_DECOYS_S
from media.clip import Span

RELIEF_S = RELIEF_EVERY * HOP / RATE
TRUST = (0.6, 2.0, 5.0)  # log odds of a bit for each nat that a suspect stands out
WORTH = 0.2  # of a bit, which is not independent of its neighbours and of peaks
SHARED_SLIDES = 4.0  # that the agreement of all bands is worth beside the slides of one

F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a reference."""

    times: F64  # (n,) seconds
    signs: I8  # (n, BANDS) 1 where a band is raised, -1 elsewhere

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> Outline:
        """The outline that a fingerprint holds."""
        return cls(fingerprint.times, signs(fingerprint.codes))

    def seen_in(self, window: Span, line: Line) -> Outline:
        """The part that a line puts into a window of the suspect."""
        ends = line.reference_time(np.array([window.start_s, window.end_s]))
        first, end = np.searchsorted(self.times, ends)
        return Outline(self.times[first:end], self.signs[first:end])


@dataclass(frozen=True, slots=True)
class Relief:
    """The relief of a suspect."""

    times: F64  # (n,) seconds
    steps: I8  # (n, COUNT)

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> Relief:
        """The relief that a fingerprint holds."""
        return cls(fingerprint.times, unpacked(fingerprint.codes))

    def frame(self, times: F64) -> I64:
        """The nearest frame to each time; those outside take the last on their side."""
        at = np.rint((times - self.times[0]) / RELIEF_S).astype(np.int64)
        return np.asarray(np.clip(at, 0, len(self.times) - 1))


def agreement(relief: Relief, window: Span, outline: Outline, line: Line) -> F64:
    """Nats of each moment of an outline along a line, shape (len(TRUST), moments)."""
    times = (outline.times - line.offset_s) / line.hypothesis.speed
    cells = FIRST_BAND + 2 * np.arange(BANDS) + round(line.hypothesis.pitch_octaves * CELLS)
    heard = _inside(cells)
    cells, bits = cells[heard], outline.signs[:, heard]
    if not len(times) or not len(cells) or not len(relief.times):
        return np.zeros((len(TRUST), len(times)))
    here = _agreeing(relief.steps[relief.frame(times)][:, cells], bits)
    in_time = _slid_in_time(relief, window, times, cells, bits)
    in_pitch = _slid_in_pitch(relief, times, cells, bits)
    by_accident = np.maximum(1.0, np.maximum(in_time, in_pitch))
    return np.asarray(WORTH * np.log(here / by_accident).sum(axis=2))


def _slid_in_time(relief: Relief, window: Span, times: F64, cells: I64, bits: I8) -> F64:
    slid = np.add.outer(TIME_DECOYS_S, times)
    there = (slid >= window.start_s) & (slid <= window.end_s)
    steps = relief.steps[relief.frame(slid)[..., None], cells]
    return _mean(steps, bits, np.broadcast_to(there[..., None], steps.shape))


def _slid_in_pitch(relief: Relief, times: F64, cells: I64, bits: I8) -> F64:
    slid = np.add.outer(np.rint(PITCH_DECOYS_OCTAVES * CELLS).astype(np.int64), cells)
    there = _inside(slid)
    steps = relief.steps[relief.frame(times)][:, np.clip(slid, 0, COUNT - 1)].swapaxes(0, 1)
    return _mean(steps, bits, np.broadcast_to(there[:, None], steps.shape))


def _inside(cells: I64) -> NDArray[np.bool_]:
    return (cells >= 0) & (cells < COUNT)


def _mean(steps: I8, bits: I8, there: NDArray[np.bool_]) -> F64:
    """The mean agreement over slides, shape (len(TRUST), moments, bands), drawn towards that of
    all bands; of steps and of which of them count, shapes (slides, moments, bands)."""
    total = _agreeing(np.where(there, steps, np.int8(0)), bits).sum(axis=1)
    # What does not count has no step, and agrees as half of all bits would: by one.
    count = there.sum(axis=0)
    total -= len(there) - count
    overall = (total.sum(axis=(1, 2)) + 1) / (count.sum() + 1)
    shared = SHARED_SLIDES * overall[:, None, None]
    return np.asarray((total + shared) / (count + SHARED_SLIDES))


def _agreeing(steps: I8, bits: I8) -> F64:
    """How much more often than by accident bits agree where a suspect stands out so far, under
    each trust, shape (len(TRUST), ...)."""
    return np.asarray(_AGREEING[:, steps * bits + STEPS])


def _logistic(x: F64) -> F64:
    return np.asarray(1 / (1 + np.exp(-x)))


_AGREEING = 2 * _logistic(np.multiply.outer(TRUST, STEP * np.arange(-STEPS, STEPS + 1)))
