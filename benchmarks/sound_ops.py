"""What people do to sound. Each operation is a pure function of one excerpt.

An operation takes (samples, amount, scene): float32 of shape (channels, n) in [-1, 1], one number,
and what else is around: the sample rate, a seeded generator, and another sound to lay on top.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.sound_rooms import band, camcorder, compress, reverb
from benchmarks.sound_scene import Scene, added, pink
from media.clip import F32

# The band of an analogue telephone line.
PHONE_HZ = (300.0, 3400.0)

SoundOp = Callable[[F32, float, Scene], F32]


def noise(samples: F32, snr_db: float, scene: Scene) -> F32:
    """Add white noise at a signal-to-noise ratio."""
    return added(samples, scene.rng.standard_normal(samples.shape).astype(np.float32), snr_db)


def pink_noise(samples: F32, snr_db: float, scene: Scene) -> F32:
    """Add pink noise at a signal-to-noise ratio, the same in both channels."""
    return added(samples, pink(samples.shape[1], scene.rng), snr_db)


def mix(samples: F32, snr_db: float, scene: Scene) -> F32:
    """Lay the other sound on top, `snr_db` below the signal, repeated to its length.

    Raises ValueError when the scene has no other sound.
    """
    if scene.other is None:
        raise ValueError("there is no other sound to mix in")
    other = scene.other.mean(axis=0)
    repeats = -(-samples.shape[1] // len(other))
    return added(samples, np.tile(other, repeats)[None, : samples.shape[1]], snr_db)


def instead(samples: F32, decibel: float, scene: Scene) -> F32:
    """The other sound alone, repeated to the length of the excerpt, louder or softer.

    Raises ValueError when the scene has no other sound.
    """
    if scene.other is None:
        raise ValueError("there is no other sound to put in the place of this one")
    repeats = -(-samples.shape[1] // scene.other.shape[1])
    other = np.tile(scene.other.mean(axis=0), repeats)[: samples.shape[1]]
    return gain(np.stack([other, other]), decibel, scene)


def silence(samples: F32, _: float, scene: Scene) -> F32:
    """Nothing is heard, but the stream is there."""
    return np.zeros_like(samples)


def phone(samples: F32, _: float, scene: Scene) -> F32:
    """Keep the band of a telephone."""
    return band(samples, PHONE_HZ, scene.rate)


def gain(samples: F32, decibel: float, scene: Scene) -> F32:
    """Louder or softer; what leaves [-1, 1] is clipped."""
    return np.asarray(np.clip(samples * 10 ** (decibel / 20), -1, 1), np.float32)


SOUND_OPS: dict[str, SoundOp] = {
    "noise": noise,
    "pink": pink_noise,
    "mix": mix,
    "instead": instead,
    "silence": silence,
    "phone": phone,
    "gain": gain,
    "reverb": reverb,
    "camcorder": camcorder,
    "compress": compress,
}
