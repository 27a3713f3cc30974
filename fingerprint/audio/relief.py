"""`audio-outline-1` and `audio-relief-1`: where a spectrum stands over its neighbours in pitch.

The relief of a sound is, for bands a twenty-fourth of an octave wide, the mean of the whitened log
spectrum in the band less the mean of the bands on either side. Of a reference the *outline* is
kept: the sign of the relief in 120 bands, every 208 ms, 15 bytes each, so that it says where there
is nothing as well as where there is something. Of a suspect the relief itself is read, twice as
finely in pitch and in sixteenths, since its bands have to be found again under any pitch, and what
stands out much says more than what stands out little. Nothing is searched for by either.
Signs of differences of bands as a fingerprint: Haitsma and Kalker, "A Highly Robust Audio
Fingerprinting System", ISMIR 2002; theirs are differences in time as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.spectrum import BASE_HZ, HOP, RATE, WINDOW, Spectrum
from fingerprint.scheme import Fingerprint, Metric, Modality
from media.clip import Clip

CELLS = 48  # to the octave, of a suspect's relief
LOWEST = 5 / CELLS  # octaves above 100 Hz of the middle of the first cell
COUNT = 248  # cells, up to 3.8 kHz
BANDS = 120  # of an outline, each two cells
FIRST_BAND = 5  # cell in whose middle the first band has its own
BAND = 2 / CELLS  # octaves
NARROWEST = 1.5  # bins that a band is wide at least
OUTLINE_EVERY, RELIEF_EVERY = 13, 2  # frames of the spectrum
RELIEF_S = RELIEF_EVERY * HOP / RATE
STEP = 0.175  # nats, of a relief
STEPS = 7  # on either side of level

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I8 = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Outline:
    """Scheme `audio-outline-1`: a bit for each band and 208 ms, 72 bytes a second."""

    name: str = "audio-outline-1"
    modality: Modality = "audio"
    metric: Metric = "beside"
    width: int = BANDS // 8

    def fingerprint(self, clip: Clip) -> Fingerprint:
        """The outline of the clip's sound; times are the centres of the frames."""
        return self.of_spectrum(Spectrum.of(clip))

    def of_spectrum(self, spectrum: Spectrum) -> Fingerprint:
        """The outline of a clip's spectrum."""
        if not len(spectrum):
            return Fingerprint.empty(self.name, self.width)
        times, relief = _relief(spectrum, OUTLINE_EVERY, BAND_OCTAVES)
        return _whole(self.name, np.packbits(relief > 0, axis=1), times)

    def kept(self, fingerprint: Fingerprint) -> Fingerprint:
        """All of it."""
        return fingerprint


@dataclass(frozen=True, slots=True)
class Relief:
    """Scheme `audio-relief-1`: half a byte for each cell and 32 ms, of suspects alone."""

    name: str = "audio-relief-1"
    modality: Modality = "audio"
    metric: Metric = "beside"
    width: int = COUNT // 2

    def fingerprint(self, clip: Clip) -> Fingerprint:
        """The relief of the clip's sound; times are the centres of the frames."""
        return self.of_spectrum(Spectrum.of(clip))

    def of_spectrum(self, spectrum: Spectrum) -> Fingerprint:
        """The relief of a clip's spectrum."""
        if not len(spectrum):
            return Fingerprint.empty(self.name, self.width)
        times, relief = _relief(spectrum, RELIEF_EVERY, CELL_OCTAVES)
        return _whole(self.name, packed(steps_of(relief)), times)

    def could_give(self, fingerprint: Fingerprint) -> bool:
        """Whether no step is greater than there are."""
        return bool((unpacked(fingerprint.codes) <= STEPS).all())

    def kept(self, fingerprint: Fingerprint) -> Fingerprint:
        """Nothing."""
        return Fingerprint.empty(self.name, self.width)


CELL_OCTAVES = LOWEST + np.arange(COUNT) / CELLS
BAND_OCTAVES = CELL_OCTAVES[FIRST_BAND] + np.arange(BANDS) * BAND


def relief_at(whitened: F32, octaves: F64) -> F64:
    """The relief of a whitened log spectrum, shape (frames, bins), in bands about log frequencies,
    in octaves above 100 Hz, shape (n,); shape (frames, n), in nats."""
    total = np.cumsum(whitened, axis=1, dtype=np.float64)
    total = np.concatenate([np.zeros((len(whitened), 1)), total], axis=1)
    beside = _levels(total, octaves - BAND) + _levels(total, octaves + BAND)
    return np.asarray(_levels(total, octaves) - beside / 2)


def steps_of(relief: F64) -> I8:
    """A relief in whole steps, from -STEPS to STEPS, same shape."""
    return np.asarray(np.clip(np.rint(relief / STEP), -STEPS, STEPS), np.int8)


def frames_of(spectrum: Spectrum, every: int) -> NDArray[np.int64]:
    """The frames of a clip whose number in the whole sound `every` divides, shape (n,)."""
    if not len(spectrum):
        return np.empty(0, np.int64)
    first = round((float(spectrum.times[0]) * RATE - WINDOW / 2) / HOP)
    return np.flatnonzero((first + np.arange(len(spectrum))) % every == 0)


def cells_of_bands(raised: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The cells of a relief in which the bands of an outline are that went so many cells up, shape
    (BANDS,), and which of them there are."""
    cells = FIRST_BAND + 2 * np.arange(BANDS) + raised
    return cells, (cells >= 0) & (cells < COUNT)


def packed(steps: I8) -> NDArray[np.uint8]:
    """Codes, shape (n, COUNT // 2), of steps from -STEPS to STEPS, shape (n, COUNT)."""
    nibbles = (steps + STEPS).astype(np.uint8)
    return np.asarray(nibbles[:, ::2] << 4 | nibbles[:, 1::2])


def unpacked(codes: NDArray[np.uint8]) -> I8:
    """Steps, shape (n, COUNT), of codes, shape (n, COUNT // 2)."""
    nibbles = np.stack([codes >> 4, codes & 15], axis=2).reshape(len(codes), COUNT)
    return nibbles.astype(np.int8) - np.int8(STEPS)


def signs(codes: NDArray[np.uint8]) -> I8:
    """Whether each band of an outline is raised, 1 or -1, shape (n, BANDS), of its codes."""
    return np.asarray(np.unpackbits(codes, axis=1, count=BANDS).astype(np.int8) * 2 - 1, np.int8)


def _relief(spectrum: Spectrum, every: int, octaves: F64) -> tuple[F64, F64]:
    """Times and relief of the frames whose number in the whole sound `every` divides."""
    chosen = frames_of(spectrum, every)
    return spectrum.times[chosen], relief_at(spectrum.whitened[chosen], octaves)


def _levels(total: F64, octaves: F64) -> F64:
    """Means over bands, from sums up to each bin, shape (frames, bins + 1)."""
    low, high = (BASE_HZ * 2.0 ** (octaves + d) * (WINDOW / RATE) for d in (-BAND / 2, BAND / 2))
    middle, half = (low + high) / 2 + 0.5, np.maximum(high - low, NARROWEST) / 2
    return np.asarray((_up_to(total, middle + half) - _up_to(total, middle - half)) / (2 * half))


def _up_to(total: F64, edge: F64) -> F64:
    """Sums up to edges between bins, shape (frames, n)."""
    left = edge.astype(np.int64)
    part = edge - left
    return np.asarray(total[:, left] * (1 - part) + total[:, left + 1] * part)


def _whole(name: str, codes: NDArray[np.uint8], times: F64) -> Fingerprint:
    return Fingerprint(name, codes, times, np.full(len(codes), 100, np.uint8))
