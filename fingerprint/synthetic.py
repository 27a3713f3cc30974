"""Clips built in code, on which the golden vectors are computed.

Pictures come from integer arithmetic alone and are the same everywhere. Sounds come from exact
formulas in float64; the last bit of a sine may differ between machines, which changes no code:
the vectors are checked against far larger changes (`tests/fingerprint/test_conformance.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from media.clip import Clip, Frames, Sound, Span

RATE = 8000  # Hz
FRAMES_PER_S = 2
SEED = 2

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

Pattern = Callable[[I64, I64, I64], I64]


def synthetic_clips() -> Mapping[str, Clip]:
    """Pictures of several sizes, one in detail, one with bars, and several sounds, by name."""
    return {
        "weave": _film(_weave, range(58, 66), (144, 256), 0.0),
        "mosaic": _film(_mosaic, range(35, 41), (90, 160), 119.5),
        "portrait": _film(_weave, range(157, 161), (99, 57), 0.25),
        "barred": _barred(_film(_mosaic, range(35, 39), (90, 160), 30.0)),
        "shingle": _detailed(_shingle, range(3), (216, 384), 6.0),
        "notes": _record(_notes(24), 0.0),
        "chirps": _record(_chirps(16), 112.0),
    }


def _film(pattern: Pattern, which: range, shape: tuple[int, int], start_s: float) -> Clip:
    """Some pictures of a pattern: those that keep all bits well clear of their thresholds."""
    i, y, x = np.meshgrid(np.array(which), *map(np.arange, shape), indexing="ij")
    times = start_s + np.arange(len(which)) / np.float64(FRAMES_PER_S)
    frames = Frames(pattern(i, y, x).astype(np.uint8), times)
    return Clip(Span(start_s, start_s + len(which) / FRAMES_PER_S), frames=frames)


def _detailed(pattern: Pattern, which: range, shape: tuple[int, int], start_s: float) -> Clip:
    film = _film(pattern, which, shape, start_s)
    return Clip(film.core, detail=film.frames)


def _barred(film: Clip) -> Clip:
    """The same pictures between white bars above and below."""
    assert film.frames is not None
    bars = np.pad(film.frames.luma, ((0, 0), (24, 16), (0, 0)), constant_values=250)
    return Clip(film.core, frames=Frames(bars, film.frames.times))


def _record(samples: F64, start_s: float) -> Clip:
    sound = Sound(samples.astype(np.float32), RATE, start_s)
    return Clip(sound.span, sound=sound)


def _weave(i: I64, y: I64, x: I64) -> I64:
    """Slopes and folds that move, each at its own speed and angle."""
    folds = _fold(3 * x + 31 * i) + _fold(5 * y - 14 * i) + 2 * _fold(2 * x + 3 * y + 47 * i)
    return (folds + _fold(11 * x - 7 * y + 5 * i)) // 5


def _mosaic(i: I64, y: I64, x: I64) -> I64:
    """Tiles of different grey that slide over a slope."""
    column, row = (x + 5 * i) // 13, (y + 3 * i) // 11
    tile = (column * column * 7 + row * row * 29 + column * row * 17 + 5 * column) % 64
    tiled: I64 = 2 * tile + (x + y) * 120 // 250
    return tiled


def _shingle(i: I64, y: I64, x: I64) -> I64:
    """Plates of many greys and heights whose edges make corners, sliding."""
    row = (y + 2 * i) // 18
    column = (x + 4 * i + row * row * 7 % 29) // (23 + row * 5 % 11)
    plate: I64 = 40 + (column * column * 37 + row * row * 53 + 11 * column * row) % 160
    return plate


def _fold(ramp: I64) -> I64:
    """A triangle wave, 0 … 255, that rises and falls once in 510."""
    folded: I64 = 255 - np.abs(ramp % 510 - 255)
    return folded


def _notes(seconds: int) -> F64:
    """Plucked notes, about five a second, whose times and heights follow a small generator."""
    t = _clock(seconds)
    out = _hiss(len(t))
    for k, draw in enumerate(_draws(seconds * 5)):
        begin = k * RATE // 5 + draw % 1200
        ring = t[: len(t) - begin]
        hertz = 130.0 * 2.0 ** ((draw // 7) % 53 / 12)
        loud = 0.04 + 0.01 * ((draw // 3) % 9)
        out[begin:] += loud * np.exp(-ring * (4 + draw % 5)) * np.sin(2 * np.pi * hertz * ring)
    return out


def _chirps(seconds: int) -> F64:
    """Tones that glide and swell, over clicks that die away."""
    t = _clock(seconds)
    out = _hiss(len(t))
    for start_hz, slope, swell_hz in (
        (300.0, 90.0, 0.61),
        (2600.0, -110.0, 0.83),
        (900.0, 37.0, 1.13),
    ):
        swell = 0.5 + 0.5 * np.sin(2 * np.pi * swell_hz * t)
        out += 0.15 * swell * np.sin(2 * np.pi * (start_hz + slope * t / 2) * t)
    for k, draw in enumerate(_draws(seconds)):
        begin = k * RATE + draw % 6000
        ring = t[: len(t) - begin]
        out[begin:] += 0.3 * np.exp(-60 * ring) * np.sin(2 * np.pi * (700 + draw % 2000) * ring)
    return out


def _hiss(count: int) -> F64:
    """Noise without a pattern that matters: squares modulo a prime, within ±0.005."""
    square = (np.arange(count, dtype=np.int64) * 48_271 % 65_537) ** 2 % 65_537
    return (square - 32_768) * np.float64(0.005 / 32_768)


def _clock(seconds: int) -> F64:
    return np.arange(seconds * RATE) / np.float64(RATE)


def _draws(count: int, state: int = SEED) -> list[int]:
    """Whole numbers that look drawn by lot (Lehmer's generator), always the same."""
    out = []
    for _ in range(count):
        state = state * 48_271 % (2**31 - 1)
        out.append(state)
    return out
