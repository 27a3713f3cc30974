"""Files that are there whole or not at all, and that say when a byte has changed."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

TEMPORARY = ".tmp"


def write_atomically(path: Path, write: Callable[[Path], None]) -> str:
    """Let `write` fill a temporary file, then put it in place; returns its sha256."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")
    try:
        write(temporary)
        digest = file_sha256(temporary)
        with temporary.open("rb") as f:
            os.fsync(f.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)
    return digest


def file_sha256(path: Path) -> str:
    """Hex sha256 of a file."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """One at a time, across processes; released also when the process dies."""
    with lock.open("a") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        yield


@contextmanager
def shared(lock: Path) -> Iterator[None]:
    """Any number at a time, but none beside an exclusive holder."""
    with lock.open("a") as f:
        fcntl.flock(f, fcntl.LOCK_SH)
        yield


@contextmanager
def exclusive_if_free(lock: Path) -> Iterator[bool]:
    """Exclusive if nobody holds the lock, without waiting; gives whether it is."""
    with lock.open("a") as f:
        try:
            fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
