from __future__ import annotations

from pathlib import Path

import pytest

from reference_catalog.manifest import COLUMNS, ManifestError, ManifestRow, read_manifest
from reference_catalog.work import Identifier, WorkDetails


def read(tmp_path: Path, text: str | bytes) -> list[ManifestRow]:
    path = tmp_path / "works.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_manifest(path)


def errors_of(tmp_path: Path, text: str | bytes) -> list[str]:
    """What is wrong, without the folder."""
    with pytest.raises(ManifestError) as caught:
        read(tmp_path, text)
    assert str(caught.value) == "\n".join(caught.value.errors)
    return [error.removeprefix(f"{tmp_path}/") for error in caught.value.errors]


def test_a_full_row(tmp_path: Path) -> None:
    (row,) = read(
        tmp_path,
        "path,work_id,title,kind,owner,isan,eidr,isrc,iswc,isbn,ean\n"
        "films/a.mp4,w1,A film,Film,An owner,0000-0000-3A8D-0000-Z,"
        "10.5240/7791-8534-2C23-9030-8610-5,US-RC1-76-07839,T0345246801,0-306-40615-2,73513537\n",
    )
    assert (row.path, row.line) == (tmp_path / "films/a.mp4", 2)
    assert (row.details.work_id, row.details.title) == ("w1", "A film")
    assert (row.details.kind, row.details.owner) == ("film", "An owner")
    assert row.details.identifiers == (
        Identifier("isan", "0000-0000-3A8D-0000-Z"),
        Identifier("eidr", "10.5240/7791-8534-2C23-9030-8610-5"),
        Identifier("isrc", "USRC17607839"),
        Identifier("iswc", "T-034.524.680-1"),
        Identifier("isbn", "9780306406157"),
        Identifier("ean", "73513537"),
    )


def test_only_the_path_is_needed(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "path\nfilms/My Film.v2.mp4\n")
    assert row.details == WorkDetails("My Film.v2", "My Film.v2")


def test_an_absolute_path_stays(tmp_path: Path) -> None:
    (row,) = read(tmp_path, f"path\n{tmp_path / 'x' / 'a.mp4'}\n")
    assert row.path == tmp_path / "x" / "a.mp4"


def test_what_one_row_says_of_a_work_holds_for_all_its_rows(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        "path,work_id,title,kind,isrc\na.mp4,w,,film,\nb.mp4,w,Title,,\nc.mp4,w,,,USRC17607839\n",
    )
    details = WorkDetails("w", "Title", "film", None, (Identifier("isrc", "USRC17607839"),))
    assert [(row.path.name, row.details) for row in rows] == [
        ("a.mp4", details),
        ("b.mp4", details),
        ("c.mp4", details),
    ]


def test_what_spreadsheets_write(tmp_path: Path) -> None:
    text = '\ufeffPath , Title,,\r\n a.mp4 ,"한 줄,\r\n두 줄",,\r\n,,,\r\n\r\n"b""2.mp4",=1+1,,\r\n'
    with pytest.raises(ManifestError, match="unknown column ''"):
        read(tmp_path, text)
    first, second = read(tmp_path, text.replace("Title,,", "Title"))
    assert (first.path.name, first.details.title, first.line) == ("a.mp4", "한 줄,\r\n두 줄", 2)
    assert (second.path.name, second.details.title, second.line) == ('b"2.mp4', "=1+1", 6)


def test_a_manifest_without_rows_registers_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "path,title\n") == []


def test_all_faults_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    errors = errors_of(
        tmp_path,
        "path,work_id,title,kind,isbn\n"
        "a.mp4,w,Title,,\n"
        ",x,,,\n"
        "b.mp4,,,movie,\n"
        "c.mp4,,,,0-306-40615-3\n"
        "d.mp4,w,Another,,\n"
        'e.mp4,"a\tb",,,\n'
        "f.mp4,,,,,more\n"
        "./a.mp4,w,,,\n",
    )
    assert errors == [
        "works.csv:3: the path is empty",
        "works.csv:4: the kind 'movie' is none of film, episode, tv, music, image, clip, other",
        "works.csv:5: ISBN '0-306-40615-3': the check digit should be 2, not 3",
        "works.csv:6: the title is 'Another' here, but 'Title' on line 2",
        "works.csv:7: the work_id has a control character: 'a\\tb'",
        "works.csv:8: 6 cells for 5 columns",
        "works.csv:9: the file a.mp4 is on line 2 already",
    ]


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("kind", "film", "tv"),
        ("owner", "A", "B"),
        ("isrc", "USRC17607839", "USRC17607840"),
    ],
)
def test_rows_of_one_work_must_agree(tmp_path: Path, column: str, one: str, other: str) -> None:
    text = f"path,work_id,{column}\na.mp4,w,{one}\nb.mp4,w,{other}\n"
    assert errors_of(tmp_path, text) == [
        f"works.csv:3: the {column} is {other!r} here, but {one!r} on line 2"
    ]


@pytest.mark.parametrize("first", ["", "ep1"])
def test_files_of_one_name_are_not_merged_by_chance(tmp_path: Path, first: str) -> None:
    text = f"path,work_id\na/ep1.mp4,{first}\nb/ep1.mp4,\n"
    assert errors_of(tmp_path, text) == [
        "works.csv:3: a file of the same name is on line 2: write out the work_id of both"
    ]
    assert len(read(tmp_path, "path,work_id\na/ep1.mp4,ep1\nb/ep1.mp4,ep1\n")) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "1: there is no column path; allowed are path, work_id"),
        ("title\nx\n", "1: there is no column path"),
        ("path,path\na,b\n", "1: the column path is there twice"),
        ("path;title\na;b\n", "1: unknown column 'path;title'; allowed are path, work_id"),
        ("path,rating,year\n", f"1: unknown column 'rating', 'year'; allowed are {COLUMNS[0]}, "),
        ('path\na\n"b\n', "3: this is not CSV: "),
        ("path,title\na,T\nb,caf\udce9\n", "3: this is not UTF-8"),
        ("path\na\0b\n", "2: the path has a NUL"),
    ],
)
def test_a_file_that_is_no_manifest_is_told(tmp_path: Path, text: str, reason: str) -> None:
    (error,) = errors_of(tmp_path, text.encode("utf-8", "surrogateescape"))
    assert error.startswith(f"works.csv:{reason}")


def test_a_missing_manifest_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_manifest(tmp_path / "works.csv")


def test_a_series_is_a_column(tmp_path: Path) -> None:
    path = tmp_path / "works.csv"
    path.write_text("path,work_id,series\na.mp4,ep1,Bunnies\nb.mp4,ep1,\nc.mp4,film,\n", "utf-8")
    assert [row.details.series for row in read_manifest(path)] == ["Bunnies", "Bunnies", None]
