"""What is asked of an index of postings, and how a whole search for an excerpt goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchmarks.scale.material import EXCERPT_S, Excerpt
from fingerprint.audio.pairs import Pairs
from fingerprint.audio.peaks import RANKS
from fingerprint.audio.probes import Prober, Probes
from index.candidates import Postings
from matchers.alignment import Hypothesis, Line
from matchers.asking import Asked, Prices, affordable
from matchers.hypotheses import (
    LINES_PER_SEARCH,
    PAIRS_PER_S,
    SAMPLE,
    SLOWEST,
    SOUND_HYPOTHESES,
)
from matchers.places import vote_places

KEYS_ASKED = 5_000
MOST_LINES = 12
MIDDLE_S = EXCERPT_S / 2
LookUp = Callable[[NDArray[np.int64]], Postings]


def asked(excerpt: Excerpt, prices: Prices) -> Asked:
    """The keys of an excerpt that are worth most, so many of them, in the order of its pairs."""
    probes = Probes.of(pairs_of(excerpt))
    low, high = -(2**15), 2**15
    while high - low > 1:  # the least bar over which there are no more than that
        bar = (low + high) // 2
        low, high = (low, bar) if len(prices.asked(probes, bar).keys) < KEYS_ASKED else (bar, high)
    every = prices.asked(probes, low)
    kept = slice(KEYS_ASKED)
    return Asked(every.keys[kept], every.times[kept], every.weights[kept])


def pairs_of(excerpt: Excerpt) -> Pairs:
    """All pairs of its peaks, however slowly it plays."""
    return Pairs.of(excerpt.peaks, 2 * RANKS, 1 / SLOWEST)


def vote(found: Postings, query: Asked) -> list[Line]:
    """The vote that every index is asked with."""
    return vote_places(found, query, MIDDLE_S, Hypothesis(), MOST_LINES)


@dataclass
class Spent:
    """Seconds of processor time of a search by what they were spent on."""

    probing: float = 0.0
    looking_up: float = 0.0
    voting: float = 0.0
    postings: int = field(default=0)  # that were met


def search(excerpt: Excerpt, prices: Prices, look_up: LookUp) -> Spent:
    """Search for an excerpt under every speed and pitch, as the engine does for sound that was
    altered, up to the lines that it would verify."""
    spent = Spent()
    started = time.process_time()
    prober = Prober(pairs_of(excerpt).surest(round(PAIRS_PER_S * EXCERPT_S)))
    means = affordable(prices.stored) * len(SAMPLE) / len(SOUND_HYPOTHESES)
    bar = prices.bar(prober, SAMPLE, means)
    for hypothesis in SOUND_HYPOTHESES:
        wanted = prices.asked(prober.probes(hypothesis.speed, hypothesis.pitch_octaves), bar)
        probed = time.process_time()
        found = look_up(wanted.keys)
        looked_up = time.process_time()
        vote_places(found, wanted, MIDDLE_S, hypothesis, LINES_PER_SEARCH)
        voted = time.process_time()
        spent.probing += probed - started
        spent.looking_up += looked_up - probed
        spent.voting += voted - looked_up
        spent.postings += len(found.places)
        started = voted
    return spent
