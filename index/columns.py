"""Columns on disk: one `.npy` file each, mapped into memory, never pickled."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from tokenize import TokenError
from typing import Any, Self

import numpy as np
from numpy.lib import format as npy
from numpy.typing import DTypeLike, NDArray

from index.atomic import Growing, write_atomically

Column = NDArray[Any]  # of any kind of integer; whoever wrote it knows
SMALL = 2**16  # bytes of a file that is read, not mapped: a map takes one of the process's handles


def write_columns(stem: Path, **columns: Column) -> Mapping[str, str]:
    """Write `STEM.NAME.npy` for each column; returns sha256 by file name."""
    digests = {}
    for name, column in columns.items():
        path = column_path(stem, name)
        digests[path.name] = write_atomically(path, partial(_save, column))
    return digests


def read_columns(stem: Path, *names: str) -> tuple[Column, ...]:
    """Map the columns of a segment into memory, read-only; small ones are read."""
    return tuple(_mapped(column_path(stem, name)) for name in names)


def column_path(stem: Path, name: str) -> Path:
    """Where a column of a segment is."""
    return stem.with_name(f"{stem.name}.{name}.npy")


class Pieces:
    """A file of items of one kind behind a header, read piece by piece: what was read is not held
    in memory, as the pages of a map may be."""

    def __init__(self, path: Path, offset: int, kind: DTypeLike, width: int | None = None) -> None:
        """With a width, an item is so many of the kind."""
        self.kind, self.width = np.dtype(kind), width
        self._path, self._offset = path, offset

    @classmethod
    def of_column(cls, stem: Path, name: str) -> Pieces:
        """The pieces of a column, shape (n,) or (n, width)."""
        path = column_path(stem, name)
        with path.open("rb") as f:
            npy.read_magic(f)
            (_, *width), _, kind = npy.read_array_header_1_0(f)
            return cls(path, f.tell(), kind, *width)

    def read(self, first: int, last: int) -> Column:
        """The items from `first` up to `last`. Raises OSError if they are not all there."""
        each = self.width or 1
        offset, count = self._offset + first * each * self.kind.itemsize, (last - first) * each
        items = np.fromfile(self._path, self.kind, count, offset=offset)
        if len(items) != count:
            raise OSError(f"{self._path} ends early")
        return items if self.width is None else items.reshape(-1, self.width)


class GrowingColumn(Growing):
    """A column of known length that is written piece by piece."""

    def __init__(
        self, stem: Path, name: str, kind: DTypeLike, length: int, width: int | None = None
    ) -> None:
        """Of shape (length,) or (length, width)."""
        super().__init__(column_path(stem, name))
        self._kind, self._left = np.dtype(kind), length
        self._shape = (length,) if width is None else (length, width)

    def __enter__(self) -> Self:
        entered = super().__enter__()
        header = io.BytesIO()
        described = npy.dtype_to_descr(self._kind)
        data = {"descr": described, "fortran_order": False, "shape": self._shape}
        npy.write_array_header_1_0(header, data)
        self.append_bytes(header.getvalue())
        return entered

    def append(self, piece: Column) -> None:
        """Write more of the column, as its kind."""
        self._left -= len(piece)
        super().append(piece.astype(self._kind, copy=False))

    def finish(self) -> str:
        """Put it in place. Raises OSError if it is not as long as was said."""
        if self._left:
            raise OSError(f"{self.path} would lack {self._left} items that its segment says it has")
        return super().finish()


def _mapped(path: Path) -> Column:
    small = path.stat().st_size <= SMALL
    try:
        column: Column = np.load(path, mmap_mode=None if small else "r", allow_pickle=False)
    except (SyntaxError, TokenError, TypeError) as error:  # as NumPy reads a header that is none
        raise ValueError(f"{path} has no header: {error}") from error
    if small:
        column.flags.writeable = False
    return column


def _save(column: Column, path: Path) -> None:
    """As `np.save` does, but a full disk is an error that says so."""
    plain = np.ascontiguousarray(column)
    with path.open("wb") as f:
        npy.write_array_header_1_0(f, npy.header_data_from_array_1_0(plain))
        f.write(plain.data)
