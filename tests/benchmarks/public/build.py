"""Tiny real media in the layouts of the public sets: pictures, films and songs that differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.public.songs import RATE, Samples, write
from media.clip import U8
from tests.media.build import silent_film

FPS = 5
Result = dict[str, Any]


def scene(seed: int, height: int = 240, width: int = 320) -> U8:
    """Blobs and edges of many sizes, as a photograph has; another for each seed."""
    rng = np.random.default_rng(seed)
    picture = np.full((height, width, 3), rng.integers(60, 190, 3), np.uint8)
    for _ in range(60):
        at = (int(rng.integers(width)), int(rng.integers(height)))
        colour = tuple(map(int, rng.integers(0, 256, 3)))
        if rng.random() < 0.5:
            cv2.circle(picture, at, int(rng.integers(4, 50)), colour, -1)
        else:
            to = (at[0] + int(rng.integers(8, 80)), at[1] + int(rng.integers(8, 80)))
            cv2.rectangle(picture, at, to, colour, -1)
    return np.asarray(cv2.GaussianBlur(picture, (3, 3), 0), np.uint8)


def photograph(path: Path, picture: U8, quality: int = 90) -> Path:
    """A JPEG, in folders that are made for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return path


def film(path: Path, seed: int, start_s: int = 0, end_s: int = 10, crf: int = 24) -> Path:
    """A film that shows another scene each second, which drifts; or a part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = [_moved(seed, k) for k in range(start_s * FPS, end_s * FPS)]
    times = range(0, (end_s - start_s) * 1000, 1000 // FPS)
    options = {"preset": "veryfast", "crf": str(crf), "g": "10"}
    return silent_film(path, times, (320, 240), options, shown)


def _moved(seed: int, frame: int) -> U8:
    picture = scene(1000 * seed + frame // FPS)
    return np.asarray(np.roll(picture, 4 * (frame % FPS), axis=1), np.uint8)


def tune(seed: int, seconds: float = 30.0) -> Samples:
    """Chords that never repeat, eight a second."""
    rng = np.random.default_rng(seed)
    time = np.arange(RATE // 8) / RATE
    notes = 220 * 2 ** (rng.integers(0, 36, (round(8 * seconds), 3)) / 12)
    sound = np.sin(2 * np.pi * notes[..., None] * time).sum(axis=1) * np.exp(-8 * time)
    return np.asarray(9000 * sound.ravel()[: round(seconds * RATE)], np.int16)


def song(path: Path, samples: Samples) -> Path:
    """A file of sound as neural-audio-fp has them."""
    return write(path, samples)


def run(to: Path, *words: object) -> Result:
    """The result of one command, in one process."""
    said = CliRunner().invoke(app, [*map(str, words), "--json", str(to), "--jobs", "1"])
    if said.exception is not None:
        raise said.exception
    result: Result = json.loads(to.read_text())
    return result
