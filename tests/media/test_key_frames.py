"""Reading key frames alone: where they lie, and that what is passed over is no loss."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from media.reader import Reader
from media.sampling import Sampling
from tests.media import build

SECONDS, RATE, GROUP = 12, 25, 50  # a key frame every two seconds


@pytest.fixture(scope="module", params=[".mp4", ".mkv", ".ts"])
def film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / f"film{request.param}"
    options = {"g": str(GROUP), "keyint_min": str(GROUP), "sc_threshold": "0", "bf": "2"}
    with av.open(str(path), "w") as container:
        stream = build.add_video(container, options=options)
        build.write_frames(container, stream, range(0, SECONDS * 1000, 1000 // RATE))
    return path


def read(path: Path, sampling: Sampling) -> tuple[list[float], Reader]:
    with Reader(path, sampling) as reader:
        times = [t for clip in reader if clip.frames for t in clip.frames.times.tolist()]
    return times, reader


def test_only_key_frames_are_read(film: Path) -> None:
    times, reader = read(film, Sampling(frames_per_s=8.0, key_frames_only=True))
    np.testing.assert_allclose(times, np.arange(0, SECONDS, GROUP / RATE), atol=0.05)
    assert reader.losses == ()


def test_all_frames_are_read_otherwise(film: Path) -> None:
    times, _ = read(film, Sampling(frames_per_s=8.0))
    assert len(times) == SECONDS * 8


def test_the_length_is_that_of_the_whole_film(film: Path) -> None:
    _, whole = read(film, Sampling())
    _, fast = read(film, Sampling(key_frames_only=True))
    assert fast.duration_s == pytest.approx(whole.duration_s, abs=0.1)
    assert fast.kind == "video"
