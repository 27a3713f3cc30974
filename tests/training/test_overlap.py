from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.training.packed import Registry, deb, package, sound, source
from training import manifest
from training.__main__ import app
from training.fetch import MANIFEST, fetch
from training.overlap import corpus, same
from training.sources import KINDS

TRAINED = {
    "usr/01 Same_Title.wav": sound(20, 1),
    "usr/other title.wav": sound(20, 2),
    "usr/longer.wav": sound(30, 3),
    "usr/copied.wav": sound(25, 4),
    "usr/track.wav": sound(12, 5),
}
HELD = {
    "same title.wav": sound(20.3, 11),
    "longer.wav": sound(31, 13),
    "a copy.wav": TRAINED["usr/copied.wav"],
    **{f"{n} track.wav": sound(12, 20 + n) for n in range(4)},
}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    made = deb(tmp_path / "made", TRAINED)
    its = source(package(made, "game-music"), "*.wav")
    fetch([its], tmp_path / "cache", KINDS, download=Registry(**{"game-music": made}))
    return tmp_path / "cache"


@pytest.fixture
def held(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, data in HELD.items():
        (folder / name).write_bytes(data)
    lines = [f"{name},music,{name},x,any\n" for name in HELD]
    (folder / "manifest.csv").write_text("".join(["path,kind,work,source,split_hint\n", *lines]))
    return folder


def test_the_same_bytes_and_the_same_title_of_one_length_are_found(cache: Path, held: Path) -> None:
    found = same(manifest.read(cache / MANIFEST), cache, corpus(held))
    assert {Path(one.row.path).name: (one.path, one.why) for one in found} == {
        "01 Same_Title.wav": ("same title.wav", "the same title and length"),
        "copied.wav": ("a copy.wav", "the same bytes"),
    }


def test_the_command_takes_them_out_once_and_for_all(cache: Path, held: Path) -> None:
    call = ["overlap", "--corpus", str(held), "--cache", str(cache)]
    first = CliRunner().invoke(app, call)
    assert (first.exit_code, first.output.splitlines()[-1]) == (
        0,
        "2 of 5 files are in the corpus too",
    )
    left = manifest.read(cache / MANIFEST)
    assert {Path(row.path).name for row in left} == {"other title.wav", "longer.wav", "track.wav"}
    assert CliRunner().invoke(app, call).output == "0 of 3 files are in the corpus too\n"
    assert len(manifest.read(cache / "dropped.csv")) == 2


def test_a_corpus_that_is_not_there_is_said(cache: Path, tmp_path: Path) -> None:
    call = ["overlap", "--corpus", str(tmp_path / "none"), "--cache", str(cache)]
    assert CliRunner().invoke(app, call).exit_code == 1


def test_a_kind_that_is_none_is_said(tmp_path: Path) -> None:
    call = ["fetch", "--kind", "poetry", "--cache", str(tmp_path)]
    ran = CliRunner().invoke(app, call)
    assert ran.exit_code == 1
    assert "'poetry' is none of the kinds music, speech" in ran.output
