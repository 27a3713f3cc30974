"""The log spectrum is that of librosa; whitening subtracts what a plain mean would."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint.audio.spectrum import BLOCK, FLOOR, HOP, LOCAL, WINDOW, log_spectrum, whiten
from fingerprint.synthetic import synthetic_clips

F32 = NDArray[np.float32]


def samples(name: str) -> F32:
    sound = synthetic_clips()[name].sound
    assert sound is not None
    return sound.samples


def oracle(wave: F32) -> NDArray[np.float64]:
    spectrum = librosa.stft(
        wave.astype(np.float64), n_fft=WINDOW, hop_length=HOP, window="hann", center=False
    )
    log: NDArray[np.float64] = np.log(np.abs(spectrum) + FLOOR)
    return log.T


@pytest.mark.parametrize("name", ["notes", "chirps"])
def test_log_spectrum_is_that_of_librosa(name: str) -> None:
    np.testing.assert_allclose(log_spectrum(samples(name)), oracle(samples(name)), atol=2e-3)


def test_log_spectrum_of_noise_is_that_of_librosa() -> None:
    noise = np.random.default_rng(1).uniform(-1, 1, 30_000).astype(np.float32)
    np.testing.assert_allclose(log_spectrum(noise), oracle(noise), atol=2e-3)


@pytest.mark.parametrize("frames", [1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 1])
def test_every_whole_window_is_a_frame(frames: int) -> None:
    noise = np.random.default_rng(2).uniform(-1, 1, WINDOW + frames * HOP - 1).astype(np.float32)
    spectrum = log_spectrum(noise)
    assert spectrum.shape == (frames, WINDOW // 2 + 1)
    last = log_spectrum(noise[(frames - 1) * HOP :])
    np.testing.assert_allclose(spectrum[-1:], last, atol=1e-6)


@pytest.mark.parametrize("n", [0, 1, WINDOW - 1])
def test_less_than_a_window_is_no_frame(n: int) -> None:
    assert log_spectrum(np.zeros(n, np.float32)).shape == (0, WINDOW // 2 + 1)


def test_silence_lies_at_the_floor() -> None:
    np.testing.assert_allclose(log_spectrum(np.zeros(4000, np.float32)), np.log(FLOOR), rtol=1e-6)


def test_whitening_subtracts_the_local_mean() -> None:
    spectrum = log_spectrum(samples("chirps"))
    up, across = LOCAL[0] // 2, LOCAL[1] // 2
    padded = np.pad(spectrum.astype(np.float64), ((up, up), (across, across)), mode="edge")
    white = whiten(spectrum)
    for frame, column in [(0, 0), (3, 500), (400, 256), (700, 77), (len(spectrum) - 1, 512)]:
        mean = padded[frame : frame + LOCAL[0], column : column + LOCAL[1]].mean()
        assert white[frame, column] == pytest.approx(spectrum[frame, column] - mean, abs=1e-4)


def test_level_disappears_in_whitening() -> None:
    spectrum = log_spectrum(samples("notes"))
    np.testing.assert_allclose(whiten(spectrum + np.float32(2)), whiten(spectrum), atol=1e-4)
