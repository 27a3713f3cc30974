"""Opening does not read what it need not, and sees what has changed."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from index.atomic import file_sha256
from index.store import Index
from tests.index.builders import AUDIO, SCHEMES, SMALL, VIDEO, Model, check, filled, fingerprint
from tests.index.test_damage import flip
from tests.index.test_merging import decay

NOBODY = 65534
SIZES = [100, 30, 6]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read whole."""
    names: list[str] = []

    def recorded(path: Path) -> str:
        names.append(path.name)
        return file_sha256(path)

    monkeypatch.setattr("index.files.file_sha256", recorded)
    return names


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_looks_as_it_did_is_not_read(tmp_path: Path, scheme: str, read: list[str]) -> None:
    index, model = filled(tmp_path, scheme, SIZES)
    index.remove([2])
    model.remove({2})
    check(Index(tmp_path), model, [scheme])
    assert read == []


def test_a_copied_index_is_read_once(tmp_path: Path, read: list[str]) -> None:
    index, model = filled(tmp_path / "one", SMALL, SIZES)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    check(Index(tmp_path / "two"), model, [SMALL])
    assert sorted(read) == sorted(file.name for entry in index.segments for file in entry.files)
    check(Index(tmp_path / "two"), model, [SMALL])
    assert len(read) == len(set(read))
    (tmp_path / "two" / "seen.json").unlink()
    check(Index(tmp_path / "two"), model, [SMALL])
    assert len(read) == 2 * len(set(read))


@pytest.mark.parametrize("text", ["", "[]", "null", '{"a": 1}', '{"a": [1]}', "{", "\xff"])
def test_a_spoilt_memory_of_files_is_none(tmp_path: Path, text: str) -> None:
    _, model = filled(tmp_path, SMALL, SIZES)
    (tmp_path / "seen.json").write_text(text, encoding="latin-1")
    check(Index(tmp_path), model, [SMALL])


def test_a_change_right_after_writing_is_seen(tmp_path: Path) -> None:
    """However coarse the clock of the file system is."""
    for n in range(5):
        index, _ = filled(tmp_path / str(n), SMALL, [3])
        file = index.segments[0].files[-1]
        assert time.time_ns() - file.mtime_ns > 10**9  # no later change can have this date
        flip(tmp_path / str(n) / file.name)
        assert Index(tmp_path / str(n)).damaged == (index.segments[0].stem,)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_silent_decay_is_found_by_verifying_and_then_by_opening(
    tmp_path: Path, scheme: str
) -> None:
    index, model = filled(tmp_path, scheme, SIZES)
    index.remove([1])
    assert all(not one.damaged for one in index.verify())
    (hurt, *_) = index.segments
    decay(tmp_path / hurt.files[1].name)
    assert Index(tmp_path).damaged == ()
    told: list[tuple[int, int]] = []
    found = Index(tmp_path).verify(lambda done, of: told.append((done, of)))
    assert {one.stem: one.damaged for one in found if one.damaged} == {
        hurt.stem: (hurt.files[1].name,)
    }
    assert {(one.stem, one.rows) for one in found} == {(s.stem, s.rows) for s in index.segments}
    assert told[-1][0] == told[-1][1] == sum(one.size for one in index.status())
    again = Index(tmp_path)
    assert again.damaged == (hurt.stem,)
    again.add(scheme, {2: model.held[scheme][2]})
    model.remove({1})
    check(
        again,
        Model({scheme: {n: f for n, f in model.held[scheme].items() if n in (2, 3)}}),
        [scheme],
    )
    assert all(not one.damaged for one in again.verify())


def test_a_list_of_what_was_removed_that_is_damaged_takes_its_segment_with_it(
    tmp_path: Path,
) -> None:
    """Rather than that something removed is found again."""
    index, model = filled(tmp_path, AUDIO, [30, 30])
    index.remove([1])
    model.remove({1})
    (path,) = tmp_path.glob("*removed*")
    flip(path)
    opened = Index(tmp_path)
    assert opened.damaged == (index.segments[0].stem,)
    opened.add(AUDIO, model.held[AUDIO])
    check(opened, model, [AUDIO])


@contextmanager
def nobody() -> Iterator[None]:
    """For a while, somebody to whom no folder is his own; root may write all of them."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.parametrize("locks", [True, False])
def test_an_index_that_may_not_be_written_is_searched(locks: bool) -> None:
    with TemporaryDirectory() as folder:
        _, model = filled(Path(folder) / "one", VIDEO, [20, 5])
        shutil.copytree(Path(folder) / "one", Path(folder) / "two")
        for path in Path(folder).glob("*/*lock" if not locks else "none"):
            path.unlink()
        for path in (Path(folder), *Path(folder).iterdir()):
            path.chmod(0o555)
        try:
            for name in ("one", "two"):  # as it was written, and a copy
                with nobody():
                    index = Index(Path(folder) / name)
                    assert not index.refresh()
                check(index, model, [VIDEO])
                assert all(not one.damaged for one in index.verify())
        finally:
            for path in (Path(folder), *Path(folder).iterdir()):
                path.chmod(0o755)


def test_a_part_answers_as_if_it_were_alone(tmp_path: Path) -> None:
    index, model = filled(tmp_path, SMALL, SIZES)
    first, second, third = (entry.stem for entry in index.segments)
    held = model.held[SMALL]
    check(index.part([first, third]), Model({SMALL: {1: held[1], 3: held[3]}}), [SMALL])
    check(index.part({second}), Model({SMALL: {2: held[2]}}), [SMALL])
    check(index.part(()), Model(), [SMALL])
    assert index.part([first]).rows(SMALL) == index.segments[0].rows
    with pytest.raises(LookupError, match="no segment nowhere"):
        index.part(["nowhere"])
    check(index, model, [SMALL])


def test_the_version_grows_with_each_change_and_a_reader_takes_it_over(tmp_path: Path) -> None:
    writer, reader = Index(tmp_path), Index(tmp_path)
    seen = [reader.version]
    changes: list[Callable[[], object]] = [
        lambda: writer.add(SMALL, {1: fingerprint(SMALL, 1, 9), 2: fingerprint(SMALL, 2, 9)}),
        lambda: writer.replace(SMALL, {1: fingerprint(SMALL, 3, 9)}, {1: "other"}),
        lambda: writer.remove([1]),
        lambda: writer.merge(everything=True),
    ]
    for change in changes:
        assert not reader.refresh()
        change()
        assert reader.refresh()
        assert reader.version == writer.version
        seen.append(reader.version)
    assert seen == sorted(set(seen))
    assert reader.numbers(SMALL) == {2}


def test_a_header_that_decayed_is_no_error(tmp_path: Path) -> None:
    index, _ = filled(tmp_path, SMALL, [6])
    path = tmp_path / next(f.name for f in index.segments[0].files if "revisions" in f.name)
    before, data = path.stat(), path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 32]) + data[place + 1 :])
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        opened = Index(tmp_path)
        assert len(opened.damaged) <= 1
