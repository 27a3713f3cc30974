"""What is done to sound before a network has to know it again: noise, other sound on top, rooms,
narrow bands, clipping, levels, and another playback speed.

These are families of damage with drawn strengths, made here; none is an operation of a benchmark.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, resample  # type: ignore[attr-defined]  # named at run time

from fingerprint.audio.spectrum import RATE

F32 = NDArray[np.float32]
Rng = np.random.Generator

FASTEST = 0.25  # octaves, to either side
RETIMED = 0.35  # of excerpts
UNDER_NOISE, UNDER_SOUND = 0.35, 0.75  # up to which a draw puts one or the other on top


def drawn_octaves(rng: Rng) -> float:
    """By how much a suspect is faster and higher: as it was, more often than not."""
    return float(rng.uniform(-FASTEST, FASTEST)) if rng.random() < RETIMED else 0.0


def spoiled(sound: F32, other: F32, rng: Rng) -> F32:
    """The sound, shape (n,), damaged in a drawn way; `other`, as long, may be put on top."""
    if rng.random() < 0.25:
        sound = in_room(sound, rng)
    chosen = rng.random()
    if chosen < UNDER_NOISE:
        sound = mixed(sound, noise(len(sound), rng), rng.uniform(-7, 10))
    elif chosen < UNDER_SOUND:
        sound = mixed(sound, other, rng.uniform(-8, 8))
    elif rng.random() < 0.7:
        sound = mixed(sound, noise(len(sound), rng), rng.uniform(10, 30))
    if rng.random() < 0.3:
        sound = filtered(sound, rng)
    if rng.random() < 0.15:
        most = float(np.abs(sound).max()) * rng.uniform(0.15, 0.7)
        sound = np.clip(sound, -most, most)
    return sound * np.float32(10 ** (rng.uniform(-15, 3) / 20))


def at_speed(sound: F32, length: int) -> F32:
    """The sound, played in so many samples."""
    return sound if len(sound) == length else np.asarray(resample(sound, length), np.float32)


def noise(length: int, rng: Rng) -> F32:
    """Noise whose power falls with frequency, not at all to steeply, swelling or not."""
    frequencies = np.maximum(np.fft.rfftfreq(length, 1 / RATE), 30)
    bins = len(frequencies)
    waves = rng.standard_normal(bins) + 1j * rng.standard_normal(bins)
    steepness = rng.choice([0.0, 0.5, 0.5, 1.0]) if rng.random() < 0.6 else rng.uniform(0, 1.3)
    sound = np.fft.irfft(waves / frequencies**steepness, length)
    if rng.random() < 0.2:
        sound *= 1 + 0.8 * np.sin(2 * np.pi * rng.uniform(0.1, 3) * np.arange(length) / RATE)
    return np.asarray(sound, np.float32)


def mixed(sound: F32, other: F32, decibels: float) -> F32:
    """One sound over another, so many decibels louder than it."""
    ratio = float(np.square(sound).mean()) / max(float(np.square(other).mean()), 1e-12)
    return sound + other * np.float32(np.sqrt(ratio) * 10 ** (-decibels / 20))


def in_room(sound: F32, rng: Rng) -> F32:
    """The sound in a room whose echoes fade by 60 dB in a fifth of a second to 1.5 s."""
    length = int(RATE * rng.uniform(0.2, 1.5))
    fading = 10.0 ** (-3 * np.arange(length) / length)
    echoes = rng.standard_normal(length) * fading * rng.uniform(0.02, 0.12)
    echoes[0] = 1.0
    return np.asarray(fftconvolve(sound, echoes)[: len(sound)], np.float32)


def filtered(sound: F32, rng: Rng) -> F32:
    """The sound in a band, tilted."""
    frequencies = np.maximum(np.fft.rfftfreq(len(sound), 1 / RATE), 1)
    low, high = rng.uniform(40, 450), rng.uniform(2000, 3900)
    gain = 1 / (1 + (low / frequencies) ** 4) / (1 + (frequencies / high) ** 8)
    tilt = rng.uniform(-5, 5) * np.log2(np.maximum(frequencies, 100) / 1000)
    spectrum = np.fft.rfft(sound) * gain * 10 ** (tilt / 20)
    return np.asarray(np.fft.irfft(spectrum, len(sound)), np.float32)
