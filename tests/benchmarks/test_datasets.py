from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.cache import FactCache
from benchmarks.datasets import WorkFile, cell, load

MANIFEST = """path,kind,work,source,split_hint
a.mp4,video,gradio-world,x,any
b.mp4,video,arcade-earth,x,any
c.mp4,video,other,x,any
"""


@pytest.fixture
def folder(tmp_path: Path, film: WorkFile) -> Path:
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        shutil.copy(film.path, tmp_path / name)
    return tmp_path


def test_works_that_share_material_are_one_group(folder: Path) -> None:
    (folder / "manifest.csv").write_text(MANIFEST)
    data = load(folder, FactCache(folder / "facts.json"))
    assert [f.work_id for f in data.files] == ["earth-at-night", "earth-at-night", "other"]


def test_without_a_manifest_each_file_is_a_work(folder: Path) -> None:
    (folder / "notes.txt").write_text("not media")
    data = load(folder, FactCache(folder / "facts.json"))
    assert [f.work_id for f in data.files] == ["a.mp4", "b.mp4", "c.mp4"]


def test_the_digest_follows_bytes_and_names(folder: Path) -> None:
    def digest() -> str:
        return load(folder, FactCache(folder / "facts.json")).sha256

    first = digest()
    assert digest() == first
    (folder / "a.mp4").rename(folder / "d.mp4")
    renamed = digest()
    assert renamed != first
    with (folder / "d.mp4").open("ab") as file:
        file.write(b"more")
    assert digest() not in (first, renamed)


def test_what_is_not_media_is_left_out(folder: Path) -> None:
    (folder / "text.mp4").write_text("not media at all")
    data = load(folder, FactCache(folder / "facts.json"))
    assert "text.mp4" not in [f.name for f in data.files]


def test_a_cell_has_one_file_for_each_group_and_cells_are_disjoint(folder: Path) -> None:
    (folder / "manifest.csv").write_text(MANIFEST)
    data = load(folder, FactCache(folder / "facts.json"))
    groups = [
        file.work_id
        for half in ("calibrate", "test")
        for role in ("registered", "unregistered")
        for file in data.references(half, role)
    ]
    assert sorted(groups) == ["earth-at-night", "other"]


@given(st.text())
def test_a_cell_depends_on_the_name_alone(name: str) -> None:
    assert cell(name) == cell(name)


def test_the_cells_are_of_similar_size() -> None:
    cells = [cell(f"work {k}") for k in range(2000)]
    for one in set(cells):
        assert 400 < cells.count(one) < 600
    assert len(set(cells)) == 4


def test_facts_are_read_again_when_a_file_changes(folder: Path) -> None:
    facts = FactCache(folder / "facts.json")
    before = load(folder, facts).files[0].facts
    (folder / "a.mp4").write_bytes((folder / "a.mp4").read_bytes() + b"more")
    assert load(folder, FactCache(folder / "facts.json")).files[0].facts.sha256 != before.sha256
