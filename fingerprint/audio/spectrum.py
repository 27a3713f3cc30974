"""Short-time log spectrum of mono sound, whitened so that equaliser and level do not matter.

The Hann window is 128 ms, the hop 16 ms. Whitening subtracts from the log magnitude its local mean
over about two seconds and a third of the band: what is left says how far a bin stands out of its
surroundings. All supports are finite, so a clip with enough context gives the same values as the
whole file.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.ndimage import uniform_filter  # type: ignore[attr-defined]  # named at run time

RATE = 8000  # Hz
WINDOW = 1024  # samples, 128 ms
HOP = 128  # samples, 16 ms
BASE_HZ = 100.0  # above which log frequencies count octaves
BLOCK = 256  # frames transformed at once
FLOOR = 5e-3  # a bin under -94 dB of full scale counts as silence; 16-bit dither lies at -113 dB
LOCAL = (125, 161)  # frames x bins of the local mean: 2 s x 1.25 kHz

F32 = NDArray[np.float32]


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
