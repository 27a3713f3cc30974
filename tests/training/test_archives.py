from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.training.packed import deb, tarred, zipped
from training.archives import HostileArchiveError, copy, each

HOSTILE = ["/etc/passwd", "../outside", "a/../../outside", "a\\..\\outside", "a\nb"]


def read(archive: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    each(archive, lambda name, file: found.update({name: file.read()}))
    return found


def test_a_debian_package_is_read_file_by_file(tmp_path: Path) -> None:
    made = deb(tmp_path, {"usr/share/a.ogg": b"one", "usr/share/b/c.ogg": b"two"})
    assert read(made) == {"usr/share/a.ogg": b"one", "usr/share/b/c.ogg": b"two"}


def test_a_wheel_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(zipped({"a/b.wav": b"one", "a/": b""}))
    assert read(tmp_path / "a.whl") == {"a/b.wav": b"one"}


def test_links_are_passed_over(tmp_path: Path) -> None:
    made = tarred({"package/a.mp3": b"one"}, {"package/b.mp3": "/etc/passwd"})
    (tmp_path / "a.tgz").write_bytes(made)
    assert read(tmp_path / "a.tgz") == {"package/a.mp3": b"one"}


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_paths_are_refused(path: str, tmp_path: Path) -> None:
    (tmp_path / "a.tgz").write_bytes(tarred({path: b"x"}))
    (tmp_path / "a.whl").write_bytes(zipped({path: b"x"}))
    for name in ("a.tgz", "a.whl"):
        with pytest.raises(HostileArchiveError, match="not safe to write"):
            read(tmp_path / name)


@pytest.mark.parametrize("name", ["a.deb", "a.tgz", "a.whl"])
def test_what_is_no_archive_is_said(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"no archive at all" * 99)
    with pytest.raises(ValueError, match=r"a\.\w+ cannot be unpacked"):
        read(tmp_path / name)


@pytest.mark.parametrize("name", ["a.deb", "a.tgz"])
def test_an_archive_cut_short_is_said(name: str, tmp_path: Path) -> None:
    files = {"a.ogg": bytes(range(256)) * 4000}
    whole = deb(tmp_path / "made", files).read_bytes() if name == "a.deb" else tarred(files)
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match=r"a\.\w+ cannot be unpacked"):
        read(tmp_path / name)


def test_a_file_without_end_is_cut_off(tmp_path: Path) -> None:
    with pytest.raises(HostileArchiveError, match="longer than it may be"):
        copy(io.BytesIO(bytes(11)), tmp_path / "a", most=10)
