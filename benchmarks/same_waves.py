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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import resample_poly  # type: ignore[attr-defined]  # named at run time

from benchmarks.datasets import Dataset, WorkFile
from benchmarks.excerpt import RATE, whole
from media.clip import F32

LOW_RATE = 2_000  # Hz
WINDOW_S, EVERY_S = 5.0, 10.0
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


def measure(data: Dataset, tick: Callable[[], object] = lambda: None) -> dict[str, object]:
    """The pairs of tracks of one source that are alike, the most alike first."""
    found: list[Alike] = []
    for files in _sources(data):
        heard = {file.name: low(whole(file.path).mean(axis=0)) for file in files}
        for first, second in permutations(heard, 2):
            best = most_alike(heard[first], heard[second])
            if best is not None and abs(best[2]) >= ALIKE:
                found.append(Alike(first, second, *best))
        tick()
    found.sort(key=lambda one: (-abs(one.correlation), one.first, one.second))
    return {"alike_from": ALIKE, "pairs": [asdict(one) for one in found]}


def most_alike(first: F32, second: F32) -> tuple[float, float, float] | None:
    """Where a window of the first sound is most like the second, in seconds of each, and how like;
    None where either is too short or silent."""
    size = round(WINDOW_S * LOW_RATE)
    if min(len(first), len(second)) < size or not second.any():
        return None
    over = _Over.of(second, size)
    tried = ((at / LOW_RATE, *over.best(window)) for at, window in _windows(first, size))
    return max(tried, key=lambda one: abs(one[2]), default=None)


def low(sound: F32) -> F32:
    """Differences of neighbouring samples of a sound, at the low rate."""
    return np.asarray(np.diff(resample_poly(sound, LOW_RATE, RATE)), np.float32)


def _sources(data: Dataset) -> Iterator[Sequence[WorkFile]]:
    by_source: dict[str, list[WorkFile]] = defaultdict(list)
    for file in data.files:
        if file.kind == "music":
            by_source[file.name.partition("/")[0]].append(file)
    return (files for _, files in sorted(by_source.items()) if len(files) > 1)


def _windows(sound: F32, size: int) -> Iterator[tuple[int, F32]]:
    for at in range(0, len(sound) - size + 1, round(EVERY_S * LOW_RATE)):
        if sound[at : at + size].any():
            yield at, sound[at : at + size]


@dataclass(frozen=True, slots=True)
class _Over:
    """A sound that windows are laid on."""

    spectrum: C64
    length: int  # of the transform
    loud: F64  # the root of the energy of each window of it; silence takes none

    @classmethod
    def of(cls, sound: F32, size: int) -> _Over:
        length = int(next_fast_len(len(sound) + size, real=True))  # type: ignore[no-untyped-call]
        return cls(rfft(sound, length), length, _loud(sound, size))

    def best(self, window: F32) -> tuple[float, float]:
        """Where a window fits best, in seconds, and its correlation there."""
        product = irfft(np.conj(rfft(window, self.length)) * self.spectrum, self.length)
        likeness = product[: len(self.loud)] / (self.loud * float(np.linalg.norm(window)))
        at = int(np.abs(likeness).argmax())
        return at / LOW_RATE, float(likeness[at])


def _loud(sound: F32, size: int) -> F64:
    total = np.concatenate([[0.0], np.cumsum(sound.astype(np.float64) ** 2)])
    root = np.sqrt(np.maximum(total[size:] - total[:-size], 0.0))
    return np.where(root > QUIET * root.max(), root, np.inf)
