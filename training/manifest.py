"""The list of all files that training may read (`manifest.csv` in the cache)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from training import tables


@dataclass(frozen=True, slots=True)
class Row:
    """One file; `path` is within the cache, `source` reads `debian:nexuiz-music=2.5.2-12`.

    `seconds`, `width` and `height` are what its header states, 0 where there is none. `as_pinned`
    is "no" where Debian no longer had the version that the table names, and another was taken.
    """

    path: str
    kind: str
    work: str
    source: str
    licence: str
    sha256: str
    seconds: float
    width: int
    height: int
    as_pinned: str


NAMES = tables.names_of(Row)


def read(path: Path) -> list[Row]:
    """All rows of a list. Raises OSError when it is not there, ValueError for another file."""
    with path.open(newline="", encoding="utf-8") as file:
        table = csv.DictReader(file)
        if table.fieldnames != NAMES:
            raise ValueError(f"{path} is not a list of training material")
        return [_row(row) for row in table]


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write a list whole or not at all."""
    tables.write(path, Row, rows)


def _row(row: dict[str, str]) -> Row:
    path, kind, work, source, licence, sha256 = (row[name] for name in NAMES[:6])
    size = float(row["seconds"]), int(row["width"]), int(row["height"])
    return Row(path, kind, work, source, licence, sha256, *size, row["as_pinned"])
