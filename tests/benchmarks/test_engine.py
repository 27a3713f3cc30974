"""What a run that tells all keeps above the threshold is what the engine as shipped answers."""

from __future__ import annotations

from pathlib import Path

from benchmarks.datasets import WorkFile
from benchmarks.engine import Reelprint
from benchmarks.make import Order, make
from benchmarks.metrics import at_least
from benchmarks.presets import PRESETS


def test_telling_all_and_cutting_off_is_answering_as_shipped(
    tune: WorkFile, film: WorkFile, tmp_path: Path
) -> None:
    suspects = [
        make(Order("q", tune, True, 6.0, PRESETS[name], "s", film), tmp_path / "queries").path
        for name in ("mp3_32k", "pink_-10db", "hostile_sound_2")
    ]
    shipped = Reelprint(tmp_path / "home", 1)
    shipped.register([tune])
    told = list(Reelprint(tmp_path / "home", 1, tell_all=True).identify(suspects))
    answers = list(shipped.identify(suspects))
    assert answers[0]["matches"]
    kept = [at_least(answer, shipped.floor) for answer in told]
    assert [one["matches"] for one in kept] == [one["matches"] for one in answers]
    assert [one["status"] for one in kept] == [one["status"] for one in answers]
