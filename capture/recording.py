"""A recording on this machine, copied and digested. Nothing in it is followed."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import Any, BinaryIO

from capture.failures import Ended
from capture.gaps import Gap
from capture.session import Session
from capture.store import RAW

_PIECE = 1 << 20


def take(session: Session, path: Path) -> dict[str, Any]:
    """Copy a regular file into the store; the file to play. Raises OSError, Ended."""
    suffix = path.suffix.lower() if path.suffix[1:].isalnum() and path.suffix.isascii() else ".bin"
    with _opened(path) as source, session.store.scratch() as copy:
        before = os.fstat(source.fileno())
        if before.st_size > session.limits.total_bytes:
            raise Ended("limit", f"the recording has {before.st_size} bytes")
        sha256, size = _copied(session, source, copy)
        after = os.fstat(source.fileno())
        name = session.store.keep(copy, f"{RAW}/000000{suffix}")
    facts = {"given": str(path), "bytes": size, "sha256": sha256, "modified_ns": after.st_mtime_ns}
    session.store.log("recording", body={"file": name, "bytes": size, "sha256": sha256}, **facts)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        session.gap(Gap("failed", "the recording was being changed while it was copied"))
    return {"file": name, "derived": None, "track": "main"}


def _opened(path: Path) -> BinaryIO:
    """Only regular files: a pipe or a device might never end."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(f"{path} is no regular file")
    return os.fdopen(handle, "rb")


def _copied(session: Session, source: BinaryIO, copy: BinaryIO) -> tuple[str, int]:
    found, size = hashlib.sha256(), 0
    while piece := source.read(_PIECE):
        session.received += len(piece)
        session.check()
        copy.write(piece)
        found.update(piece)
        size += len(piece)
    return found.hexdigest(), size
