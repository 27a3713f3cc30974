"""Silence, tones, noise, flat and still pictures, told from what is kept of a reference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fingerprint.audio.landmark import Landmark
from fingerprint.audio.relief import Outline as OutlineScheme
from fingerprint.scheme import Fingerprint
from matchers.condition import Stretch, excludable, of_picture, of_sound
from matchers.outlining import Outline
from media.clip import F32, F64, Clip, Sound, Span
from tests.matchers.build import film

RATE = 8000


def stretches(sound: F32 | F64) -> list[Stretch]:
    clip = Clip(Span(0, 1 + len(sound) / RATE), sound=Sound(sound.astype(np.float32), RATE, 0.0))
    peaks, outline = (s.kept(s.fingerprint(clip)) for s in (Landmark(), OutlineScheme()))
    return of_sound(peaks, Outline.of(outline))


def conditions(sound: F32 | F64) -> list[str]:
    return [one.condition for one in stretches(sound)]


def time(seconds: float) -> F64:
    return np.arange(int(seconds * RATE)) / RATE


def noise(seconds: float, seed: int, power: float) -> F32:
    """Noise whose spectrum falls by a power of frequency."""
    white = np.fft.rfft(np.random.default_rng(seed).standard_normal(int(seconds * RATE)))
    shaped = np.fft.irfft(white / np.maximum(np.arange(len(white)), 1) ** power)
    return np.asarray(0.5 * shaped / np.abs(shaped).max(), np.float32)


def melody(seconds: float, seed: int) -> F32:
    """Notes of a quarter of a second, with overtones."""
    rng = np.random.default_rng(seed)
    at = time(seconds)
    pitch = 220 * 2 ** (rng.integers(0, 24, int(seconds * 4) + 1)[(at * 4).astype(int)] / 12)
    phase = np.cumsum(pitch) / RATE * 2 * np.pi
    return np.asarray(sum(np.sin(k * phase) / k for k in (1, 2, 3)) / 4, np.float32)


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0], ids=["white", "pink", "brown"])
@pytest.mark.parametrize("seed", range(3))
def test_noise_is_noise_from_end_to_end(power: float, seed: int) -> None:
    (one,) = stretches(noise(40, seed, power))
    assert one.condition == "noise"
    assert one.span.start_s < 1
    assert one.span.end_s > 34  # a window may fail by accident


@pytest.mark.parametrize("hertz", [[440], [1000], [50, 100, 150, 200], [697, 1209]])
def test_a_tone_is_a_tone(hertz: list[float]) -> None:
    at = time(20)
    (one,) = stretches(np.sum([0.2 * np.sin(2 * np.pi * f * at) for f in hertz], axis=0))
    assert one.condition == "tone"
    assert one.span.duration_s > 19


@pytest.mark.parametrize("level", [0.0, 1e-5])
def test_silence_is_silence(level: float) -> None:
    assert conditions(level * noise(20, 1, 0)) == ["silence"]


def test_silence_between_music_has_its_ends() -> None:
    (one,) = stretches(
        np.concatenate([melody(10, 1), np.zeros(6 * RATE, np.float32), melody(10, 2)])
    )
    assert one.condition == "silence"
    assert one.span.start_s == pytest.approx(10, abs=0.3)
    assert one.span.end_s == pytest.approx(16, abs=0.3)


@pytest.mark.parametrize("seed", range(3))
def test_music_is_none_of_it(seed: int) -> None:
    assert conditions(melody(40, seed)) == []
    assert conditions(melody(40, seed) + 0.3 * noise(40, seed, 0.5)) == []


def test_noise_that_comes_again_and_again_is_a_rhythm() -> None:
    assert conditions(np.tile(noise(1.04, 1, 0.0), 40)) == []


def test_what_has_no_sound_has_no_silence() -> None:
    assert conditions(np.zeros(0, np.float32)) == []


def test_flat_and_still_pictures_have_their_ends() -> None:
    frames = film(60, 1)
    quality, codes = frames.quality.copy(), frames.codes.copy()
    quality[20:30] = 0  # from 10 to 15 s
    codes[60:110] = codes[60]  # from 30 to 55 s
    seen = of_picture(replace(frames, quality=quality, codes=codes))
    assert seen == [Stretch("flat", Span(10, 15)), Stretch("still", Span(30.5, 55))]
    assert of_picture(frames) == []
    assert of_picture(Fingerprint.empty("video-dct256-1", 32)) == []


SPAN = Span(10.0, 30.0)
NOTHING = Fingerprint.empty("", 32)


@pytest.mark.parametrize(
    ("conditions", "picture", "expected"),
    [
        (["noise"], False, True),  # of music
        (["noise"], True, False),  # under a film
        (["noise", "still"], True, True),  # under a test card
        (["tone", "still"], True, True),
        (["silence", "still"], True, False),  # a title
        (["still"], True, False),
    ],
)
def test_what_is_excluded_loses_nothing(
    conditions: list[str], picture: bool, expected: bool
) -> None:
    there = [Stretch(one, SPAN) for one in conditions]  # type: ignore[arg-type]
    frames = film(40, 1) if picture else NOTHING
    assert excludable(there[0], there, NOTHING, frames) is expected


def test_a_black_picture_is_excluded_unless_something_is_heard() -> None:
    flat, silence = Stretch("flat", SPAN), Stretch("silence", SPAN)
    heard = film(40, 1)  # any codes
    assert excludable(flat, [flat], NOTHING, NOTHING)
    assert not excludable(flat, [flat], heard, NOTHING)
    assert excludable(flat, [flat, silence], heard, NOTHING)
