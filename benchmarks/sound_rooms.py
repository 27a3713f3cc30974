"""Sound as it arrives through a room, a recorder or a limiter.

Operations as in `sound_ops`: (samples, amount, scene) to samples of the same shape.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter1d  # type: ignore[attr-defined]  # untyped
from scipy.signal import butter, fftconvolve, sosfilt  # type: ignore[attr-defined]  # untyped

from benchmarks.sound_filter import through
from benchmarks.sound_scene import Scene, added, pink
from media.clip import F32

# Direct sound and all echoes together carry the same energy: harsh, as in the field's protocol.
REVERB_DIRECT_DB = 0.0
# A camcorder in a small cinema: dry, but no wire.
CAMCORDER_RT60_S = 0.4
CAMCORDER_DIRECT_DB = 3.0
CAMCORDER_HZ = (150.0, 6000.0)
CAMCORDER_NOISE_DB = 15.0
CROWD_HZ = (250.0, 3000.0)
CROWD_DB = 18.0
CROWD_SWELL_S = 0.25
# Automatic gain: the level is held at this, as heard over about a second.
AGC_LEVEL = 0.15
AGC_S = 1.0
AGC_MAX_GAIN = 30.0
# 8:1 above -32 dB of full scale, quick enough to pump, with the lost level given back.
COMPRESSOR = "threshold=0.025:ratio=8:attack=5:release=80:knee=2:makeup=6"


def reverb(samples: F32, rt60_s: float, scene: Scene) -> F32:
    """A room whose echoes fall by 60 dB in `rt60_s`: white noise that decays exponentially."""
    return _room(samples, rt60_s, REVERB_DIRECT_DB, scene)


def camcorder(samples: F32, _: float, scene: Scene) -> F32:
    """Recorded from the back of a small cinema by a hand-held device.

    In this order: a room (RT60 0.4 s, direct sound 3 dB above its echoes), a crowd that rustles
    (noise of 250–3000 Hz that swells and falls several times a second, 18 dB below), pink noise of
    air and preamplifier (15 dB below), the band of a small microphone (150–6000 Hz), automatic gain
    that holds the level over a second, and a limiter that rounds off peaks.
    """
    heard = _room(samples, CAMCORDER_RT60_S, CAMCORDER_DIRECT_DB, scene)
    heard = added(heard, _crowd(heard.shape[1], scene), CROWD_DB)
    heard = added(heard, pink(heard.shape[1], scene.rng), CAMCORDER_NOISE_DB)
    return limited(automatic_gain(band(heard, CAMCORDER_HZ, scene.rate), scene.rate))


def compress(samples: F32, _: float, scene: Scene) -> F32:
    """Heavy dynamic compression, as of a radio station: 8:1 from -32 dB, then a limiter."""
    return limited(through(samples, scene.rate, "acompressor", COMPRESSOR)[:, : samples.shape[1]])


def band(samples: F32, hertz: tuple[float, float], rate: int) -> F32:
    """Keep a band: 24 dB an octave on either side."""
    sos = butter(4, hertz, "bandpass", fs=rate, output="sos")
    return np.asarray(sosfilt(sos, samples, axis=1), np.float32)


def automatic_gain(samples: F32, rate: int) -> F32:
    """Hold the level that is heard over about a second."""
    power = uniform_filter1d(np.mean(samples**2, axis=0, dtype=np.float64), round(AGC_S * rate))
    gain = np.minimum(AGC_LEVEL / np.sqrt(np.maximum(power, 1e-12)), AGC_MAX_GAIN)
    return np.asarray(samples * gain, np.float32)


def limited(samples: F32) -> F32:
    """Round off what nears full scale."""
    return np.asarray(np.tanh(samples), np.float32)


def _room(samples: F32, rt60_s: float, direct_db: float, scene: Scene) -> F32:
    """The direct sound and its echoes; the same room for both channels."""
    time = np.arange(1, round(rt60_s * scene.rate)) / scene.rate
    echoes = scene.rng.standard_normal(len(time)) * 10 ** (-3 * time / rt60_s)
    echoes *= 10 ** (-direct_db / 20) / np.sqrt(np.sum(echoes**2))
    response = np.concatenate([[1.0], echoes]).astype(np.float32)[None]
    wet = fftconvolve(samples, response, axes=1)[:, : samples.shape[1]]
    return np.asarray(wet / max(float(np.abs(wet).max(initial=0.0)), 1.0), np.float32)


def _crowd(count: int, scene: Scene) -> F32:
    """Noise in the band of voices, whose level wanders."""
    hiss = scene.rng.standard_normal((1, count)).astype(np.float32)
    swell = uniform_filter1d(scene.rng.standard_normal(count), round(CROWD_SWELL_S * scene.rate))
    swell = np.exp(swell / np.std(swell))
    return np.asarray(band(hiss, CROWD_HZ, scene.rate) * swell, np.float32)
