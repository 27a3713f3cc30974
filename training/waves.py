"""The sound of all training material in one file: mono, 16 bits, at the rate of fingerprints.

It is read with the same reader that references and suspects are read with. Training draws moments
from it at random, so the file is mapped, not loaded.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.spectrum import RATE
from index.atomic import Growing
from media.clip import Clip, Unreadable
from media.reader import Reader
from training import tables
from training.manifest import Row

WAVES, LIST = "waves.s16", "waves.csv"
KINDS = ("music", "speech", "noise")
LONGEST_S = 900.0  # of a file; the rest of it is left out
FULL_SCALE = 32767
HELD_EVERY = 16
TOGETHER = {"music": 1, "speech": 64, "noise": 64}  # files that are held back together

I16 = NDArray[np.int16]
F32 = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Wave:
    """Where the sound of one file lies among all."""

    kind: str
    work: str
    sha256: str
    first: int  # sample
    count: int


@dataclass(frozen=True, slots=True)
class Waves:
    """The sound of all files."""

    samples: I16  # (n,), mapped
    list: Sequence[Wave]

    def of(self, wave: Wave) -> I16:
        """The samples of one file."""
        return self.samples[wave.first : wave.first + wave.count]

    def apart(self) -> tuple[Waves, Waves]:
        """What is trained on, and what is held back: one in sixteen of the tracks, and of stretches
        of sentences."""
        held = [i // TOGETHER[wave.kind] % HELD_EVERY == 0 for i, wave in enumerate(self.list)]
        sides = (
            [w for w, is_held in zip(self.list, held, strict=True) if is_held == side]
            for side in (False, True)
        )
        rest, back = (Waves(self.samples, one) for one in sides)
        return rest, back


def load(cache: Path) -> Waves:
    """What `decode` made. Raises OSError when it is not there."""
    with (cache / LIST).open(newline="", encoding="utf-8") as file:
        waves = [
            Wave(row["kind"], row["work"], row["sha256"], int(row["first"]), int(row["count"]))
            for row in csv.DictReader(file)
        ]
    return Waves(np.memmap(cache / WAVES, np.int16, "r"), waves)


def decode(rows: Sequence[Row], cache: Path, tick: Callable[[], object] = lambda: None) -> int:
    """Decode these files into the cache, kind by kind, whole or not at all; returns how many could
    be read. `tick` is called once a file."""
    waves, first = list[Wave](), 0
    with Growing(cache / WAVES) as out:
        for row in sorted(rows, key=lambda row: (row.kind, row.path)):
            tick()
            if not len(samples := _read(cache / row.path)):
                continue
            out.append(samples)
            waves.append(Wave(row.kind, row.work, row.sha256, first, len(samples)))
            first += len(samples)
        out.finish()
    tables.write(cache / LIST, Wave, waves)
    return len(waves)


def _read(path: Path) -> I16:
    """The samples of a file; none where it cannot be read."""
    parts: list[F32] = []
    try:
        with Reader(path) as reader:
            for clip in reader:
                parts.append(_core(clip))
                if sum(map(len, parts)) > LONGEST_S * RATE:
                    break
    except Unreadable:
        return np.empty(0, np.int16)
    sound = np.concatenate([np.empty(0, np.float32), *parts])[: round(LONGEST_S * RATE)]
    return np.asarray(np.rint(sound.clip(-1, 1) * FULL_SCALE), np.int16)


def _core(clip: Clip) -> F32:
    """The sound of a clip that no other clip has as well."""
    sound = clip.sound
    if sound is None:
        return np.empty(0, np.float32)
    first, end = (
        round((at - sound.start_s) * sound.rate) for at in (clip.core.start_s, clip.core.end_s)
    )
    return sound.samples[max(first, 0) : max(end, 0)]
