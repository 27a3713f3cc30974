"""CSV as spreadsheets open it: UTF-8 with a mark, RFC 4180, and no cell that is a formula."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Cell = str | int | float | bool | None

# A spreadsheet takes text that begins so for a formula, or hides that it does; wide forms too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
_MARK = "'"
BETWEEN = " | "


def table(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> bytes:
    """A CSV file. Raises KeyError for a row that lacks a column."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def text_of(cell: str) -> str:
    """The text that a cell was made of.

    >>> text_of("'=1+1"), text_of("1+1")
    ('=1+1', '1+1')
    """
    return cell.removeprefix(_MARK)


def joined(values: Iterable[Any]) -> str:
    """Several values in one cell."""
    return BETWEEN.join(map(str, values))


def _cell(value: Cell) -> str | int | float:
    """Numbers stay numbers; all else is text, marked as such if it would be obeyed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and not math.isfinite(value):
        return _marked(str(value))
    if isinstance(value, int | float):
        return value
    return _marked(str(value))


def _marked(text: str) -> str:
    obeyed = text.lstrip(" ").startswith((*_FORMULA, _MARK))
    return _MARK + text if obeyed else text
