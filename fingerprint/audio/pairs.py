"""Pairs of spectral peaks and their hash keys: what the postings index stores.

A key says how two peaks lie to each other: the frequency of the earlier one, the interval between
them, and the time between them. Of a reference only pairs of sure peaks are stored, exactly
quantised: a pair of peaks that both survive in a copy is worth several that seldom do. Cells are
about as fine as peaks are exact, so that few pairs of other sound share a key; a suspect asks for
the neighbouring keys as well (`fingerprint.audio.probes`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.landmark import decode, ranks_of
from fingerprint.audio.spectrum import HOP, RATE
from fingerprint.scheme import Fingerprint

REFERENCE_RANKS = 4  # of both peaks together, at most: about 60 pairs a second
DT_MIN_S, DT_MAX_S = 0.06, 0.6
INTERVAL_MAX = 1.0  # octaves …
ROUNDING = 1 / 1024  # … and what floats make of it
FREQUENCY_CELL = 1 / 36  # octaves: a third of a semitone
INTERVAL_CELL = 1 / 72  # octaves: a sixth of a tone
DELAY_CELL_S = HOP / RATE  # a frame: delays within a reference are whole ones

# Cells of each coordinate, from the lowest band edge to the highest, one neighbour on each side.
LOWEST, FREQUENCIES = 3, 190
INTERVALS = 2 * round(INTERVAL_MAX / INTERVAL_CELL) + 3
SHORTEST, DELAYS = 3, 36
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
    ranks: I64  # (n,) of both peaks together

    @classmethod
    def of(cls, peaks: Fingerprint, most_ranks: int, stretch: float = 1.0) -> Pairs:
        """Every peak with each later one in its zone, if their ranks add up to no more than
        `most_ranks`; `stretch` widens the zone, for a suspect that may be slower than its
        reference, or faster."""
        octaves, times = decode(peaks.codes), peaks.times
        ranks = ranks_of(peaks)
        anchor, target = _choose(octaves, times, ranks, most_ranks, stretch)
        return cls(
            octaves[anchor],
            octaves[target] - octaves[anchor],
            times[anchor],
            times[target] - times[anchor],
            ranks[anchor] + ranks[target],
        )

    def surest(self, most: int) -> Pairs:
        """Those of low ranks: of as many ranks as give no more than `most` pairs, and of the lowest
        in any case."""
        if not len(self.ranks):
            return self
        up_to = np.cumsum(np.bincount(self.ranks))
        limit = max(int(np.searchsorted(up_to, most, side="right")) - 1, int(self.ranks.min()))
        kept = self.ranks <= limit
        return Pairs(
            self.octaves[kept],
            self.intervals[kept],
            self.times[kept],
            self.delays[kept],
            self.ranks[kept],
        )

    def places(self, speed: float = 1.0, pitch_octaves: float = 0.0) -> tuple[F64, F64, F64]:
        """Where they lie in the reference, in cells of frequency, interval and delay, if the
        suspect plays `speed` times as fast and `pitch_octaves` higher."""
        return (
            self.frequency_places(pitch_octaves),
            self.interval_places(),
            self.delay_places(speed),
        )

    def frequency_places(self, pitch_octaves: float) -> F64:
        """The first of these, shape (n,)."""
        return (self.octaves - pitch_octaves) / FREQUENCY_CELL - LOWEST

    def interval_places(self) -> F64:
        """The second, which nothing changes, shape (n,)."""
        return self.intervals / INTERVAL_CELL + INTERVALS // 2

    def delay_places(self, speed: float) -> F64:
        """The third, shape (n,)."""
        return self.delays * speed / DELAY_CELL_S - SHORTEST


def reference_keys(peaks: Fingerprint) -> Keys:
    """The keys to store for a reference's peaks."""
    pairs = Pairs.of(peaks, REFERENCE_RANKS)
    cells = [np.rint(place).astype(np.int64) for place in pairs.places()]
    kept = np.all([inside(c, n) for c, n in zip(cells, SIZES, strict=True)], axis=0)
    frequency, interval, delay = (c[kept] for c in cells)
    keys = (frequency * INTERVALS + interval) * DELAYS + delay
    return Keys(keys.astype(np.uint32), pairs.times[kept])


SIZES = (FREQUENCIES, INTERVALS, DELAYS)


def inside(cells: I64, size: int) -> NDArray[np.bool_]:
    """Which cells of one coordinate there are."""
    return np.asarray((cells >= 0) & (cells < size))


def _choose(
    octaves: F64, times: F64, ranks: I64, most_ranks: int, stretch: float
) -> tuple[I64, I64]:
    """Positions of anchors and targets."""
    anchors, targets = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for step in range(1, len(times)):
        delay = times[step:] - times[:-step]
        near = delay <= DT_MAX_S * stretch
        if not near.any():
            break
        interval = np.abs(octaves[step:] - octaves[:-step])
        in_zone = near & (delay >= DT_MIN_S / stretch) & (interval <= INTERVAL_MAX + ROUNDING)
        chosen = np.flatnonzero(in_zone & (ranks[step:] + ranks[:-step] <= most_ranks))
        anchors.append(chosen)
        targets.append(chosen + step)
    return np.concatenate(anchors), np.concatenate(targets)
