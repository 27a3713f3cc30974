from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.distort import Distortion
from benchmarks.encode import Writer
from tests.training.pictured import drawn
from training.overlap import files
from training.picture_overlap import shown
from training.picture_store import Pictures


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A film that shows the picture 1/1 for a second, and a text that is no film."""
    frame = np.repeat(drawn(2, seed=1).luma[1][::2, ::2, None], 3, axis=2)
    with Writer(tmp_path / "film.mp4", Distortion(crf=20, sound=None), 0) as writer:
        for k in range(25):
            writer.frame(frame, k / 25)
    (tmp_path / "manifest.csv").write_text("path,kind\nfilm.mp4,video\nmanifest.csv,text\n")
    return tmp_path


def test_a_picture_that_a_film_shows_is_found_and_no_other(corpus: Path) -> None:
    own, others = drawn(2, seed=1), drawn(5)
    pictures = Pictures(np.concatenate([others.luma, own.luma]), (*others.paths, *own.paths))
    found = shown(pictures, files(corpus))
    assert [(one.picture, one.film) for one in found] == [("1/1", "film.mp4")]
    assert found[0].bits < 20
