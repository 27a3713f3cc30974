"""Keys that a suspect asks for, and how likely each is to find its pair in a reference.

A pair of a suspect lies between eight cells. How far it is from the middle of each, and how sure
its peaks are, says how likely a reference has stored it there: measured on damaged copies, a rank
costs 0.3 nats, and an error of one cell 3, 2 and 0.8 nats in frequency, interval and delay. A
search that cannot ask for everything asks for what promises most.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.pairs import DELAYS, INTERVALS, SIZES, Pairs, inside

STEPS_PER_NAT = 20  # promises are whole numbers, the same on every machine
RANK_STEPS = 6
MISFIT_STEPS = (60.0, 40.0, 16.0)  # at one cell off, in frequency, interval, delay
NEVER = -8000  # of a cell that does not exist, in steps; three of them still fit into 16 bits
PROBES = 8  # of a pair
STRIDES = (INTERVALS * DELAYS, DELAYS, 1)

F64 = NDArray[np.float64]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
Cells = tuple[I32, I16]  # their share of the key, and what each promises, shapes (k, n)
T = TypeVar("T", np.int16, np.int32)


@dataclass(frozen=True, slots=True)
class Probes:
    """Keys to ask for under one hypothesis: eight times one of each pair, in order of the pairs."""

    keys: I32  # (8 n,) below KEYS
    promise: I16  # (8 n,) log-likelihood of each, in steps; those that do not exist NEVER or less
    times: F64  # (n,) seconds in the suspect, of the pairs

    @classmethod
    def of(cls, pairs: Pairs, speed: float = 1.0, pitch_octaves: float = 0.0) -> Probes:
        """Those of a suspect's pairs under one hypothesis."""
        return Prober(pairs).probes(speed, pitch_octaves)


class Prober:
    """Probes of the same pairs under many hypotheses: what those share is worked out once."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs
        self._tones: dict[float, Cells] = {}  # by pitch, of frequency and interval
        self._delays: dict[float, Cells] = {}  # by speed

    def probes(self, speed: float = 1.0, pitch_octaves: float = 0.0) -> Probes:
        """Those if the suspect plays `speed` times as fast as its reference and `pitch_octaves`
        higher; times stay the suspect's."""
        if pitch_octaves not in self._tones:
            self._tones[pitch_octaves] = self._tone(pitch_octaves)
        if speed not in self._delays:
            self._delays[speed] = self._delay(speed)
        (tones, p), (delays, q) = self._tones[pitch_octaves], self._delays[speed]
        return Probes(_crossed(tones, delays).ravel(), _crossed(p, q).ravel(), self.pairs.times)

    @cached_property
    def _interval(self) -> Cells:
        return _around(self.pairs.interval_places(), 1)

    def _tone(self, pitch_octaves: float) -> Cells:
        a, p = _around(self.pairs.frequency_places(pitch_octaves), 0)
        b, q = self._interval
        return _crossed(a, b), _crossed(p, q)

    def _delay(self, speed: float) -> Cells:
        cells, promise = _around(self.pairs.delay_places(speed), 2)
        return cells, promise - (RANK_STEPS * self.pairs.ranks).astype(np.int16)


def _around(places: F64, axis: int) -> Cells:
    """The two cells nearest to each place, shape (2, n), as their share of the key; and what each
    promises."""
    below = np.floor(places)
    cells = below.astype(np.int64) + np.arange(2)[:, None]
    off = np.stack([places - below, below + 1 - places])
    exists = inside(cells, SIZES[axis])
    promise = np.where(exists, -np.rint(MISFIT_STEPS[axis] * off**2), NEVER)
    return (cells * exists * STRIDES[axis]).astype(np.int32), promise.astype(np.int16)


def _crossed(first: NDArray[T], second: NDArray[T]) -> NDArray[T]:
    """Sums of each of the first, shape (a, n), with each of the second, shape (b, n), in rows, so
    that adding runs along memory: shape (a * b, n)."""
    sums: NDArray[T] = first[:, None] + second
    return sums.reshape(len(first) * len(second), first.shape[1])
