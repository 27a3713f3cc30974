"""What was captured stays as it was, and what does not is found."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from capture.chain import ChainedLog, read_log
from capture.store import Store
from capture.verifying import verify
from tests.capture.conftest import Lab, listed, playlist, segment, stock
from tests.capture.server import QuickClock, Site
from tests.capture.test_hls import KEY, encrypted


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture with a key, a gap, and a file derived."""
    from tests.capture.server import serving

    lab = Lab(tmp_path_factory.mktemp("sealed"))
    with serving() as site:
        key = '#EXT-X-KEY:METHOD=AES-128,URI="/key",IV=0x' + "0" * 32
        site.put("/a.m3u8", playlist(*listed(range(1)), key, *listed(range(1, 4))))
        site.put("/key", KEY)
        stock(site, range(1))
        for n in (1, 2):
            site.put(f"/s{n}.ts", encrypted(segment(n), bytes(16)))
        return lab(site.url("/a.m3u8")).folder


@pytest.fixture
def copy(sealed: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sealed, tmp_path / "copy")


def test_a_capture_is_sound_and_read_only(sealed: Path) -> None:
    found = verify(sealed)
    assert (found.state, found.problems, found.unfinished) == ("finished", (), ())
    files = [path for path in sealed.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o444}
    manifest = json.loads((sealed / "manifest.json").read_text())
    listed_ = {*manifest["files"], "manifest.json"}
    assert {path.relative_to(sealed).as_posix() for path in files} == listed_
    assert not list(sealed.rglob("*.part"))


def test_any_byte_that_changes_is_found(copy: Path) -> None:
    for path in sorted(p for p in copy.rglob("*") if p.is_file() and p.name != "manifest.json"):
        data, mode = path.read_bytes(), path.stat().st_mode
        path.chmod(0o644)
        for at in (0, len(data) // 2, len(data) - 1):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            assert verify(copy).problems, (path, at)
        path.write_bytes(data)
        path.chmod(mode)
    assert verify(copy).sound


def test_any_file_that_is_gone_is_found(copy: Path) -> None:
    names = ("log.jsonl", "manifest.json")
    for path in sorted(p for p in copy.rglob("*") if p.is_file() and p.name not in names):
        path.rename(copy.parent / "away")
        assert verify(copy).problems, path
        (copy.parent / "away").rename(path)


def _extra(folder: Path) -> None:
    (folder / "raw" / "000099.ts").write_bytes(b"G")


def _link(folder: Path) -> None:
    (folder / "raw" / "000001.m3u8").rename(folder.parent / "out")
    (folder / "raw" / "000001.m3u8").symlink_to(folder.parent / "out")


def _manifest(change: Callable[[dict[str, list[object]]], object]) -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        path = folder / "manifest.json"
        manifest = json.loads(path.read_text())
        change(manifest)
        path.chmod(0o644)
        path.write_text(json.dumps(manifest))

    return tamper


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    def tamper(folder: Path) -> None:
        path = folder / "log.jsonl"
        path.chmod(0o644)
        path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))

    return tamper


@pytest.mark.parametrize(
    "tamper",
    [
        *(_extra, _link),
        _manifest(lambda m: m["gaps"].clear()),
        _manifest(lambda m: m["media"][0]["parts"].pop()),  # type: ignore[index]
        _manifest(lambda m: m.update(files=[])),
        _manifest(lambda m: m.update(log=[])),
        _lines(lambda lines: lines[:-1]),
        _lines(lambda lines: lines[:3] + lines[4:]),
        _lines(lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]]),
        _lines(lambda lines: [*lines, lines[-1]]),
        _lines(lambda lines: [*lines, b"{}\n"]),
        _lines(lambda lines: [*lines, b"[" * 100_000 + b"\n"]),
        _lines(lambda lines: [*lines, b"[1, 2"]),
    ],
)
def test_what_was_tampered_with_is_found(copy: Path, tamper: Callable[[Path], None]) -> None:
    tamper(copy)
    assert verify(copy).problems


def test_a_log_anew_does_not_let_derived_files_change(copy: Path) -> None:
    """Who writes the whole chain anew still cannot say that other media follow from the raw."""
    media = next((copy / "media").iterdir())
    media.chmod(0o644)
    media.write_bytes(media.read_bytes() + b"more")
    (copy / "manifest.json").unlink()
    assert any("does not follow" in problem for problem in verify(copy).problems)


def test_a_log_of_nonsense_is_no_crash(copy: Path) -> None:
    (copy / "log.jsonl").unlink()
    log = ChainedLog(copy / "log.jsonl")
    log.append("exchange", {"body": 3, "connection": {"tls": {"chain": "../../x"}}})
    log.close()
    assert verify(copy).problems


def test_a_torn_line_is_cut_short_not_tampered_with(copy: Path) -> None:
    (copy / "manifest.json").unlink()
    path = copy / "log.jsonl"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-40])
    found = verify(copy)
    assert (found.state, found.problems) == ("cut short", ())


def test_nothing_is_written_twice(tmp_path: Path) -> None:
    store = Store(tmp_path, QuickClock(), "test")
    for _ in range(2):
        store.add("tls/a.pem", b"same")
    with store.scratch() as file, pytest.raises(FileExistsError):
        store.keep(file, "tls/a.pem")
    store.close()


def test_each_line_holds_the_hash_of_the_one_before(tmp_path: Path) -> None:
    log = ChainedLog(tmp_path / "log")
    for n in range(3):
        log.append("x", {"text": f"é{n}"})
    log.close()
    found = read_log(tmp_path / "log")
    assert (len(found.entries), found.head, found.problem, found.torn) == (3, log.head, None, False)
    with pytest.raises(FileExistsError):
        ChainedLog(tmp_path / "log")
    first, _, last = (tmp_path / "log").read_bytes().splitlines(keepends=True)
    (tmp_path / "log").write_bytes(first + last)
    assert "breaks at line 1" in str(read_log(tmp_path / "log").problem)


def test_another_warc_is_found(lab: Lab, site: Site) -> None:
    """One that is sound in itself, of the same sizes, with another body."""
    site.put("/film.mp4", b"one")
    one = lab(site.url("/film.mp4")).folder
    site.put("/film.mp4", b"two")
    two = lab(site.url("/film.mp4")).folder
    shutil.copy(two / "exchanges.warc", one / "other")
    (one / "other").rename(one / "exchanges.warc")
    assert "exchanges.warc: exchange 1 has another body than the log says" in verify(one).problems


def test_a_file_is_on_disk_before_the_log_names_it(
    lab: Lab, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []

    def sync(handle: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{handle}")).name)

    monkeypatch.setattr("os.fsync", sync)
    site.put("/film.mp4", b"x")
    lab(site.url("/film.mp4"))
    order = ["file" if name.endswith(".part") else name for name in synced]
    start = order.index("file")
    assert order[start : start + 4] == ["file", "raw", "exchanges.warc", "log.jsonl"]
    assert order[-2] == "file"  # the manifest, and then its folder


def test_captures_do_not_mix(lab: Lab, site: Site) -> None:
    site.put("/a.m3u8", playlist(*listed(range(1))))
    stock(site, range(1))
    assert lab(site.url("/a.m3u8")).folder != lab(site.url("/a.m3u8")).folder
