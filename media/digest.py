"""The sha256 of a file, read in pieces."""

from __future__ import annotations

import hashlib
from io import BufferedReader
from pathlib import Path

from media.source import open_regular


def sha256(path: Path) -> str:
    """Lower-case hex digest of a regular file's bytes. Raises `Unreadable`."""
    with open_regular(path) as source:
        return sha256_of(source)


def sha256_of(file: BufferedReader) -> str:
    """Lower-case hex digest of all bytes of an open file, wherever it was read to."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()
