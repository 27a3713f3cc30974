from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.training.packed import picture
from tests.training.pictured import drawn
from training.manifest import Row
from training.picture_store import LISTED, decoded, store, stored


def _row(name: str, kind: str = "picture") -> Row:
    return Row(name, kind, name, "debian:a=1", "CC0-1.0", "0" * 64, 0.0, 256, 256, "yes")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    for i, luma in enumerate(drawn(3).luma):
        Image.fromarray(luma).save(tmp_path / f"{i}.png")
    Image.fromarray(drawn(3).luma[1]).resize((300, 200)).save(tmp_path / "copy.jpg")
    (tmp_path / "flat.png").write_bytes(picture(200))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n cut")
    return tmp_path


def test_what_is_flat_broken_or_there_already_is_left_out(cache: Path) -> None:
    names = ["0.png", "broken.png", "1.png", "copy.jpg", "flat.png", "2.png"]
    ticks: list[None] = []
    found = store([*map(_row, names), _row("a.ogg", "music")], cache, lambda: ticks.append(None))
    assert found.paths == ("0.png", "1.png", "2.png")
    assert len(ticks) == len(names)
    assert np.array_equal(found.luma, drawn(3).luma)
    assert stored(cache).sha256 == found.sha256


def test_what_is_see_through_is_laid_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(tmp_path / "a.png")
    luma = decoded(tmp_path / "a.png")
    assert luma is not None
    assert (luma == 255).all()


def test_nothing_to_train_on_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no pictures"):
        store([], tmp_path)


def test_a_list_of_other_pictures_is_an_error(cache: Path) -> None:
    store([_row("0.png")], cache)
    (cache / LISTED).write_text("0.png\n1.png\n")
    with pytest.raises(ValueError, match="does not hold the pictures"):
        stored(cache)
