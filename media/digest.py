"""The sha256 of a file, read in pieces."""

from __future__ import annotations

import hashlib
from pathlib import Path

from media.source import open_regular


def sha256(path: Path) -> str:
    """Lower-case hex digest of a regular file's bytes. Raises `Unreadable`."""
    with open_regular(path) as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
