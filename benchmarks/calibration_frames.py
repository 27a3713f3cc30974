"""Distances of frames: between unrelated works, and between works and their own copies.

A frame counts when it has the quality that the matcher asks for and differs from the last few by
half of what it takes to be wholly new: the others are given little or no weight in a match.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.calibration_fit import BITS, F64, I64
from benchmarks.calibration_parallel import Mapper
from benchmarks.datasets import WorkFile
from benchmarks.distort import Distortion
from benchmarks.make import Order, make
from benchmarks.presets import PRESETS
from fingerprint.extract import MIRRORED, PLAIN, fingerprint_all
from fingerprint.registry import scheme_named
from fingerprint.scheme import MIN_QUALITY, Fingerprint
from matchers.frames import NEAREST_S, novelty
from media.reader import Reader
from reelprint.extraction import REFERENCE_SAMPLING, deadline_s, extract_suspect

SCHEME = "video-dct256-1"
DISTINCT = 0.5  # novelty, of 1
MOST_S = 60.0  # of one work that is copied, so that a long one does not outweigh the others
SEED = "calibrate"

COPIES: dict[str, tuple[Distortion, ...]] = {
    "reencoded": (PRESETS["crf35_240p"],),
    "reframed": tuple(
        Distortion((("scale", 360), ("crop", share)), sound=None) for share in (0.05, 0.025)
    ),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """The frames of one work that are evidence."""

    work: WorkFile
    plain: Fingerprint
    mirrored: Fingerprint  # the same frames flipped
    weight: F64  # (n,) novelty

    @property
    def distinct(self) -> NDArray[np.bool_]:
        """Which frames are new, shape (n,)."""
        return self.weight >= DISTINCT


def read(work: WorkFile) -> Shown:
    """The frames of a work, as it would be registered. Raises `Unreadable`."""
    scheme = scheme_named(SCHEME)
    with Reader(work.path, REFERENCE_SAMPLING, deadline_s(work.path)) as reader:
        views = fingerprint_all(reader, [scheme], (PLAIN, MIRRORED))
    plain = views[PLAIN, SCHEME]
    good = plain.quality >= MIN_QUALITY
    plain, mirrored = plain.take(good), views[MIRRORED, SCHEME].take(good)
    return Shown(work, plain, mirrored, novelty(plain))


def unrelated(shown: Sequence[Shown]) -> I64:
    """Distances between the distinct frames of different works, plain and mirrored."""
    total = np.zeros(BITS + 1, np.int64)
    for a, b in combinations(shown, 2):
        for view in (a.plain, a.mirrored):
            apart = distances(view.codes[a.distinct], b.plain.codes[b.distinct])
            total += np.bincount(apart.ravel(), minlength=BITS + 1)
    return total


def copies(shown: Sequence[Shown], kind: str, folder: Path, every: Mapper) -> I64:
    """Distances between distinct frames and their copies of one kind."""
    jobs = [(one, order) for one in shown for order in _orders(one.work, kind)]
    total = np.zeros(BITS + 1, np.int64)
    for part in every(partial(_copied, folder=folder), jobs, f"{kind} frames"):
        total += part
    return total


def distances(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> I64:
    """Bits in which each code of one differs from each of another, shape (len(a), len(b))."""
    return np.asarray(np.bitwise_count(a[:, None] ^ b[None]).sum(axis=2, dtype=np.int64))


def _orders(work: WorkFile, kind: str) -> list[Order]:
    seconds = min(work.facts.duration_s, MOST_S)
    return [
        Order(f"{kind}/{work.work_id}", work, True, seconds, how, f"{SEED}/{work.work_id}")
        for how in COPIES[kind]
    ]


def _copied(job: tuple[Shown, Order], folder: Path) -> I64:
    shown, order = job
    made = make(order, folder)
    suspect = extract_suspect(made.path, (SCHEME,)).fingerprints[PLAIN, SCHEME]
    return beside(shown, suspect, made.truth.reference.start_s)


def beside(shown: Shown, suspect: Fingerprint, start_s: float) -> I64:
    """Distances of distinct frames to the suspect's nearest in time, as the matcher picks them;
    `start_s` is where in the work the suspect begins."""
    if not len(suspect):
        return np.zeros(BITS + 1, np.int64)
    at = shown.plain.times - start_s
    nearest = np.abs(suspect.times[None] - at[:, None]).argmin(axis=1)
    seen = np.abs(suspect.times[nearest] - at) <= NEAREST_S
    seen &= (suspect.quality[nearest] >= MIN_QUALITY) & shown.distinct
    apart = np.bitwise_count(shown.plain.codes[seen] ^ suspect.codes[nearest[seen]])
    return np.bincount(apart.sum(axis=1, dtype=np.int64), minlength=BITS + 1)
