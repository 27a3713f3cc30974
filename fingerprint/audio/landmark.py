"""`audio-landmark-2`: a constellation of spectral peaks, kept as peaks rather than as hashes.

A code is the log frequency of one peak, 192 steps to the octave above 100 Hz, as a big-endian
uint16; its quality says its rank. Hashing pairs of peaks is left to the index
(`fingerprint.audio.pairs`), so that a suspect can be searched under any speed or pitch by moving
its peaks, and a match can be verified peak by peak. Of a reference only the lower ranks are kept: a
peak that speech or noise has pushed down to a high rank of the suspect is still found there.
Source of the constellation idea: Wang, "An Industrial-Strength Audio Search Algorithm", ISMIR
2003.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.peaks import RANKS, find_peaks
from fingerprint.audio.spectrum import BASE_HZ, RATE, Spectrum
from fingerprint.scheme import Fingerprint, Metric, Modality
from media.clip import Clip

STEPS_PER_OCTAVE = 192
REFERENCE_RANKS = 7  # kept of a reference: about 33 peaks a second
QUALITY_PER_RANK = 7  # 100 for rank 0, 9 for the last
OCTAVES = float(np.log2(RATE / 2 / BASE_HZ))  # no sound is higher


@dataclass(frozen=True, slots=True)
class Landmark:
    """Scheme `audio-landmark-2`: 2 bytes a peak, about 62 peaks a second of a suspect."""

    name: str = "audio-landmark-2"
    modality: Modality = "audio"
    metric: Metric = "landmark"
    width: int = 2

    def fingerprint(self, clip: Clip) -> Fingerprint:
        """The peaks of the clip's sound; times are the centres of their windows."""
        return self.of_spectrum(Spectrum.of(clip))

    def of_spectrum(self, spectrum: Spectrum) -> Fingerprint:
        """The peaks of a clip's spectrum."""
        if not len(spectrum):
            return Fingerprint.empty(self.name, self.width)
        peaks = find_peaks(spectrum.log, spectrum.whitened)
        quality = (100 - QUALITY_PER_RANK * peaks.rank).astype(np.uint8)
        codes = encode(np.log2(peaks.hertz / BASE_HZ))
        return Fingerprint(self.name, codes, spectrum.times[peaks.frame], quality)

    def could_give(self, fingerprint: Fingerprint) -> bool:
        """Whether frequencies and ranks are such as peaks have."""
        ranked = (100 - fingerprint.quality.astype(np.int64)) % QUALITY_PER_RANK == 0
        heard = decode(fingerprint.codes) <= OCTAVES
        return bool((ranked & heard & (ranks_of(fingerprint) < RANKS)).all())

    def kept(self, fingerprint: Fingerprint) -> Fingerprint:
        """The lower ranks."""
        return lowest_ranks(fingerprint, REFERENCE_RANKS)


def lowest_ranks(fingerprint: Fingerprint, ranks: int) -> Fingerprint:
    """The peaks under a rank."""
    return fingerprint.take(ranks_of(fingerprint) < ranks)


def ranks_of(fingerprint: Fingerprint) -> NDArray[np.int64]:
    """The rank of each peak, shape (n,)."""
    return (100 - fingerprint.quality.astype(np.int64)) // QUALITY_PER_RANK


def encode(octaves: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Codes, shape (n, 2), of log frequencies in octaves above 100 Hz, shape (n,)."""
    steps = np.rint(octaves * STEPS_PER_OCTAVE)
    return steps.astype(">u2").view(np.uint8).reshape(-1, 2)


def decode(codes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Log frequencies in octaves above 100 Hz, shape (n,), of codes, shape (n, 2)."""
    return np.ascontiguousarray(codes).view(">u2").ravel() / STEPS_PER_OCTAVE
