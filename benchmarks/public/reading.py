"""Files and tables of a set, with errors that say what is missing and where it was looked for."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.datasets import AUDIO_SUFFIXES, VIDEO_SUFFIXES

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp")
MEDIA_SUFFIXES = (*VIDEO_SUFFIXES, *AUDIO_SUFFIXES, *IMAGE_SUFFIXES)
Row = dict[str, str]


def media(folder: Path, suffixes: Sequence[str], what: str) -> list[Path]:
    """The files of some kinds anywhere in a folder, in the order of their paths as text.

    Raises FileNotFoundError when there is none.
    """
    found = [p for p in folder.rglob("*") if p.suffix.lower() in suffixes and p.is_file()]
    if not found:
        raise FileNotFoundError(f"no {what} under {folder}")
    return sorted(found, key=str)


def by_stem(files: Sequence[Path]) -> dict[str, Path]:
    """Files by the stems of their names.

    Raises ValueError when two have one.
    """
    named: dict[str, Path] = {}
    for path in files:
        if path.stem in named:
            raise ValueError(f"{path} and {named[path.stem]} have one id")
        named[path.stem] = path
    return named


def one(folder: Path, *patterns: str) -> Path:
    """The one file of a name anywhere in a folder; of several patterns, the first that fits.

    Raises FileNotFoundError when there is none, ValueError when there are several.
    """
    for pattern in patterns:
        found = sorted(folder.rglob(pattern))
        if len(found) > 1:
            raise ValueError(f"{folder} holds {len(found)} of {pattern}: {found[0]}, {found[1]} …")
        if found:
            return found[0]
    raise FileNotFoundError(f"no {' or '.join(patterns)} under {folder}")


def table(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, Row]]:
    """(line, row) of a CSV with a header.

    Raises ValueError when a column is missing, or a row is shorter than the header.
    """
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if missing := [c for c in columns if c not in (reader.fieldnames or ())]:
            raise ValueError(f"{path} lacks {', '.join(missing)}; it has {reader.fieldnames}")
        for row in reader:
            if any(row[column] is None for column in columns):
                raise ValueError(f"{path}, line {reader.line_num}: too few values")
            yield reader.line_num, row


def number(text: str, path: Path, line: int) -> float:
    """A value of a table.

    Raises ValueError that says where it stands.
    """
    try:
        return float(text)
    except ValueError as error:
        raise ValueError(f"{path}, line {line}: {text!r} is not a number") from error
