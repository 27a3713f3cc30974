"""Which keys a search asks for, when it cannot afford all of them, and what each vote counts.

What a key is worth is what it promises over what chance gives: the log-likelihood that a copy
stored its pair there, less the logarithm of how many postings the key has. A search asks for the
keys that are worth most, under every hypothesis down to the same bar, which is set so that it meets
about as many postings as it may: a large catalogue is searched less deeply, never partly. Measured,
a twentieth of all postings brings a third of the votes of a damaged copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.probes import NEVER, PROBES, STEPS_PER_NAT, Prober, Probes
from matchers.alignment import Hypothesis
from matchers.hypotheses import LINES_PER_WINDOW, MOST_POSTINGS

LOOK_UP = 2  # postings that a key costs as much as, however few it has
WEIGHT_BITS = 4
WEIGHTS = 1 << WEIGHT_BITS  # of votes: 1 … 15
WEIGHT_STEPS = 14  # of worth that one more weight takes: 0.7 nats
LINES_AT = 2_000_000  # postings of a catalogue in which as many lines as usual are enough
PER_ROOT = 1400.0  # postings that a window may meet, to the root of those of the catalogue
BEST = 500  # postings of a catalogue in which even the best key's vote says nothing
NATS = 32  # more than the logarithm of any number of postings
EMPTY = -NEVER  # crowding of a key without postings: it is not worth asking for

F64 = NDArray[np.float64]
I16 = NDArray[np.int16]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """Keys to look up."""

    keys: I64  # (n,) below KEYS
    times: F64  # (n,) seconds in the suspect
    weights: I64  # (n,) 1 … WEIGHTS - 1, of their votes


@dataclass(frozen=True, slots=True)
class Prices:
    """What every key costs in one catalogue, and how little it says."""

    counts: I64  # (KEYS,) postings
    crowding: I16  # (KEYS,) their logarithm, in steps
    stored: int  # postings of all keys
    nothing: int  # the worth of a key whose vote says nothing

    @classmethod
    def of(cls, counts: I64) -> Prices:
        """The logarithms by comparing whole numbers, so that they are the same everywhere."""
        least = np.ceil(np.exp(np.arange(1, NATS * STEPS_PER_NAT) / STEPS_PER_NAT))
        most = int(counts.max(initial=0))
        if most < len(counts):  # the logarithm of each number once: ten times as fast
            crowding = np.take(_steps(least, np.arange(most + 1)), counts)
        else:
            crowding = _steps(least, counts)
        crowding[counts == 0] = EMPTY
        stored = int(counts.sum())
        size = int(np.searchsorted(least, stored // BEST, side="right"))
        return cls(counts, crowding, stored, -size)

    def bar(self, prober: Prober, hypotheses: Sequence[Hypothesis], postings: float) -> int:
        """The least worth at which the keys of all these hypotheses together cost no more than so
        many postings."""
        offers = [prober.probes(h.speed, h.pitch_octaves) for h in hypotheses]
        worth = np.concatenate([self._worth(probes) for probes in offers])
        keys = np.concatenate([probes.keys for probes in offers])
        return self._bar(keys, worth, postings)

    def asked(self, probes: Probes, bar: int) -> Asked:
        """The keys that are worth the bar or more; if they would give more postings than one
        hypothesis may meet, those down to a bar of its own."""
        worth = self._worth(probes)
        chosen = np.flatnonzero(worth >= bar)
        if self.counts[probes.keys[chosen]].sum() > MOST_POSTINGS:
            chosen = np.flatnonzero(worth >= self._bar(probes.keys, worth, MOST_POSTINGS))
        over = worth[chosen].astype(np.int64) - self.nothing
        return Asked(
            probes.keys[chosen].astype(np.int64),
            probes.times[chosen % len(probes.times)],
            np.clip(over // WEIGHT_STEPS, 1, WEIGHTS - 1),
        )

    def _bar(self, keys: I32, worth: I16, postings: float) -> int:
        """The least worth at which keys together cost no more than so many postings."""
        there = np.flatnonzero(worth > NEVER)
        cost = np.bincount(worth[there] - NEVER, self.counts[keys[there]] + LOOK_UP)
        levels = np.searchsorted(np.cumsum(cost[::-1]), postings, side="right")
        return NEVER + max(len(cost) - int(levels), 1)

    def passed_over(self, probes: Probes, bar: int) -> tuple[int, int]:
        """How many of the pairs that are stored at all have no key that is worth the bar, and how
        many are stored: of what those alone could show, a search says nothing."""
        worth = self._worth(probes).reshape(PROBES, -1)
        stored, asked = (worth > NEVER).any(axis=0), (worth >= bar).any(axis=0)
        return int((stored & ~asked).sum()), int(stored.sum())

    def _worth(self, probes: Probes) -> I16:
        return probes.promise - np.take(self.crowding, probes.keys)


def _steps(least: F64, counts: I64) -> I16:
    return np.searchsorted(least, counts, side="right").astype(np.int16)


def affordable(stored: int) -> float:
    """How many postings a window may meet in all hypotheses together, in a catalogue of so many:
    two million at ten hours, twenty at a thousand. With the root of its size a catalogue is
    searched less deeply, and costs more.

    >>> round(affordable(200_000_000)), round(affordable(2_000_000))
    (19798990, 1979899)
    """
    return PER_ROOT * float(np.sqrt(stored))


def worth_verifying(stored: int) -> int:
    """How many lines of all hypotheses are verified in a catalogue of so many postings: the more
    lines it has, the more of them are better by chance than that of a damaged copy.

    >>> [worth_verifying(n) for n in (0, 2_000_000, 20_000_000, 200_000_000)]
    [12, 12, 21, 37]
    """
    return int(LINES_PER_WINDOW * max(stored / LINES_AT, 1.0) ** 0.25)
