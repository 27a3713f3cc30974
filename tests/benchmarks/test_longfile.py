from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import longfile
from benchmarks.datasets import WorkFile
from benchmarks.excerpt import frames, sound
from benchmarks.probe import Facts
from benchmarks.speed import decode
from media.clip import Span


def test_a_long_file_repeats_its_picture_under_new_sound(
    film: WorkFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(longfile, "PIECE_S", 2.0)
    path = longfile.build([film], 120, 9.0, 3.0, tmp_path)
    times = [time for time, _ in frames(path, Span(0.0, float("inf")))]
    assert len(times) == 9 * longfile.FPS
    assert all(later > earlier for earlier, later in pairwise(times))
    assert sound(path, Span(6.5, 7.5)).std() > 0.05
    assert longfile.build([film], 120, 9.0, 3.0, tmp_path) == path
    assert decode(path) > 0


def test_works_without_sound_cannot_make_a_film(film: WorkFile, tmp_path: Path) -> None:
    mute = WorkFile(film.path, "m", "m", "video", Facts("2" * 64, 80.0, True, False, 120))
    with pytest.raises(ValueError, match="works with sound"):
        longfile.build([mute], 120, 9.0, 3.0, tmp_path)
