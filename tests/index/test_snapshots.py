"""A snapshot is the index of one moment, complete or not there; a damaged one replaces nothing."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from index.atomic import exclusive_folder
from index.folder import Busy
from index.manifest import Incompatible, Manifest
from index.snapshots import NotWhole
from index.store import Index
from tests.index.builders import SCHEMES, SMALL, check, filled, fingerprint
from tests.index.test_damage import cut, flip
from tests.index.test_merging import decay
from tests.index.test_store import files, named


@pytest.fixture(params=["linked", "copied"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whether the file system knows hard links."""

    def refused(*names: Path) -> None:
        raise OSError(errno.EPERM, "no links here")

    if request.param == "copied":
        monkeypatch.setattr("index.snapshots.os.link", refused)
    return str(request.param)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_snapshot_is_an_index_that_changes_no_more(tmp_path: Path, scheme: str, way: str) -> None:
    index, model = filled(tmp_path / "index", scheme, [60, 20, 5])
    index.remove([2])
    model.remove({2})
    index.snapshot(tmp_path / "kept")
    links = {path.stat().st_nlink for path in (tmp_path / "kept").glob("*.npy")}
    assert links == {2 if way == "linked" else 1}
    index.add(scheme, {9: fingerprint(scheme, 9, 80)})
    index.remove([1])
    kept = Index(tmp_path / "kept")
    check(kept, model, [scheme])
    assert kept.damaged == ()
    assert all(not one.damaged for one in kept.verify())
    later = index.version
    again = Index.restore(tmp_path / "kept", tmp_path / "index")
    check(again, model, [scheme])
    assert again.version > later
    assert files(tmp_path / "index") == named(again)
    check(Index.restore(tmp_path / "kept", tmp_path / "elsewhere"), model, [scheme])


@pytest.mark.parametrize("harm", [flip, cut, decay, Path.unlink])
def test_a_damaged_snapshot_replaces_nothing(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    index, model = filled(tmp_path / "index", SMALL, [60, 20])
    index.snapshot(tmp_path / "kept")
    index.merge(everything=True)
    before = files(tmp_path / "index")
    harm(sorted((tmp_path / "kept").glob("*.faiss"))[1])
    with pytest.raises(NotWhole, match="missing or damaged"):
        Index.restore(tmp_path / "kept", tmp_path / "index")
    assert files(tmp_path / "index") == before
    check(Index(tmp_path / "index"), model, [SMALL])


def test_what_is_no_snapshot_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, model = filled(tmp_path / "index", SMALL, [5])
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotWhole, match="no snapshot of an index"):
        Index.restore(tmp_path / "empty", tmp_path / "index")
    with monkeypatch.context() as later:
        later.setattr("index.manifest.FORMAT", 999)
        Manifest().save(tmp_path / "empty")
    with pytest.raises(Incompatible):
        Index.restore(tmp_path / "empty", tmp_path / "index")
    check(Index(tmp_path / "index"), model, [SMALL])


def test_a_snapshot_is_taken_whole_or_not_at_all(tmp_path: Path) -> None:
    index, _ = filled(tmp_path / "index", SMALL, [60, 20])

    def stop(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.snapshot(tmp_path / "kept", stop)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["index"]
    (tmp_path / "kept").mkdir()
    with pytest.raises(FileExistsError, match="there already"):
        index.snapshot(tmp_path / "kept")
    flip(tmp_path / "index" / index.segments[0].files[0].name)
    with pytest.raises(NotWhole, match="no snapshot is made"):
        index.snapshot(tmp_path / "another")
    assert not (tmp_path / "another").exists()


def test_writers_go_on_while_a_snapshot_is_taken(tmp_path: Path) -> None:
    index, model = filled(tmp_path / "index", SMALL, [60, 20])
    waiting = [lambda: Index(tmp_path / "index").remove([1])]

    def tell(done: int, of: int) -> None:
        if waiting:
            waiting.pop()()

    index.snapshot(tmp_path / "kept", tell)
    check(Index(tmp_path / "kept"), model, [SMALL])
    model.remove({1})
    check(Index(tmp_path / "index"), model, [SMALL])


@pytest.mark.parametrize("kind", ["add", "replace", "remove", "merge", "snapshot"])
def test_a_full_disk_leaves_the_index_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Whichever file it is that has no room; what there is of the others is deleted."""
    index, model = filled(tmp_path / "index", SMALL, [200, 20, 6])
    index.add(SMALL, {4: fingerprint(SMALL, 4, 12)})  # beside the last
    model.add(SMALL, {4: fingerprint(SMALL, 4, 12)})
    acts: dict[str, Callable[[], object]] = {
        "add": lambda: index.add(SMALL, {9: fingerprint(SMALL, 9, 3)}),
        "replace": lambda: index.replace(SMALL, {1: fingerprint(SMALL, 9, 3)}, {1: "other"}),
        "remove": lambda: index.remove([4]),
        "merge": lambda: index.merge(everything=True),
        "snapshot": lambda: index.snapshot(tmp_path / "kept"),
    }
    before, version = files(tmp_path / "index"), index.version
    for number in count(1):
        with monkeypatch.context() as patch:
            patch.setattr("index.atomic.os.fsync", Full(number))
            error = raised(acts[kind])
        if error is None:
            break
        assert error.errno == errno.ENOSPC
        assert "the disk is full" in str(error)
        assert files(tmp_path / "index") == before
        assert not (tmp_path / "kept").exists()
        assert Index(tmp_path / "index").version == version
        check(Index(tmp_path / "index"), model, [SMALL])
    assert number > {"remove": 2, "snapshot": 1}.get(kind, 5)


class Full:
    """A disk that has no room for one of the files that are written."""

    def __init__(self, number: int) -> None:
        self._left, self._sync = number, os.fsync

    def __call__(self, handle: int) -> None:
        self._left -= stat.S_ISREG(os.fstat(handle).st_mode)
        if self._left == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._sync(handle)


def raised(act: Callable[[], object]) -> OSError | None:
    try:
        act()
    except OSError as error:
        return error
    return None


def test_what_a_killed_snapshot_left_is_gone_with_the_next(tmp_path: Path) -> None:
    index, model = filled(tmp_path / "index", SMALL, [5])
    left = tmp_path / ".kept.tmp"
    left.mkdir()
    (left / "left.npy").write_bytes(b"half")
    index.snapshot(tmp_path / "kept")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["index", "kept"]
    assert not (tmp_path / "kept" / "left.npy").exists()
    check(Index(tmp_path / "kept"), model)


def test_a_snapshot_that_another_process_makes_is_left_alone(tmp_path: Path) -> None:
    index, _ = filled(tmp_path / "index", SMALL, [5])
    (tmp_path / ".kept.tmp").mkdir()
    with exclusive_folder(tmp_path / ".kept.tmp"):
        with pytest.raises(Busy, match="another process makes"):
            index.snapshot(tmp_path / "kept")
        assert (tmp_path / ".kept.tmp").exists()
