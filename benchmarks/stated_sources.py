"""Suspects that carry nothing registered, by the ten thousand: excerpts of works read once, whole.

Each work is read as it is and as pirates make works: at another speed, another pitch, mixed with a
second one, mirrored, inside another picture. Excerpts are cut from what was read, as many lengths
in each octave, so that thousands cost no decoding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import log
from pathlib import Path
from typing import Literal

import numpy as np

from benchmarks.datasets import WorkFile
from benchmarks.make import Order, make
from benchmarks.presets import PRESETS
from benchmarks.progress import track
from benchmarks.video_plan import moves
from fingerprint.audio.relief import OUTLINE_EVERY
from fingerprint.audio.spectrum import HOP, RATE
from fingerprint.scheme import Fingerprint, Modality
from media.clip import Span
from reelprint.extraction import Extraction, extract_suspect

Sense = Literal[Modality, "both"]

SECONDS = (1.0, 10.0)  # of an excerpt
# Excerpts begin where the spectrum's frames do, as those of a file of their own would.
GRID_S = OUTLINE_EVERY * HOP / RATE
# What is done to a work before it is read.
WAYS: dict[Sense, tuple[str, ...]] = {
    "audio": ("lossless", "pitch_-1", "speed_+8", "music_+0db"),
    "video": ("plain", "mirror_seen", "pace_1.25", "pip50", "hostile_seen"),
    "both": ("clean", "hostile_both"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A whole work as it was read as a suspect, after something was done to it."""

    work_id: str
    way: str
    read: Extraction


def sources(
    works: Sequence[WorkFile], sense: Sense, names: Sequence[str], folder: Path
) -> list[Source]:
    """Each work in each of the ways, made in a folder and read; without those too short to cut."""
    wanted = [order for way in WAYS[sense] for order in _orders(works, sense, way)]
    read = (_read(order, names, folder) for order in track(wanted, "reading", len(wanted)))
    return [source for source in read if source.read.duration_s >= SECONDS[0]]


def excerpts(given: Sequence[Source], count: int, seed: int) -> Iterator[tuple[Source, Span]]:
    """Stretches of any work, each work as often as it is long, on the grid of the spectrum."""
    rng = np.random.default_rng(seed)
    lengths = np.array([max(0.0, s.read.duration_s - SECONDS[0]) for s in given])
    for which in rng.choice(len(given), count, p=lengths / lengths.sum()):
        source = given[which]
        drawn_s = float(np.exp(rng.uniform(log(SECONDS[0]), log(SECONDS[1]))))
        seconds = min(drawn_s, source.read.duration_s)
        last = (source.read.duration_s - seconds) / GRID_S
        start_s = int(rng.integers(int(last) + 1)) * GRID_S
        yield source, Span(start_s, start_s + seconds)


def cut(read: Extraction, span: Span) -> Extraction:
    """What reading a stretch of a file alone would give, nearly: the clock begins anew."""
    prints = {
        name: _shifted(one.within(span), span.start_s) for name, one in read.fingerprints.items()
    }
    return replace(read, duration_s=span.duration_s, fingerprints=prints)


def _shifted(part: Fingerprint, start_s: float) -> Fingerprint:
    return replace(part, times=part.times - start_s)


def _orders(works: Sequence[WorkFile], sense: Sense, way: str) -> Iterator[Order]:
    """To make the whole of each work, with the next ones to lie on top, under or around it; not of
    one that is alone where others are needed."""
    how = PRESETS[way]
    for k, work in enumerate(works):
        others = [*works[k + 1 :], *works[:k]]
        if not others and (how.mixes or how.needs_footage):
            continue
        yield Order(
            f"{way}/{k:04d}",
            work,
            positive=False,
            seconds=work.facts.duration_s / how.pace,
            how=how,
            seed=f"{way}/{work.work_id}",
            other=_longest(others) if how.mixes else None,
            films=tuple(filter(moves, others)) if how.needs_footage else (),
        )


def _longest(works: Sequence[WorkFile], of: int = 8) -> WorkFile:
    """Of the next few, the one with most to lay on top."""
    return max(works[:of], key=lambda work: work.facts.duration_s)


def _read(order: Order, names: Sequence[str], folder: Path) -> Source:
    """What is made is needed once: it goes when it has been read."""
    made = make(order, folder)
    read = extract_suspect(made.path, names)
    made.path.unlink()
    return Source(order.source.work_id, order.query_id.partition("/")[0], read)
