from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.training.packed import deb, package, zipped
from training import packages
from training.digest import sha256_of
from training.packages import Archive, download
from training.sources import Package


def test_an_archive_that_lies_there_is_not_downloaded(tmp_path: Path) -> None:
    its = package(deb(tmp_path, {"a": b"x"}), "no-such-package-anywhere")
    kept = tmp_path / "archives" / f"{its.sha256}.deb"
    kept.parent.mkdir()
    (tmp_path / "game-music.deb").rename(kept)
    assert download(its, kept.parent) == Archive(kept, "1.0-1", its.sha256)


def wheel(folder: Path) -> Path:
    about = "Metadata-Version: 2.1\nName: tones\nVersion: 1.0\n"
    info = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {"tones/a.wav": b"x", "tones-1.0.dist-info/METADATA": about.encode()}
    made = folder / "tones-1.0-py3-none-any.whl"
    made.write_bytes(zipped({**files, "tones-1.0.dist-info/WHEEL": info.encode()}))
    return made


@pytest.mark.long
@pytest.mark.parametrize("digest", ["its own", "0" * 64])
def test_a_wheel_is_downloaded_by_pip_and_held_against_its_sha256(
    digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = wheel(tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    its = Package("pypi", "tones", "1.0", sha256_of(made) if digest == "its own" else digest)
    if digest == "its own":
        got = download(its, tmp_path / "archives")
        assert got.path.read_bytes() == made.read_bytes()
    else:
        with pytest.raises(ValueError, match=r"tones 1\.0 has the SHA-256 \w+, not the pinned one"):
            download(its, tmp_path / "archives")
        assert not list((tmp_path / "archives").iterdir())


@pytest.mark.long
def test_what_pip_cannot_have_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(OSError, match=r"pypi package tones cannot be had: .*tones==1\.0"):
        download(Package("pypi", "tones", "1.0", "0" * 64), tmp_path)


def test_where_debian_has_another_version_that_one_is_taken_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = deb(tmp_path, {"a": b"x"}, version="1.1-1")
    script = tmp_path / "bin" / "apt-get"
    script.parent.mkdir()
    # What apt does on a mirror that has 1.1-1 alone.
    script.write_text(f'#!/bin/sh\ncase "$*" in *game-music=*) exit 100;; *) cp {made} .;; esac\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(script.parent), prepend=":")
    got = download(Package("debian", "game-music", "1.0-1", "0" * 64), tmp_path / "archives")
    assert (got.version, got.sha256) == ("1.1-1", sha256_of(made))


@pytest.mark.long
def test_a_package_of_npm_is_packed_without_its_scripts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = {"name": "tones", "version": "1.0.0", "scripts": {"prepack": "touch ran"}}
    folder = tmp_path / "tones"
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps(about))
    call = packages.command(Package("npm", "tones", "1.0.0", "0" * 64), "1.0.0")
    call[-1] = str(folder)
    assert packages._run(call, tmp_path).returncode == 0
    assert (tmp_path / "tones-1.0.0.tgz").exists()
    assert not (folder / "ran").exists()
