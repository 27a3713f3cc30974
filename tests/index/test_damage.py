"""What is damaged or lost is noticed, named and can be added again."""

from __future__ import annotations

import json
from collections.abc import Callable
from operator import itemgetter
from pathlib import Path

import pytest

from index.manifest import Incompatible, Manifest
from index.store import Index
from tests.index.builders import (
    AUDIO,
    FEATURES,
    SCHEMES,
    SMALL,
    VIDEO,
    Model,
    check,
    filled,
    fingerprint,
)
from tests.index.test_store import files, named

pytestmark = pytest.mark.long

FILES = {AUDIO: 6, FEATURES: 7}  # of a segment; 5 of any other
SIZES = [100, 30, 6]  # each small enough beside the one before to keep to its own segment


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def add_again(index: Index, model: Model, everything: Model) -> None:
    """What the owner of the catalogue does."""
    for scheme, references in everything.held.items():
        missing = {n: f for n, f in references.items() if n not in index.numbers(scheme)}
        index.add(scheme, missing)
        model.add(scheme, missing)


@pytest.mark.parametrize("harm", [flip, cut, Path.unlink])
@pytest.mark.parametrize(
    ("scheme", "which"),
    [(scheme, which) for scheme in SCHEMES for which in range(FILES.get(scheme, 5))],
)
def test_a_damaged_segment_is_named_and_its_references_can_be_added_again(
    tmp_path: Path, scheme: str, which: int, harm: Callable[[Path], None]
) -> None:
    index, model = filled(tmp_path, scheme, SIZES)
    everything = Model({scheme: dict(model.held[scheme])})
    hurt, numbers = index.segments[0], index._contents.parts[0].numbers.tolist()
    assert len(hurt.files) == FILES.get(scheme, 5)
    harm(tmp_path / hurt.files[which].name)
    opened = Index(tmp_path)
    assert opened.damaged == (hurt.stem,)
    model.forget(scheme, set(numbers))
    check(opened, model)
    add_again(opened, model, everything)
    check(opened, everything)
    assert Index(tmp_path).damaged == ()
    check(Index(tmp_path), everything)
    assert files(tmp_path) == named(opened)


@pytest.mark.parametrize("harm", [flip, cut, Path.unlink])
def test_without_a_manifest_the_index_is_empty_and_can_be_filled_again(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    witness, everything = filled(tmp_path, VIDEO, SIZES)
    assert len(witness._manifest.segments) == len(SIZES)
    harm(tmp_path / "manifest.json")
    index, model = Index(tmp_path), Model()
    check(index, model)
    backwards = sorted(everything.held[VIDEO].items(), key=itemgetter(0), reverse=True)
    for number, codes in backwards:  # other segments under the names of the old ones
        index.add(VIDEO, {number: codes})
        model.add(VIDEO, {number: codes})
        check(Index(tmp_path), model)
    check(witness, everything)
    witness.add(VIDEO, {9: fingerprint(VIDEO, 9, 5)})
    everything.add(VIDEO, {9: fingerprint(VIDEO, 9, 5)})
    check(witness, everything)
    assert files(tmp_path) == named(witness)


@pytest.mark.parametrize("text", ["", "[]", "null", '{"format": 2}', "{"])
def test_a_manifest_that_is_none_counts_as_empty(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    check(Index(tmp_path), Model())


def test_any_changed_value_of_the_manifest_is_noticed(tmp_path: Path) -> None:
    filled(tmp_path, SMALL, SIZES)
    path = tmp_path / "manifest.json"
    data = json.loads(path.read_text())
    data["segments"][0]["references"] = 7
    path.write_text(json.dumps(data))
    check(Index(tmp_path), Model())


def test_a_manifest_of_another_format_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        later.setattr("index.manifest.FORMAT", 999)
        Manifest().save(tmp_path)
    with pytest.raises(Incompatible, match="another format"):
        Index(tmp_path)


def test_the_manifest_survives_saving_and_loading(tmp_path: Path) -> None:
    index, _ = filled(tmp_path, SMALL, [*SIZES, 0, 30])
    index.remove([1, 3])
    assert Manifest.load(tmp_path) == index._manifest
    assert any(s.removed for s in index._manifest.segments)


def test_files_that_a_killed_writer_left_are_deleted_by_the_next(tmp_path: Path) -> None:
    index, model = filled(tmp_path, SMALL, [5])
    left = [f"{SMALL}.000077.faiss", f"{SMALL}.000077.owners.npy", f".{SMALL}.x.faiss.123.tmp"]
    for name in left:
        (tmp_path / name).write_bytes(b"half a fi")
    (tmp_path / "README").write_text("not ours")
    Index(tmp_path)
    assert (tmp_path / left[0]).exists()
    index.add(SMALL, {9: fingerprint(SMALL, 9, 5)})
    model.add(SMALL, {9: fingerprint(SMALL, 9, 5)})
    check(index, model)
    assert files(tmp_path) == named(index) | {"README"}
