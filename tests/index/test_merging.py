"""Merging changes nothing but the files: what is found, and in which order, stays the same."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from index.folder import Busy
from index.store import Index
from tests.index.builders import (
    AUDIO,
    SCHEMES,
    SMALL,
    VIDEO,
    Model,
    check,
    filled,
    fingerprint,
)
from tests.index.test_store import files, named

APART = [100, 30, 8, 2]  # each too small beside the one before to be put together with it


def columns(folder: Path) -> dict[str, bytes]:
    """The bytes of all files by their names without that of the segment."""
    stored = [*folder.glob("*.npy"), *folder.glob("*.faiss")]
    return {f"{p.name.split('.')[0]}.{p.name.split('.', 2)[2]}": p.read_bytes() for p in stored}


def decay(path: Path) -> None:
    """Flip a bit as a disk does: nothing else about the file changes."""
    before, data = path.stat(), path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("at_once", [40, 2**20])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_merged_index_has_the_bytes_of_one_filled_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, at_once: int
) -> None:
    """Whatever was removed, and in whatever order references came."""
    monkeypatch.setattr("index.store.MOST_ROWS", 0)  # nothing is put together before
    monkeypatch.setattr("index.interleaving.MOST_AT_ONCE", at_once)
    monkeypatch.setattr("index.source.MOST_ROWS", at_once)
    works = {n: fingerprint(scheme, n, 20 + n) for n in (4, 1, 9, 3, 7, 2)}
    works[5] = fingerprint(scheme, 5, 0)
    slowly = Index(tmp_path / "slowly")
    for number in (9, 5, 3, 4, 1, 7, 2):
        slowly.add(scheme, {number: works[number]})
    slowly.remove([3, 9])
    (did,) = slowly.merge(everything=True).merged
    assert did.segments == 5  # those of which nothing is left are gone already
    kept = {n: one for n, one in works.items() if n not in (3, 9)}
    Index(tmp_path / "once").add(scheme, kept)
    assert columns(tmp_path / "slowly") == columns(tmp_path / "once")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_was_removed_is_dropped_and_the_rest_is_found_as_before(
    tmp_path: Path, scheme: str
) -> None:
    index, model = Index(tmp_path), Model()
    works = {n: fingerprint(scheme, n, 30) for n in range(1, 9)}
    for act in (index, model):
        act.add(scheme, works)
    index.remove([2, 5, 6])
    model.remove({2, 5, 6})
    (before,), rows = index.status(), index.rows(scheme)
    (did,) = index.merge().merged
    (after,) = index.status()
    assert did.dropped == before.removed_rows == before.merge_drops > 0 == after.removed_rows
    assert (did.rows, did.segments) == (rows, 1) == (index.rows(scheme), after.segments)
    assert after.size < before.size
    check(index, model, [scheme])
    check(Index(tmp_path), model, [scheme])
    assert files(tmp_path) == named(index)


def test_a_merge_that_gains_nothing_writes_nothing(tmp_path: Path) -> None:
    index, _ = filled(tmp_path, SMALL, [30])
    before = (tmp_path / "manifest.json").stat().st_ino, index.version
    assert index.merge(everything=True).merged == ()
    assert ((tmp_path / "manifest.json").stat().st_ino, index.version) == before


def test_large_segments_are_left_to_merging_everything(tmp_path: Path) -> None:
    index, _ = filled(tmp_path, SMALL, [300, 20, 6, 2])
    (planned,) = index.status()
    assert planned.segments == 4
    index.merge()
    assert planned.merged_segments == len(index.segments) == 2
    assert index.segments[0].references == 1
    index.merge(everything=True)
    assert len(index.segments) == 1


@pytest.mark.parametrize("scheme", [VIDEO, SMALL])
def test_the_order_of_hits_does_not_depend_on_segments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    works = {n: fingerprint(scheme, n, 40) for n in (3, 1, 2)}
    once = Index(tmp_path / "once")
    once.add(scheme, works)
    monkeypatch.setattr("index.store.MOST_ROWS", 0)
    cut = Index(tmp_path / "cut")
    for number, one in works.items():
        cut.add(scheme, {number: one})
    assert len(cut.segments) == 3
    for seed in range(4):
        suspect = fingerprint(scheme, 50 + seed, 40)
        expected, found = once.search(suspect), cut.search(suspect)
        assert len(expected) >= 10
        for name in ("references", "query_times", "reference_times", "distances"):
            assert getattr(found, name).tolist() == getattr(expected, name).tolist()


def pairs(folder: Path, scheme: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Index, Model]:
    """An index of segments of two references each, that adding leaves alone."""
    monkeypatch.setattr("index.store.MOST_ROWS", 0)
    index, model = Index(folder), Model()
    for number, size in ((1, 50), (3, 20), (5, 8)):
        two = {n: fingerprint(scheme, n, size) for n in (number, number + 1)}
        index.add(scheme, two)
        model.add(scheme, two)
    assert len(index.segments) == 3
    return index, model


def during(act: Callable[[], object], share: float = 0.51) -> Callable[[int, int], None]:
    """Do something once a merge has begun to write, or has written so much."""
    waiting = [act]

    def tell(done: int, of: int) -> None:
        if done >= of * share and waiting:
            waiting.pop()()

    return tell


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_happens_during_a_merge_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    index, model = pairs(tmp_path, scheme, monkeypatch)
    other, reader = Index(tmp_path), Index(tmp_path)
    late = {9: fingerprint(scheme, 9, 10), 8: fingerprint(scheme, 11, 1)}
    gone = {1, 3, 6}

    def act() -> None:
        other.remove(gone)
        other.add(scheme, late)
        check(reader, model, [scheme])

    (did,) = index.merge(everything=True, tell=during(act)).merged
    assert did.segments == 3
    check(reader, model, [scheme])
    model.remove(gone)
    model.add(scheme, late)
    check(index, model, [scheme])
    assert reader.refresh()
    assert not reader.refresh()
    check(reader, model, [scheme])
    index.merge(everything=True)
    assert len(index.segments) == 1
    check(Index(tmp_path), model, [scheme])
    assert files(tmp_path) == named(index)


@pytest.mark.parametrize("again", [True, False])
def test_a_segment_of_which_all_is_removed_during_a_merge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    """All has been read by then. What is added again may not be found twice."""
    index, model = pairs(tmp_path, AUDIO, monkeypatch)
    new = {n: fingerprint(AUDIO, 100 + n, 9) for n in (3, 4) if again}

    def act() -> None:
        other = Index(tmp_path)
        other.remove([3, 4])
        other.add(AUDIO, new)

    did = index.merge(everything=True, tell=during(act, share=1))
    assert len(did.merged) == (not again)
    assert len(did.left) == again
    model.remove({3, 4})
    model.add(AUDIO, new)
    check(Index(tmp_path), model, [AUDIO])


@pytest.mark.parametrize("when", ["reading", "writing"])
@pytest.mark.parametrize("scheme", [SMALL, AUDIO])
def test_a_merge_whose_segments_are_taken_away_leaves_them(
    tmp_path: Path, scheme: str, when: str
) -> None:
    index, model = filled(tmp_path, scheme, APART)
    large = {9: fingerprint(scheme, 9, 400)}
    waiting = [lambda: Index(tmp_path).add(scheme, large)]  # it takes in all others

    def tell(done: int, of: int) -> None:
        if waiting and (when == "reading" or done > of / 2):
            waiting.pop()()

    did = index.merge(everything=True, tell=tell)
    assert did.merged == ()
    assert "meanwhile" in did.left[0]
    index.refresh()
    model.add(scheme, large)
    check(index, model, [scheme])
    check(Index(tmp_path), model, [scheme])
    index.add(SMALL, {77: fingerprint(SMALL, 77, 1)})
    assert files(tmp_path) == named(index)


def test_only_one_merges_at_a_time(tmp_path: Path) -> None:
    index, _ = filled(tmp_path, SMALL, APART)

    def another() -> None:
        with pytest.raises(Busy, match="another process merges"):
            Index(tmp_path).merge()

    assert index.merge(everything=True, tell=during(another)).merged != ()


def test_a_merge_that_is_stopped_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    index, model = filled(tmp_path, AUDIO, APART)
    before = files(tmp_path)

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.merge(everything=True, tell=during(stop))
    assert files(tmp_path) == before == named(index)
    check(Index(tmp_path), model, [AUDIO])


def test_what_a_killed_merge_left_is_deleted(tmp_path: Path) -> None:
    index, _ = filled(tmp_path, SMALL, APART)
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / f"{SMALL}.faiss").write_bytes(b"half a fi")
    index.merge(everything=True)
    assert files(tmp_path) == named(index)


@pytest.mark.parametrize("scheme", [SMALL, AUDIO])
def test_a_merge_notices_silent_decay_and_leaves_the_segment(tmp_path: Path, scheme: str) -> None:
    index, model = filled(tmp_path, scheme, APART)
    hurt = index.segments[1]
    decay(tmp_path / hurt.files[0].name)
    did = index.merge(everything=True)
    assert did.merged == ()
    assert did.left[0].startswith(f"segment {hurt.stem} is damaged")
    opened = Index(tmp_path)
    assert opened.damaged == (hurt.stem,)
    model.forget(scheme, {2})
    check(opened, model, [scheme])
