from __future__ import annotations

import csv
from pathlib import Path

import pytest

from training import sources

LINE = {
    "kind": "music",
    "manager": "debian",
    "package": "game-music",
    "version": "1:1.0+ds-1",
    "sha256": "0" * 64,
    "licence": "CC0-1.0",
    "files": "usr/*.ogg",
    "amount": "1.0 h",
    "note": "",
}
WRONG = {
    "kind": "film noir",
    "manager": "cargo",
    "package": "--config=evil",
    "version": "-1",
    "sha256": "ABC",
    "licence": "",
    "files": "-*.ogg",
}


def table(folder: Path, *changes: dict[str, str]) -> Path:
    path = folder / "sources.csv"
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, LINE)
        writer.writeheader()
        writer.writerows({**LINE, **change} for change in changes)
    return path


def test_the_table_is_sound() -> None:
    known = sources.packages(sources.read())
    licences = {source.licence for its in known.values() for source in its}
    assert known
    assert not [licence for licence in licences if "NC" in licence.replace("-", " ").split()]


def test_a_package_may_have_several_kinds(tmp_path: Path) -> None:
    path = table(tmp_path, {}, {"kind": "noise", "files": "usr/*.wav"})
    [its] = sources.packages(sources.read(path)).values()
    assert [source.kind for source in its] == ["music", "noise"]


@pytest.mark.parametrize("column", WRONG)
def test_a_wrong_line_is_refused(column: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"line 2|no file is wanted"):
        sources.read(table(tmp_path, {column: WRONG[column]}))


def test_a_package_has_one_version(tmp_path: Path) -> None:
    path = table(tmp_path, {}, {"version": "2.0-1"})
    with pytest.raises(ValueError, match="more than one version is named of debian/game-music"):
        sources.packages(sources.read(path))
