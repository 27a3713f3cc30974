"""A CSV file as rows of named cells, each with the line on which it begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path

Cells = dict[str, str]  # by column; only those with text, which is stripped


class TableError(ValueError):
    """The file as a whole cannot be read as a table; `line` says where."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


class Table:
    """A CSV file with named columns, UTF-8 with or without a byte order mark."""

    def __init__(self, path: Path, allowed: Collection[str]) -> None:
        self._reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
        header = next(self._lists(), (1, []))[1]
        self.columns = [name.strip().lower() for name in header]
        _check_columns(self.columns, allowed)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(line, cells) of each row that has any text. Raises TableError."""
        return ((line, cells) for line, cells in self._lists() if any(map(str.strip, cells)))

    def named(self, cells: list[str]) -> Cells:
        """The cells of a row by column. Raises ValueError when there are too many."""
        if any(cell.strip() for cell in cells[len(self.columns) :]):
            raise ValueError(f"{len(cells)} cells for {len(self.columns)} columns")
        pairs = zip(self.columns, (cell.strip() for cell in cells), strict=False)
        return {column: text for column, text in pairs if text}

    def _lists(self) -> Iterator[tuple[int, list[str]]]:
        while True:
            line = self._reader.line_num + 1
            try:
                yield line, next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise TableError(line, f"this is not CSV: {error}") from error


def _text(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError(line, "this is not UTF-8: save the file as CSV UTF-8") from error


def _check_columns(columns: list[str], allowed: Collection[str]) -> None:
    unknown = [name for name in columns if name not in allowed]
    if unknown:
        names = ", ".join(map(repr, unknown))
        raise TableError(1, f"unknown column {names}; allowed are {', '.join(allowed)}")
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise TableError(1, f"the column {', '.join(twice)} is there twice")
