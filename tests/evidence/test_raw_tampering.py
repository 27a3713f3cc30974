"""Packages changed by somebody who cannot sign them."""

from __future__ import annotations

import io
import shutil
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence.archive import write
from evidence.signing import SigningKey
from evidence.verifying import Asked, verify
from tests.evidence.conftest import checked
from tests.evidence.forging import Files, files_of, resealed, zipped


@pytest.fixture
def files(package: Path) -> Files:
    return files_of(package)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_any_byte_changed(package: Path, tmp_path: Path, data: st.DataObject) -> None:
    whole = bytearray(package.read_bytes())
    at = data.draw(
        st.one_of(st.integers(0, len(whole) - 1), st.integers(len(whole) - 6000, len(whole) - 1))
    )
    whole[at] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path / "changed.zip"
    path.write_bytes(whole)
    assert checked(path)


def test_a_file_missing(files: Files, tmp_path: Path) -> None:
    of_each_kind = {Path(name).suffix + name[:6]: name for name in files}
    for name in sorted(of_each_kind.values()):
        some = {n: d for n, d in files.items() if n != name}
        assert checked(zipped(some, tmp_path / "x.zip")), name


def test_a_file_more(files: Files, tmp_path: Path) -> None:
    more = {**files, "captures/note.txt": b"by the way"}
    assert {"manifest", "sums"} <= checked(zipped(more, tmp_path / "x.zip"))


def test_another_signer(files: Files, tmp_path: Path, package: Path) -> None:
    other = SigningKey.new()
    path = resealed(files, tmp_path / "x.zip", other)
    assert checked(path) == {"signer", "custody"}
    # Who does not know the signer still sees for whose key the case was exported.
    assert checked(path, Asked(other.signer.fingerprint)) == {"custody"}
    assert checked(package, Asked("0" * 64)) == {"signer"}
    unsaid = {c.name: c.state for c in verify(path, Asked()).checks}
    assert unsaid["signer"] == "not checked"


def test_a_signature_of_something_else(files: Files, tmp_path: Path) -> None:
    signature = SigningKey.new().sign(b"else")
    path = zipped({**files, "SHA256SUMS.sig": signature}, tmp_path / "x.zip")
    assert checked(path) == {"signature"}


def foreign(files: Files) -> zipfile.ZipFile:
    """An archive by another program, with the same files."""
    archive = zipfile.ZipFile(io.BytesIO(), "w")
    for name, data in sorted(files.items()):
        archive.writestr(zipfile.ZipInfo(name), data)
    return archive


def closed(archive: zipfile.ZipFile, path: Path) -> Path:
    file = archive.fp
    archive.close()
    assert isinstance(file, io.BytesIO)
    path.write_bytes(file.getvalue())
    return path


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize(
    "name",
    [
        "verdict.json",
        "../evil",
        "/etc/evil",
        "a/../../evil",
        "VERDICT.json",
        "C:evil",
        "a\\b",
        "nul",
    ],
)
def test_names_that_mean_two_things(files: Files, tmp_path: Path, name: str) -> None:
    archive = foreign(files)
    archive.writestr(zipfile.ZipInfo(name), b"evil")
    assert checked(closed(archive, tmp_path / "x.zip")) == {"archive"}
    if name != "verdict.json":
        with pytest.raises(ValueError, match="cannot be a file of a package"):
            write({**files, name: b"evil"}, io.BytesIO())


def test_a_link_in_place_of_a_file(files: Files, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("zz")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    archive = foreign(files)
    archive.writestr(link, b"/etc/passwd")
    assert checked(closed(archive, tmp_path / "x.zip")) == {"archive"}


def test_a_bomb_is_not_opened(files: Files, tmp_path: Path) -> None:
    archive = foreign(files)
    archive.writestr(zipfile.ZipInfo("zz"), bytes(1 << 24), zipfile.ZIP_DEFLATED)
    found = verify(closed(archive, tmp_path / "x.zip"), Asked())
    assert [c.name for c in found.checks] == ["archive"]


def test_data_beside_the_files(package: Path, files: Files, tmp_path: Path) -> None:
    whole = package.read_bytes()
    second = whole.index(b"PK\x03\x04", 4)
    end = whole.rindex(b"PK\x05\x06")
    directory = struct.unpack("<I", whole[end + 16 : end + 20])[0]
    comment = whole[: end + 20] + b"\x04\x00evil"
    between = whole[:second] + b"evil" + whole[second:]
    twice = whole + whole
    for data in (
        b"MZ" + whole,
        whole + b"evil",
        comment,
        between,
        twice,
        whole[:directory] + b"evil" + whole[directory:],
        whole[:-1],
        b"",
        whole[:100],
    ):
        path = tmp_path / "x.zip"
        path.write_bytes(data)
        assert checked(path) == {"archive"}


def test_other_programs_read_what_we_read(package: Path, files: Files, tmp_path: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        assert {n: archive.read(n) for n in archive.namelist()} == files
    shutil.unpack_archive(package, tmp_path / "there", "zip")
    there = {p for p in (tmp_path / "there").rglob("*") if p.is_file()}
    assert len(there) == len(files)
