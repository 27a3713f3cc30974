"""What people do to sound. Each operation is a pure function of one excerpt.

An operation takes (samples, amount, scene): float32 of shape (channels, n) in [-1, 1], one number,
and what else is around: the sample rate, a seeded generator, and another sound to lay on top.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.signal import butter, resample_poly, sosfilt  # type: ignore[attr-defined]  # untyped

from media.clip import F32

# The band of an analogue telephone line.
PHONE_HZ = (300.0, 3400.0)


@dataclass(frozen=True, slots=True)
class Scene:
    """What an operation may use beside the samples."""

    rate: int
    rng: np.random.Generator
    other: F32 | None = None  # (channels, n), any length


SoundOp = Callable[[F32, float, Scene], F32]


def noise(samples: F32, snr_db: float, scene: Scene) -> F32:
    """Add white noise at a signal-to-noise ratio."""
    return _add(samples, scene.rng.standard_normal(samples.shape).astype(np.float32), snr_db)


def mix(samples: F32, snr_db: float, scene: Scene) -> F32:
    """Lay the other sound on top, `snr_db` below the signal, repeated to its length.

    Raises ValueError when the scene has no other sound.
    """
    if scene.other is None:
        raise ValueError("there is no other sound to mix in")
    other = scene.other.mean(axis=0)
    repeats = -(-samples.shape[1] // len(other))
    return _add(samples, np.tile(other, repeats)[None, : samples.shape[1]], snr_db)


def phone(samples: F32, _: float, scene: Scene) -> F32:
    """Keep the band of a telephone."""
    sos = butter(4, PHONE_HZ, "bandpass", fs=scene.rate, output="sos")
    return np.asarray(sosfilt(sos, samples, axis=1), np.float32)


def gain(samples: F32, decibel: float, scene: Scene) -> F32:
    """Louder or softer; what leaves [-1, 1] is clipped."""
    return np.asarray(np.clip(samples * 10 ** (decibel / 20), -1, 1), np.float32)


def resample(samples: F32, speed: Fraction) -> F32:
    """Play `speed` times as fast, so that pitch and tempo rise together."""
    if speed == 1:
        return samples
    slower = resample_poly(samples, speed.denominator, speed.numerator, axis=1)
    return np.asarray(slower, np.float32)


def _add(samples: F32, other: F32, snr_db: float) -> F32:
    """The sum at the ratio of powers, scaled down when it would clip."""
    wanted = np.sqrt(np.mean(samples**2)) * 10 ** (-snr_db / 20)
    power = np.sqrt(np.mean(other**2))
    total = samples + other * np.float32(wanted / power if power else 0.0)
    return np.asarray(total / max(float(np.abs(total).max(initial=0.0)), 1.0), np.float32)


SOUND_OPS: dict[str, SoundOp] = {"noise": noise, "mix": mix, "phone": phone, "gain": gain}
