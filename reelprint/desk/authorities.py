"""The time-stamp authorities that this service believes when it checks packages."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from evidence.stamps import roots_of


def roots(home: Path, files: Iterable[Path]) -> bytes:
    """The certificates in some files of PEM, whose names count from the workspace; as one, empty if
    there are none. Raises OSError, and ValueError for a file that holds no certificate."""
    return b"\n".join(_read(home / name) for name in files)


def _read(path: Path) -> bytes:
    pem = path.read_bytes()
    try:
        roots_of(pem)
    except ValueError as error:
        said = f"{path}, which timestamp_authorities names, holds no certificates in PEM"
        raise ValueError(said) from error
    return pem
