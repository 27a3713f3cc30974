"""Adding, removing, merging and opening again keep the index equal to an obvious model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.store import Index
from tests.index.builders import AUDIO, SCHEMES, SMALL, VIDEO, Model, check, filled, fingerprint


@pytest.mark.parametrize("seed", range(12))
def test_any_sequence_of_changes_equals_the_model(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    index, other, model = Index(tmp_path), Index(tmp_path), Model()
    for _ in range(14):
        numbers = set(rng.integers(0, 12, rng.integers(0, 4)).tolist())
        match rng.choice(["add", "add", "add", "remove", "reopen", "other"]):
            case "add":
                scheme = str(rng.choice(SCHEMES))
                added = {n: fingerprint(scheme, int(rng.integers(1000))) for n in numbers}
                index.add(scheme, added)
                model.add(scheme, added)
            case "remove":
                index.remove(numbers)
                model.remove(numbers)
            case "reopen":
                index = Index(tmp_path)
            case "other":  # an index that was opened before the changes of another
                index, other = other, index
                index.add(SMALL, {99: fingerprint(SMALL, 99, 3)})
                model.add(SMALL, {99: fingerprint(SMALL, 99, 3)})
        check(index, model)
    check(Index(tmp_path), model)
    assert files(tmp_path) == named(Index(tmp_path))


def files(folder: Path) -> set[str]:
    """All but the manifest and the locks."""
    locks = {"lock", "opening.lock", "upkeep.lock"}
    return {p.name for p in folder.iterdir()} - locks - {"manifest.json", "seen.json"}


def named(index: Index) -> set[str]:
    return set(index._manifest.files())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_one_more_work_leaves_large_segments_alone(tmp_path: Path, scheme: str) -> None:
    index, model = filled(tmp_path, scheme, [400])
    before = {p.name: (p.stat().st_ino, p.stat().st_mtime_ns) for p in stored(tmp_path)}
    for number in range(2, 6):
        one = {number: fingerprint(scheme, number, 8)}
        index.add(scheme, one)
        model.add(scheme, one)
    after = {p.name: (p.stat().st_ino, p.stat().st_mtime_ns) for p in stored(tmp_path)}
    assert before.items() < after.items()
    check(index, model)


def stored(folder: Path) -> list[Path]:
    return [p for p in folder.iterdir() if p.suffix in {".npy", ".faiss"}]


def test_segments_stay_few(tmp_path: Path) -> None:
    index = Index(tmp_path)
    for number in range(40):
        index.add(SMALL, {number: fingerprint(SMALL, number, 5)})
    assert len(index._manifest.segments) <= 6
    assert index.numbers(SMALL) == set(range(40))


def test_no_merging_makes_a_segment_that_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.store.MOST_ROWS", 12)
    index, model = filled(tmp_path, SMALL, [5, 5, 5, 5, 30, 5])
    held = [(entry.references, entry.rows) for entry in index.segments]
    assert len(held) > 2
    assert max(numbers for numbers, _ in held) > 1
    assert max(rows for _, rows in held) > 12
    assert all(rows <= 12 or numbers == 1 for numbers, rows in held)
    check(index, model)


def test_adding_what_is_there_changes_nothing(tmp_path: Path) -> None:
    index, model = filled(tmp_path, VIDEO, [9, 9])
    before = (tmp_path / "manifest.json").stat().st_ino
    index.add(VIDEO, {2: fingerprint(VIDEO, 77, 9)})
    index.add(VIDEO, {})
    assert (tmp_path / "manifest.json").stat().st_ino == before
    check(index, model)


def test_removing_what_is_not_there_writes_nothing(tmp_path: Path) -> None:
    index, model = filled(tmp_path, VIDEO, [9, 9])
    before = (tmp_path / "manifest.json").stat().st_ino
    index.remove([])
    index.remove([5, 6])
    assert (tmp_path / "manifest.json").stat().st_ino == before
    check(index, model)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_removing_does_not_write_segments_anew(tmp_path: Path, scheme: str) -> None:
    index, model = filled(tmp_path, scheme, [30, 30])
    before = {p.name: p.stat().st_ino for p in stored(tmp_path)}
    index.remove([1])
    model.remove({1})
    after = {p.name: p.stat().st_ino for p in stored(tmp_path)}
    assert before.items() < after.items()
    assert [name.split(".")[-2] for name in after.keys() - before.keys()] == ["removed-3"]
    check(index, model)


def test_the_files_of_a_segment_go_with_its_last_reference(tmp_path: Path) -> None:
    index, _ = filled(tmp_path, AUDIO, [30])
    index.remove([1])
    assert stored(tmp_path) == []
    assert index.rows(AUDIO) == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_is_removed_and_added_again_is_found_with_its_new_codes(
    tmp_path: Path, scheme: str
) -> None:
    index, model = filled(tmp_path, scheme, [40, 30])
    index.remove([1])
    model.remove({1})
    again = {1: fingerprint(scheme, 55, 4)}
    index.add(scheme, again)
    model.add(scheme, again)
    check(index, model)
    check(Index(tmp_path), model)


def test_a_removal_by_another_process_holds_when_one_adds_later(tmp_path: Path) -> None:
    index, model = filled(tmp_path, SMALL, [20, 20])
    Index(tmp_path).remove([1])
    index.add(SMALL, {3: fingerprint(SMALL, 3, 2)})
    model.remove({1})
    model.add(SMALL, {3: fingerprint(SMALL, 3, 2)})
    check(index, model)


def test_extent_and_rows_say_how_much_is_searched(tmp_path: Path) -> None:
    index = Index(tmp_path)
    video, audio = fingerprint(VIDEO, 1, 20), fingerprint(AUDIO, 2, 20)
    index.add(VIDEO, {1: video})
    index.add(AUDIO, {1: audio, 2: audio})
    longest = max(video.times[-1], audio.times[-1])
    assert index.extent_s(VIDEO) == longest
    assert index.extent_s(AUDIO) == pytest.approx(longest + audio.times[-1])
    assert index.rows(VIDEO) == np.count_nonzero(video.quality >= 10)
    assert index.identity == f"2 references, {index.rows(VIDEO) + index.rows(AUDIO)} rows"
    index.remove([1])
    assert index.extent_s(AUDIO) == audio.times[-1]
    assert index.extent_s(VIDEO) == 0
