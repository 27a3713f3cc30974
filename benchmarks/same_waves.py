"""Which tracks of one publisher hold the same sound, by their waves alone?

Composers build several tracks from one loop. Before an excerpt of the one that is found in the
other is called a false match, and without asking the engine that is measured, windows of each track
are laid on every moment of every other of its source: where the samples are the same, the greatest
normalised cross-correlation says so. It is taken at 2 kHz, of differences of neighbouring samples,
so that the bass does not rule. Two notes that are held as long as a window agree too: what is
listed is to be listened to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import resample_poly  # type: ignore[attr-defined]  # named at run time

from benchmarks.datasets import Dataset, WorkFile
from benchmarks.excerpt import RATE, whole
from benchmarks.progress import track
from media.clip import F32

LOW_RATE = 2_000  # Hz
WINDOW_S, EVERY_S = 5.0, 10.0
SIZE = round(WINDOW_S * LOW_RATE)  # samples of a window
QUIET = 0.05  # of the loudest window; less is silence
ALIKE = 0.6  # from here on the samples are the same

F64 = NDArray[np.float64]
C64 = NDArray[np.complex64]


@dataclass(frozen=True, slots=True)
class Alike:
    """Where two tracks are most alike."""

    first: str  # their names in the dataset
    second: str
    first_s: float
    second_s: float
    correlation: float  # -1 … 1; an inverted wave is the same sound


def measure(data: Dataset) -> dict[str, object]:
    """The pairs of tracks of one source that are alike, the most alike first."""
    sources = list(_sources(data))
    found = [one for files in track(sources, "comparing", len(sources)) for one in _alike(files)]
    found.sort(key=lambda one: (-abs(one.correlation), one.first, one.second))
    return {"alike_from": ALIKE, "pairs": [asdict(one) for one in found]}


def most_alike(first: F32, second: F32) -> tuple[float, float, float] | None:
    """Where a window of the first sound is most like the second, in seconds of each, and how like;
    None where either is too short or silent."""
    over = _Over.of(second)
    return None if over is None else over.most_like(first)


def low(sound: F32) -> F32:
    """Differences of neighbouring samples of a sound, at the low rate."""
    return np.asarray(np.diff(resample_poly(sound, LOW_RATE, RATE)), np.float32)


def energies(sound: F32 | F64, size: int) -> F64:
    """The energy of each window of so many samples; rounding may leave one slightly below 0."""
    total = np.concatenate([[0.0], np.cumsum(sound.astype(np.float64) ** 2)])
    return np.asarray(total[size:] - total[:-size])


def _alike(files: Sequence[WorkFile]) -> Iterator[Alike]:
    heard = {file.name: low(whole(file.path).mean(axis=0)) for file in files}
    for second, sound in heard.items():
        over = _Over.of(sound)
        if over is None:
            continue
        for first in heard.keys() - {second}:
            best = over.most_like(heard[first])
            if best is not None and abs(best[2]) >= ALIKE:
                yield Alike(first, second, *best)


def _sources(data: Dataset) -> Iterator[Sequence[WorkFile]]:
    by_source: dict[str, list[WorkFile]] = defaultdict(list)
    for file in data.files:
        if file.kind == "music":
            by_source[file.name.partition("/")[0]].append(file)
    return (files for _, files in sorted(by_source.items()) if len(files) > 1)


def _windows(sound: F32) -> Iterator[tuple[int, F32]]:
    for at in range(0, len(sound) - SIZE + 1, round(EVERY_S * LOW_RATE)):
        if sound[at : at + SIZE].any():
            yield at, sound[at : at + SIZE]


@dataclass(frozen=True, slots=True)
class _Over:
    """A sound that windows are laid on."""

    spectrum: C64
    length: int  # of the transform
    loud: F64  # the root of the energy of each window of it; silence takes none

    @classmethod
    def of(cls, sound: F32) -> _Over | None:
        """None where it is too short or silent."""
        if len(sound) < SIZE or not sound.any():
            return None
        length = int(next_fast_len(len(sound) + SIZE, real=True))  # type: ignore[no-untyped-call]
        return cls(rfft(sound, length), length, _loud(sound))

    def most_like(self, other: F32) -> tuple[float, float, float] | None:
        """Where a window of another sound fits best, in seconds of both, and how well."""
        tried = ((at / LOW_RATE, *self.best(window)) for at, window in _windows(other))
        return max(tried, key=lambda one: abs(one[2]), default=None)

    def best(self, window: F32) -> tuple[float, float]:
        """Where a window fits best, in seconds, and its correlation there."""
        product = irfft(np.conj(rfft(window, self.length)) * self.spectrum, self.length)
        likeness = product[: len(self.loud)] / (self.loud * float(np.linalg.norm(window)))
        at = int(np.abs(likeness).argmax())
        return at / LOW_RATE, float(likeness[at])


def _loud(sound: F32) -> F64:
    root = np.sqrt(np.maximum(energies(sound, SIZE), 0.0))
    return np.where(root > QUIET * root.max(), root, np.inf)
