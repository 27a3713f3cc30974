"""Folders of strangers: `capture --verify` opens nothing but them, and comes back."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.chain import head_of, line_of
from capture.inside import Stray, digest_of, opened, read
from capture.rejoining import Allowance
from capture.shown import certificates_of
from capture.verifying import verify
from tests.capture.conftest import Lab, listed, playlist, stock
from tests.capture.server import serving

Entry = dict[str, Any]
AMISS = (
    "../out",
    "/dev/zero",
    "raw/../../out",
    "link",
    "linked/file",
    "pipe",
    "zero",
    "folder",
)
WARC = "exchanges.warc"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lab = Lab(tmp_path_factory.mktemp("sealed"))
    with serving() as site:
        site.put("/a.m3u8", playlist(*listed(range(3))))
        stock(site, range(3))
        return lab(site.url("/a.m3u8")).folder


@pytest.fixture
def copy(sealed: Path, tmp_path: Path) -> Path:
    """With ways out in it, and ways to wait for ever; none is followed."""
    folder = shutil.copytree(sealed, tmp_path / "copy")
    (tmp_path / "out").write_bytes(b"secret")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").write_bytes(b"secret")
    (folder / "link").symlink_to(tmp_path / "out")
    (folder / "linked").symlink_to(tmp_path / "elsewhere")
    (folder / "zero").symlink_to("/dev/zero")
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    return folder


def entries_of(folder: Path) -> list[Entry]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_bytes().splitlines()]


def rewritten(folder: Path, change: Callable[[list[Entry]], object]) -> None:
    """The log written anew after a change, with a chain that holds."""
    entries = entries_of(folder)
    change(entries)
    path, head = folder / "log.jsonl", "0" * 64
    path.chmod(0o644)
    with path.open("wb") as file:
        for n, entry in enumerate(entries):
            facts = {k: v for k, v in entry.items() if k not in {"n", "event", "before"}}
            line = line_of(n, head, entry["event"], facts)
            head = head_of(line)
            file.write(line)


def of(entries: list[Entry], event: str, **facts: object) -> Entry:
    return next(
        e for e in entries if e["event"] == event and all(e.get(k) == v for k, v in facts.items())
    )


@contextmanager
def only_within(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails if something is opened that is neither a regular file nor a folder."""
    before = os.open

    def watched(path: Any, flags: int, *more: Any, **named: Any) -> int:
        handle = before(path, flags, *more, **named)
        where = Path(os.readlink(f"/proc/self/fd/{handle}"))
        assert where.is_relative_to(folder), where
        assert where.is_dir() or where.is_file(), where
        return handle

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", watched)
        yield


@pytest.mark.parametrize("name", AMISS)
def test_no_such_name_is_opened(copy: Path, name: str) -> None:
    with pytest.raises((Stray, FileNotFoundError)):
        opened(copy, name)
    with pytest.raises((Stray, FileNotFoundError)):
        digest_of(copy, name)


@given(st.one_of(st.text(max_size=30), st.integers(), st.none(), st.lists(st.text())))
def test_whatever_is_named(sealed: Path, name: object) -> None:
    with pytest.raises((Stray, FileNotFoundError)):
        opened(sealed, name)


def test_what_is_there_is_opened(copy: Path) -> None:
    with opened(copy, "raw/000001.m3u8") as file:
        assert file.read().startswith(b"#EXTM3U")
    with pytest.raises(Stray, match="larger"):
        read(copy, "raw/000001.m3u8", 9)


def _body(entries: list[Entry], name: str) -> None:
    of(entries, "exchange", role="segment")["body"] |= {"file": name, "sha256": None}


def _chain(entries: list[Entry], name: str) -> None:
    tls = {"version": "x", "chain_sha256": [], "chain": name}
    of(entries, "exchange", role="segment")["connection"] = {"tls": tls}


def _derived(entries: list[Entry], name: str) -> None:
    of(entries, "derived")["file"] = name


@pytest.mark.parametrize("where", [_body, _chain, _derived])
@pytest.mark.parametrize("name", AMISS)
def test_names_in_the_log_are_not_followed(
    copy: Path,
    name: str,
    where: Callable[[list[Entry], str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rewritten(copy, lambda entries: where(entries, name))
    with only_within(copy, monkeypatch):
        problems = verify(copy).problems
    assert any(problem.startswith(f"{name}: ") for problem in problems), problems
    if where is _chain:
        with pytest.raises(Stray):
            certificates_of(copy)


@pytest.mark.parametrize("name", AMISS)
def test_names_in_the_manifest_are_not_followed(
    copy: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copy / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["files"][name] = {"bytes": 6, "sha256": None}
    path.chmod(0o644)
    path.write_text(json.dumps(manifest))
    with only_within(copy, monkeypatch):
        assert any(problem.startswith(f"{name}: ") for problem in verify(copy).problems)


@pytest.mark.parametrize("name", ["manifest.json", WARC, "raw/000001.m3u8"])
@pytest.mark.parametrize("how", ["zero", "pipe", "folder"])
def test_what_a_capture_itself_consists_of_is_no_way_out(copy: Path, name: str, how: str) -> None:
    (copy / name).unlink()
    (copy / how).rename(copy / name)
    found = verify(copy)
    assert found.problems or found.state == "cut short"


@pytest.mark.parametrize("how", ["zero", "pipe", "link"])
def test_a_log_that_is_no_file_is_no_capture(copy: Path, how: str) -> None:
    (copy / "log.jsonl").unlink()
    (copy / how).rename(copy / "log.jsonl")
    with pytest.raises(Stray):
        verify(copy)


def test_a_folder_behind_a_link_is_told(copy: Path) -> None:
    assert "linked: not in the capture" in verify(copy).problems


def test_a_line_without_an_end_is_read_to_a_bound(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("capture.chain.MOST_LINE", 1000)
    assert any("has no end" in problem for problem in verify(copy).problems)


@pytest.mark.parametrize("name", ["log.jsonl", "manifest.json", WARC, "raw/000001.m3u8"])
def test_files_of_holes_are_not_read(copy: Path, name: str) -> None:
    path = copy / name
    path.chmod(0o644)
    with path.open("r+b") as file:
        file.truncate(1 << 40)  # of nothing: it takes no room
    if name == "log.jsonl":
        with pytest.raises(Stray, match="holes"):
            verify(copy)
    else:
        assert verify(copy).problems


def test_a_recipe_may_not_name_one_body_for_ever(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("capture.rejoining.BESIDE", 1 << 20)

    def change(entries: list[Entry]) -> None:
        parts = of(entries, "derived")["parts"]
        parts[:] = [{**parts[0], "cut": [0, 0]}] * 20_000

    rewritten(copy, change)
    began = time.monotonic()
    problems = verify(copy).problems
    assert any("far more than was received" in problem for problem in problems)
    assert time.monotonic() - began < 10


def test_the_allowance_is_for_all_recipes_together() -> None:
    allowance = Allowance(10)
    allowance.spend(6)
    with pytest.raises(ValueError, match="more than was received"):
        allowance.spend(6)


def test_one_file_is_not_derived_twice(copy: Path) -> None:
    rewritten(copy, lambda entries: entries.append(of(entries, "derived")))
    assert any("twice" in problem for problem in verify(copy).problems)


def test_exchanges_do_not_share_a_place(copy: Path) -> None:
    """Or a short log could have a long file read very often."""

    def change(entries: list[Entry]) -> None:
        segment = of(entries, "exchange", role="segment")
        entries += [segment] * 50

    rewritten(copy, change)
    assert any("lies where none can" in problem for problem in verify(copy).problems)


@pytest.mark.parametrize(
    "place",
    [
        {"offset": -1}, {"size": 10**30}, {"body_offset": -5}, {"body_offset": 10**30},
        {"offset": "x"}, {"size": None}, {"offset": 1e300},
    ],
)  # fmt: skip
def test_impossible_places_are_told(copy: Path, place: Entry) -> None:
    def change(entries: list[Entry]) -> None:
        of(entries, "exchange", role="segment")["warc"] |= place

    rewritten(copy, change)
    assert verify(copy).problems


def test_a_compressed_warc_is_not_unpacked(copy: Path) -> None:
    (copy / WARC).chmod(0o644)
    (copy / WARC).write_bytes(b"\x1f\x8b\x08" + bytes(99))
    assert f"{WARC}: no record begins it" in verify(copy).problems
