"""Short-time log spectrum of mono sound, whitened so that equaliser and level do not matter.

The Hann window is 128 ms, the hop 16 ms. Whitening subtracts from the log magnitude its local mean
over about two seconds and a third of the band: what is left says how far a bin stands out of its
surroundings. All supports are finite, so a clip with enough context gives the same values as the
whole file.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.ndimage import uniform_filter  # type: ignore[attr-defined]  # named at run time

from media.clip import Clip

RATE = 8000  # Hz
WINDOW = 1024  # samples, 128 ms
HOP = 128  # samples, 16 ms
BASE_HZ = 100.0  # above which log frequencies count octaves
BLOCK = 256  # frames transformed at once
FLOOR = 5e-3  # a bin under -94 dB of full scale counts as silence; 16-bit dither lies at -113 dB
LOCAL = (125, 161)  # frames x bins of the local mean: 2 s x 1.25 kHz

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spectrum:
    """What schemes of sound see of a clip; no frames where it has no sound or too little."""

    log: F32  # (frames, WINDOW // 2 + 1) natural log magnitudes
    whitened: F32  # the same shape
    times: F64  # (frames,) seconds, the centres of the windows

    @classmethod
    def of(cls, clip: Clip) -> Spectrum:
        """Both forms of the spectrum of a clip's sound. Raises ValueError at another rate."""
        sound = clip.sound
        if sound is None or len(sound.samples) < WINDOW:
            none = np.empty((0, WINDOW // 2 + 1), np.float32)
            return cls(none, none, np.empty(0))
        if sound.rate != RATE:
            raise ValueError(f"sound is fingerprinted at {RATE} Hz, not {sound.rate}")
        log = log_spectrum(sound.samples)
        centres = np.arange(len(log)) * HOP + WINDOW / 2
        return cls(log, whiten(log), sound.start_s + centres / RATE)

    def __len__(self) -> int:
        return len(self.log)


def log_spectrum(samples: F32) -> F32:
    """Natural log magnitudes, shape (frames, WINDOW // 2 + 1); frame i is of the window
    that starts at sample i * HOP, as long as it ends inside the samples."""
    count = max(0, (len(samples) - WINDOW) // HOP + 1)
    out = np.empty((count, WINDOW // 2 + 1), np.float32)
    if count == 0:
        return out
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::HOP]
    window = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    for i in range(0, count, BLOCK):
        magnitude = np.abs(rfft(frames[i : i + BLOCK] * window, axis=1))
        out[i : i + BLOCK] = np.log(magnitude + FLOOR)
    return out


def whiten(spectrum: F32) -> F32:
    """The log spectrum less its local mean; same shape."""
    local_mean: F32 = uniform_filter(spectrum, LOCAL, mode="nearest")
    return spectrum - local_mean
