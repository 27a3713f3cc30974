"""Tables of rows with names, as CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import TYPE_CHECKING

from index.atomic import write_atomically

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def names_of(kind: type[DataclassInstance]) -> Sequence[str]:
    """The columns of a table of such rows."""
    return [field.name for field in fields(kind)]


def write(path: Path, kind: type[DataclassInstance], rows: Iterable[DataclassInstance]) -> None:
    """Write a table whole or not at all, its names in the first line."""

    def fill(draft: Path) -> None:
        with draft.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(names_of(kind))
            table.writerows(astuple(row) for row in rows)

    write_atomically(path, fill)
