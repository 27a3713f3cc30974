"""Speed, tempo and pitch are what was asked for, and every moment is where the truth puts it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from benchmarks.presets import percent
from benchmarks.retime import resample, retime, stretch
from media.clip import F32

RATE = 44_100
SECONDS = 6.0


def tone(hertz: float) -> F32:
    wave = 0.3 * np.sin(2 * np.pi * hertz * np.arange(round(SECONDS * RATE)) / RATE)
    return np.tile(wave, (2, 1)).astype(np.float32)


def bursts() -> F32:
    """Noise that is loud in the first 100 ms of every half second."""
    time = np.arange(round(SECONDS * RATE)) / RATE
    hiss = np.random.default_rng(5).standard_normal(len(time))
    loud = np.where(time % 0.5 < 0.1, 0.3, 0.003)
    return np.tile(hiss * loud, (2, 1)).astype(np.float32)


def pitch(samples: F32) -> float:
    """The strongest frequency, in Hz."""
    mono = samples.mean(axis=0)
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono)), 4 * len(mono)))
    return float(spectrum.argmax()) * RATE / (4 * len(mono))


def burst_times(samples: F32) -> list[float]:
    """The middle of each burst, in seconds."""
    loud = np.abs(samples.mean(axis=0)) > 0.05
    at = np.flatnonzero(loud) / RATE
    parts = np.split(at, np.flatnonzero(np.diff(at) > 0.1) + 1)
    return [float(part.mean()) for part in parts]


@pytest.mark.parametrize("change", ["-15", "-7.1", "+3.3", "+4.17", "+12.6"])
def test_speed_moves_pitch_and_time_together(change: str) -> None:
    speed = percent(change)
    played = retime(tone(440), RATE, speed, 1.0, 0.0)
    assert played.shape[1] == pytest.approx(SECONDS * RATE / float(speed), abs=1)
    assert pitch(played) == pytest.approx(440 * float(speed), rel=1e-4)


@pytest.mark.parametrize("tempo", [0.9, 0.97, 1.02, 1.1])
def test_tempo_leaves_the_pitch(tempo: float) -> None:
    played = stretch(tone(440), RATE, tempo)
    assert played.shape == (2, round(SECONDS * RATE / tempo))
    assert pitch(played) == pytest.approx(440, rel=2e-3)


@pytest.mark.parametrize("semitones", [-2, -1, 1, 2])
def test_pitch_leaves_the_time(semitones: int) -> None:
    raised = retime(tone(440), RATE, Fraction(1), 1.0, semitones)
    assert raised.shape[1] == pytest.approx(SECONDS * RATE, abs=1)
    assert pitch(raised) == pytest.approx(440 * 2 ** (semitones / 12), rel=2e-3)


@pytest.mark.parametrize(
    ("tempo", "semitones"), [(0.9, 0), (0.97, 0), (1.05, 0), (1.1, 0), (1, 1), (1, -2), (0.97, 1)]
)
def test_every_moment_is_where_the_truth_puts_it(tempo: float, semitones: float) -> None:
    times = burst_times(retime(bursts(), RATE, Fraction(1), tempo, semitones))
    expected = [time / tempo for time in burst_times(bursts())]
    errors = np.array(times[1:11]) - np.array(expected[1:11])
    # A tool that joins pieces of sound is free within a piece; on the whole it keeps time.
    assert np.abs(errors).max() < 0.025
    assert abs(np.median(errors)) < 0.012


def test_nothing_asked_is_nothing_done() -> None:
    samples = bursts()
    assert retime(samples, RATE, Fraction(1), 1.0, 0.0) is samples
    assert resample(samples, Fraction(1)) is samples
