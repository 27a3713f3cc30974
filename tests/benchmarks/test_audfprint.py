"""audfprint, when its package is installed, finds a copy."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.baselines.audfprint import Audfprint, available
from benchmarks.datasets import WorkFile
from benchmarks.encode import Writer
from benchmarks.excerpt import RATE
from benchmarks.presets import PRESETS
from benchmarks.probe import Facts


@pytest.fixture
def tune(tmp_path_factory: pytest.TempPathFactory) -> WorkFile:
    """Ten seconds of random notes: a single rising tone has no landmarks worth a pair."""
    rng = np.random.default_rng(2)
    time = np.arange(RATE // 8) / RATE
    notes = 220 * 2 ** (rng.integers(0, 36, (80, 3)) / 12)
    sound = np.sin(2 * np.pi * notes[..., None] * time).sum(axis=1) * np.exp(-8 * time)
    path = tmp_path_factory.mktemp("tune") / "tune.flac"
    with Writer(path, PRESETS["lossless"], RATE) as writer:
        writer.samples(np.tile(0.2 * sound.reshape(1, -1), (2, 1)).astype(np.float32))
    return WorkFile(path, path.name, "tune", "music", Facts("1" * 64, 10.0, False, True, 0))


@pytest.mark.skipif(not available(), reason="audfprint2 is not installed")
def test_it_finds_a_copy(tune: WorkFile) -> None:
    system = Audfprint()
    system.register([tune])
    (answer,) = system.identify([tune.path])
    (match,) = answer["matches"]
    assert match["work_id"] == "tune"
    assert match["reference"]["start_s"] == pytest.approx(match["query"]["start_s"], abs=0.05)
