"""What a sound operation finds around it, and how one sound is laid on another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from media.clip import F32


@dataclass(frozen=True, slots=True)
class Scene:
    """What an operation may use beside the samples."""

    rate: int
    rng: np.random.Generator
    other: F32 | None = None  # (channels, n), any length


def added(samples: F32, other: F32, snr_db: float) -> F32:
    """The sum at the ratio of powers, scaled down when it would clip."""
    wanted = np.sqrt(np.mean(samples**2)) * 10 ** (-snr_db / 20)
    power = np.sqrt(np.mean(other**2))
    total = samples + other * np.float32(wanted / power if power else 0.0)
    return np.asarray(total / max(float(np.abs(total).max(initial=0.0)), 1.0), np.float32)


def embedded(samples: F32, lead: int, scene: Scene) -> F32:
    """Samples between `lead` samples each of another sound, as loud as they are.

    Raises ValueError when the scene has too little other sound.
    """
    if lead == 0:
        return samples
    if scene.other is None or scene.other.shape[1] < 2 * lead:
        raise ValueError("there is too little other sound to go between")
    level = np.sqrt(np.mean(samples**2)) / max(float(np.sqrt(np.mean(scene.other**2))), 1e-6)
    other = np.clip(scene.other * np.float32(level), -1, 1)
    return np.concatenate([other[:, :lead], samples, other[:, lead : 2 * lead]], axis=1)


def pink(count: int, rng: np.random.Generator) -> F32:
    """Noise with equal power in each octave, shape (1, count)."""
    spectrum = np.fft.rfft(rng.standard_normal(count))
    spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
    spectrum[0] = 0.0
    return np.fft.irfft(spectrum, count).astype(np.float32)[None]
