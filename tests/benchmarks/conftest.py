"""A small film that says at every moment what time it is, and a tune that never repeats."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.datasets import WorkFile
from benchmarks.distort import Distortion
from benchmarks.encode import Writer
from benchmarks.presets import PRESETS
from benchmarks.probe import Facts
from media.clip import F32, U8
from tests.reelprint.here import Here

RATE = 44_100
SECONDS = 8.0
FPS = 25
SIZE = (120, 160)


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine that is measured is shown elsewhere to work in processes."""
    monkeypatch.setattr("reelprint.pool.ProcessPool", Here)


def picture(time: float) -> U8:
    """Noise of the left half brightens with time, so luma tells the time."""
    rng = np.random.default_rng(7)
    frame = rng.integers(0, 40, (*SIZE, 3), np.uint8)
    frame[:, : SIZE[1] // 2] += np.uint8(20 * time)
    return frame


def chirp() -> F32:
    """A tone that rises by 100 Hz a second from 400 Hz, so pitch tells the time."""
    time = np.arange(round(SECONDS * RATE)) / RATE
    tone = 0.3 * np.sin(2 * np.pi * (400 * time + 50 * time**2))
    return np.tile(tone, (2, 1)).astype(np.float32)


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> WorkFile:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    sound = chirp()
    with Writer(path, Distortion(crf=12, bit_rate=192_000), RATE) as writer:
        for k in range(round(SECONDS * FPS)):
            writer.frame(picture(k / FPS), k / FPS)
            at = round(k / FPS * RATE)
            writer.samples(sound[:, at : at + RATE // FPS])
    return WorkFile(path, "film.mp4", "film", "video", Facts("0" * 64, SECONDS, True, True, 120))


@pytest.fixture(scope="session")
def tune(tmp_path_factory: pytest.TempPathFactory) -> WorkFile:
    """Twenty seconds of random chords: a single rising tone has too little to be told by."""
    rng = np.random.default_rng(2)
    time = np.arange(RATE // 8) / RATE
    notes = 220 * 2 ** (rng.integers(0, 36, (160, 3)) / 12)
    sound = np.sin(2 * np.pi * notes[..., None] * time).sum(axis=1) * np.exp(-8 * time)
    path = tmp_path_factory.mktemp("tune") / "tune.flac"
    with Writer(path, PRESETS["lossless"], RATE) as writer:
        writer.samples(np.tile(0.2 * sound.reshape(1, -1), (2, 1)).astype(np.float32))
    return WorkFile(path, path.name, "tune", "music", Facts("1" * 64, 20.0, False, True, 0))
