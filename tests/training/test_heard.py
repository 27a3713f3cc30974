"""Training sounds that the corpus plays too, under other names and in other encodings."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.distort import Distortion
from benchmarks.encode import Writer
from benchmarks.excerpt import RATE, sound
from media.clip import Span
from training import manifest
from training.__main__ import app
from training.fetch import DROPPED, MANIFEST
from training.manifest import Row

pytestmark = pytest.mark.long
WORKS = Path(__file__).parents[2] / "reelprint" / "demo" / "works"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    folder.mkdir()
    rows = []
    for name in ("musicbox.ogg", "reclamation.ogg"):
        (folder / name).symlink_to(WORKS / name)
        rows.append(Row(name, "music", name, "debian:a=1", "CC0-1.0", name, 60.0, 0, 0, "yes"))
    manifest.write(folder / MANIFEST, rows)
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Twenty seconds of one of them, encoded anew."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    how = Distortion(picture=None, codec="libmp3lame", bit_rate=64_000)
    with Writer(folder / "mine.mp3", how, RATE) as writer:
        writer.samples(sound(WORKS / "reclamation.ogg", Span(5.0, 25.0)))
    (folder / "manifest.csv").write_text("path,kind\nmine.mp3,music\n")
    return folder


def test_what_the_corpus_plays_is_taken_out(cache: Path, corpus: Path) -> None:
    call = ["heard", "--corpus", str(corpus), "--cache", str(cache)]
    said = CliRunner().invoke(app, call)
    assert said.exit_code == 0, said.output
    assert "reclamation.ogg: " in said.output
    assert [row.path for row in manifest.read(cache / MANIFEST)] == ["musicbox.ogg"]
    assert [row.path for row in manifest.read(cache / DROPPED)] == ["reclamation.ogg"]
    again = CliRunner().invoke(app, call)
    assert again.output.splitlines()[-1].startswith("0 stretches")
