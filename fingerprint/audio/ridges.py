"""`audio-ridges-1`: where a suspect's spectrum is highest among its neighbours in pitch.

A code is one frame: a bit for each bin of the bands of peaks, set where the whitened spectrum is a
local maximum along frequency. A ridge is what is left of a peak that reverberation has drawn out,
or that other sound has hidden or moved. It is no evidence by itself; verification looks at the
ridges of a suspect where a peak of the reference has no partner. Nothing is kept of a reference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d  # type: ignore[attr-defined]  # named at run time

from fingerprint.audio.peaks import BAND_EDGES_HZ
from fingerprint.audio.spectrum import BASE_HZ, RATE, WINDOW, Spectrum
from fingerprint.scheme import Fingerprint, Metric, Modality
from media.clip import Clip

LOWEST, HIGHEST = (int(edge * WINDOW / RATE) for edge in (BAND_EDGES_HZ[0], BAND_EDGES_HZ[-1]))
BINS = HIGHEST - LOWEST + 1
NEIGHBOURHOOD = 7  # bins in which a ridge is the greatest: ±23 Hz, as for a peak
MIN_RISE = 0.5  # nats over the local mean

Bits = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ridges:
    """Scheme `audio-ridges-1`: a code of 58 bytes each 16 ms, of suspects alone."""

    name: str = "audio-ridges-1"
    modality: Modality = "audio"
    metric: Metric = "beside"
    width: int = -(-BINS // 8)

    def fingerprint(self, clip: Clip) -> Fingerprint:
        """The ridges of the clip's sound; times are the centres of the frames."""
        return self.of_spectrum(Spectrum.of(clip))

    def of_spectrum(self, spectrum: Spectrum) -> Fingerprint:
        """The ridges of a clip's spectrum."""
        if not len(spectrum):
            return Fingerprint.empty(self.name, self.width)
        codes = np.packbits(find_ridges(spectrum.whitened), axis=1)
        quality = np.full(len(codes), 100, np.uint8)
        return Fingerprint(self.name, codes, spectrum.times, quality)

    def kept(self, fingerprint: Fingerprint) -> Fingerprint:
        """Nothing."""
        return Fingerprint.empty(self.name, self.width)


def find_ridges(whitened: NDArray[np.float32]) -> Bits:
    """Whether each bin from LOWEST to HIGHEST is a ridge, shape (frames, BINS), of a whitened log
    spectrum, shape (frames, bins)."""
    part = whitened[:, LOWEST : HIGHEST + 1]
    greatest = maximum_filter1d(part, NEIGHBOURHOOD, axis=1, mode="nearest")
    return np.asarray((part >= MIN_RISE) & (part == greatest))


def unpacked(codes: NDArray[np.uint8]) -> Bits:
    """The ridges of codes, shape (n, BINS)."""
    return np.unpackbits(codes, axis=1, count=BINS).astype(bool)


def bin_of(octaves: NDArray[np.float64]) -> NDArray[np.int64]:
    """The bin from LOWEST on that log frequencies lie in, in octaves above 100 Hz; may lie
    outside."""
    return np.rint(BASE_HZ * 2.0**octaves * (WINDOW / RATE)).astype(np.int64) - LOWEST
