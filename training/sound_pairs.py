"""Batches for a network of sound: excerpts that were spoiled, and where they are from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.moments import (
    AROUND,
    SAMPLES,
    SLOT_S,
    bands_of,
    rows_at,
    sample_times,
)
from fingerprint.audio.relief import BANDS, CELL_OCTAVES, CELLS
from fingerprint.audio.spectrum import RATE, WINDOW
from training.reliefs import relief_of
from training.spoiling import Rng, at_speed, drawn_octaves, spoiled
from training.waves import FULL_SCALE, Wave, Waves

LENGTHS_S = (1.0, 1.5, 2.0, 3.0, 4.5, 6.0)
BESIDES_S = 1.5  # that an excerpt counts besides its length
BESIDE = 12  # slots of the reference before and after, which the moments are told apart from
RUN_S = {"music": 0.0, "speech": 120.0, "noise": 120.0}  # of files end to end; music by itself
SPEECH = 0.6  # speech to music
NOISES = 0.25  # of what is put on top
FIRST_S = WINDOW / 2 / RATE  # of the first row of a relief, from where its sound starts
ROOM_S = 15.0  # of sound that a stretch must have at least

I8 = NDArray[np.int8]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
F32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Batch:
    """B excerpts of M moments, and the references about them, of R = M + 2 * BESIDE moments."""

    suspects: I8  # (B, M + 2 * AROUND, SAMPLES, BANDS)
    references: I8  # (B, R + 2 * AROUND, SAMPLES, BANDS)
    outlines: I8  # (B, R, BANDS) 1 or -1, and 0 where a band is level


@dataclass(frozen=True, slots=True)
class Material:
    """What is drawn from."""

    waves: Waves
    reliefs: I8  # (rows, BANDS), of all waves end to end
    stretches: I64  # (n, 2) first sample and end, of music and speech
    weights: F64  # (n,) of stretches, one in all
    others: I64  # (m, 2) stretches of what is put on top as well

    @classmethod
    def of(cls, waves: Waves, reliefs: I8) -> Material:
        """All that these waves hold."""
        music, speech, noise = (
            _runs([wave for wave in waves.list if wave.kind == kind], run_s)
            for kind, run_s in RUN_S.items()
        )
        weights = np.concatenate([_shares(music), SPEECH * _shares(speech)])
        stretches = np.concatenate([music, speech])
        return cls(waves, reliefs, stretches, weights / weights.sum(), noise)

    def batch(self, rng: Rng, seconds: float) -> Batch:
        """Excerpts of one length, in all about so long."""
        length_s = float(rng.choice(LENGTHS_S))
        moments = int(length_s / SLOT_S)
        pairs = [self._pair(moments, rng) for _ in range(round(seconds / (length_s + BESIDES_S)))]
        return Batch(*map(np.stack, zip(*pairs, strict=True)))

    def _pair(self, moments: int, rng: Rng) -> tuple[I8, I8, I8]:
        octaves = drawn_octaves(rng)
        taken = round(moments * SLOT_S * RATE)
        before = round((BESIDE + AROUND + 2) * SLOT_S * RATE)
        first = _drawn(self.stretches, self.weights, taken + 2 * before, rng) + before
        sound = at_speed(self._sound(first, taken), round(taken / 2.0**octaves))
        other = self._sound(self._other(len(sound), rng), len(sound))
        relief = relief_of(spoiled(sound, other, rng), CELL_OCTAVES)
        # References have their moments where their own sound starts: at any phase of the excerpt.
        slots = np.arange(-BESIDE, moments + BESIDE, dtype=np.float64)
        at = first / RATE + SLOT_S * (slots + rng.random())
        heard = (sample_times(at[BESIDE:-BESIDE]) - first / RATE) / 2.0**octaves
        suspect = bands_of(relief, rows_at(heard, FIRST_S), round(octaves * CELLS))
        reference = self.reliefs[rows_at(sample_times(at), FIRST_S)]
        return _in_slots(suspect), _in_slots(reference), np.sign(self.reliefs[rows_at(at, FIRST_S)])

    def _sound(self, first: int, count: int) -> F32:
        return (self.waves.samples[first : first + count] / FULL_SCALE).astype(np.float32)

    def _other(self, count: int, rng: Rng) -> int:
        """Where something is that is put on top: as often noise as a work."""
        if rng.random() < NOISES and len(self.others):
            return _drawn(self.others, None, count, rng)
        return _drawn(self.stretches, self.weights, count, rng)


def _drawn(stretches: I64, weights: F64 | None, count: int, rng: Rng) -> int:
    """The first of so many samples in one of the stretches."""
    while True:
        first, end = stretches[rng.choice(len(stretches), p=weights)]
        if end - first > count:
            return int(rng.integers(first, end - count))


def _in_slots(bands: I8) -> I8:
    return bands.reshape(-1, SAMPLES, BANDS)


def _shares(stretches: I64) -> F64:
    """How often each is drawn: the longer the more, but less than so."""
    roots = np.sqrt(np.diff(stretches, axis=1)[:, 0].astype(np.float64))
    return np.asarray(roots / max(roots.sum(), 1.0))


def _runs(waves: Sequence[Wave], most_s: float = 0.0) -> I64:
    """Stretches of files that follow each other, each not much longer than is said."""
    runs: list[list[int]] = []
    for wave in waves:
        end = wave.first + wave.count
        if runs and runs[-1][1] == wave.first and wave.first - runs[-1][0] < most_s * RATE:
            runs[-1][1] = end
        else:
            runs.append([wave.first, end])
    found = np.array(runs, np.int64).reshape(-1, 2)
    return found[np.diff(found, axis=1)[:, 0] > ROOM_S * RATE]
