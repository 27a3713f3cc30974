"""`audio-learned-1`: bits that a network learned to hear again, in noise and under other sounds.

Of a reference 128 bits are kept for each moment of its outline, 16 bytes every 208 ms. The network
sees the relief of a second and a half (`moments`), and was trained so that of what is heard of a
copy the bits of the original can be told (`training`). Of suspects nothing is kept: where they are
thought to play a reference, the network is asked what that reference should be
(`matchers.foretelling`). Nothing is searched for by it. Its card: docs/models/audio-learned-1.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint.audio.moments import AROUND, SAMPLES, SLOT_S, rows_at, sample_times, seen_in
from fingerprint.audio.network import BITS, network
from fingerprint.audio.relief import (
    BAND_OCTAVES,
    BANDS,
    OUTLINE_EVERY,
    RELIEF_EVERY,
    frames_of,
    relief_at,
    steps_of,
)
from fingerprint.audio.spectrum import Spectrum
from fingerprint.scheme import Fingerprint, Metric, Modality
from media.clip import Clip

I8 = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Learned:
    """Scheme `audio-learned-1`: 128 bits each 208 ms, 77 bytes a second, of references alone."""

    name: str = "audio-learned-1"
    modality: Modality = "audio"
    metric: Metric = "beside"
    width: int = BITS // 8

    def fingerprint(self, clip: Clip) -> Fingerprint:
        """The bits of the clip's sound; times are the centres of the frames."""
        return self.of_spectrum(Spectrum.of(clip))

    def of_spectrum(self, spectrum: Spectrum) -> Fingerprint:
        """The bits of a clip's spectrum."""
        moments = spectrum.times[frames_of(spectrum, OUTLINE_EVERY)]
        if not len(moments):
            return Fingerprint.empty(self.name, self.width)
        vectors = network().vectors(_slots(spectrum, len(moments)))
        codes = np.packbits(vectors[:, BANDS:] > 0, axis=1)
        return Fingerprint(self.name, codes, moments, np.full(len(codes), 100, np.uint8))

    def kept(self, fingerprint: Fingerprint) -> Fingerprint:
        """All of it."""
        return fingerprint


def _slots(spectrum: Spectrum, moments: int) -> I8:
    """What is seen about moments, shape (moments + 2 * AROUND, SAMPLES, BANDS); zero outside."""
    rows = frames_of(spectrum, RELIEF_EVERY)
    times = spectrum.times[rows]
    steps = steps_of(relief_at(spectrum.whitened[rows], BAND_OCTAVES))
    first = spectrum.times[frames_of(spectrum, OUTLINE_EVERY)[0]]
    at = sample_times(first + np.arange(moments) * SLOT_S)
    seen = seen_in(steps, rows_at(at, float(times[0])))
    return seen.reshape(moments + 2 * AROUND, SAMPLES, BANDS)
