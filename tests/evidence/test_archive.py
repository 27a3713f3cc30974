"""The one form of a zip file, held against Python's own reader."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capture.inside import amiss
from evidence.archive import Archive, NoPackage, write
from evidence.canonical import canonical, strict
from evidence.names import all_amiss

PARTS = st.from_regex(r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,12}", fullmatch=True)
NAMES = st.lists(PARTS, min_size=1, max_size=4).map("/".join)


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    write(files, out)
    return out.getvalue()


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(NAMES, st.binary(max_size=200), max_size=8))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    if list(all_amiss(files)):
        with pytest.raises(ValueError, match="cannot be a file"):
            packed(files)
        return
    data = packed(files)
    assert data == packed(dict(reversed(files.items())))
    path = tmp_path_factory.getbasetemp() / "x.zip"
    path.write_bytes(data)
    if not files:
        with pytest.raises(NoPackage):
            Archive(path)
        return
    with Archive(path) as archive:
        assert {name: archive.read(name, 1000) for name in archive.members} == files
    with zipfile.ZipFile(path) as other:
        assert {name: other.read(name) for name in other.namelist()} == files
        assert other.testzip() is None


def test_more_files_than_the_old_format_counts(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with path.open("wb") as out:
        write({f"f{n}": b"" for n in range(65_536)}, out)
    with Archive(path) as archive, zipfile.ZipFile(path) as other:
        assert len(archive.members) == len(other.namelist()) == 65_536


def test_a_member_is_not_read_beyond_what_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(packed({"a": b"12345"}))
    with Archive(tmp_path / "x.zip") as archive:
        assert archive.read("a", 5) == b"12345"
        with pytest.raises(NoPackage, match="larger"):
            archive.read("a", 4)


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "a/..", "/a", "a/", "a//b", "a b", "a\\b", "c:", "é", "a\n", "-x", ".x"),
        *(
            "a.",
            "con",
            "NUL.txt",
            "com1.x",
            "lpt9",
            "x" * 201,
            "/".join("a" * 13),
            "a\0",
            "*",
            "a?",
        ),
    ],
)
def test_names_that_no_file_may_have(name: str) -> None:
    assert amiss(name)


def test_names_that_may_not_stand_beside_each_other() -> None:
    assert list(all_amiss(["a/b", "A/b"])) == ["'A/b' and 'a/b' differ in case alone"]
    assert list(all_amiss(["a", "a/b"])) == ["'a': a file and a folder at once"]
    assert list(all_amiss(["a", "a"])) == ["'a' stands there twice"]
    assert list(all_amiss(["a/b", "a/c", "ab"])) == []


@pytest.mark.parametrize(
    "data", [b'{"a": 1, "a": 2}', b"[NaN]", b"[Infinity]", b"[" * 70 + b"]" * 70, b"\xff", b""]
)
def test_json_that_is_not_read(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        strict(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=9,
)


@settings(max_examples=25, deadline=None)
@given(JSON)
def test_canonical_json_is_read_as_it_was(value: object) -> None:
    assert strict(canonical(value)) == value
