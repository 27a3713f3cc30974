"""Columns on disk: one `.npy` file each, mapped into memory, never pickled."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.atomic import write_atomically

Column = NDArray[Any]  # of any kind of integer; whoever wrote it knows


def write_columns(stem: Path, **columns: Column) -> Mapping[str, str]:
    """Write `STEM.NAME.npy` for each column; returns sha256 by file name."""
    digests = {}
    for name, column in columns.items():
        path = _path(stem, name)
        digests[path.name] = write_atomically(path, partial(_save, column))
    return digests


def read_columns(stem: Path, *names: str) -> tuple[Column, ...]:
    """Map the columns of a segment into memory, read-only."""
    return tuple(np.load(_path(stem, n), mmap_mode="r", allow_pickle=False) for n in names)


def _save(column: Column, path: Path) -> None:
    with path.open("wb") as f:  # a path would have ".npy" added to it
        np.save(f, column, allow_pickle=False)


def _path(stem: Path, name: str) -> Path:
    return stem.with_name(f"{stem.name}.{name}.npy")
