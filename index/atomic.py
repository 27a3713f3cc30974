"""Files that are there whole or not at all, and that say when a byte has changed."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

TEMPORARY = ".tmp"
SECOND_NS = 10**9


def write_atomically(path: Path, write: Callable[[Path], None]) -> str:
    """Let `write` fill a temporary file, then put it in place, on the disk; returns its sha256."""
    temporary = _beside(path)
    try:
        write(temporary)
        digest = file_sha256(temporary)
        with temporary.open("rb") as f:
            _settle(f)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)
    return digest


class Growing:
    """A file that is written piece by piece and put in place when it is whole; used with `with`,
    at the end of which it is gone if it was not finished."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._temporary = _beside(path)
        self._digest = hashlib.sha256()

    def __enter__(self) -> Self:
        self._file = self._temporary.open("wb")
        return self

    def __exit__(self, *raised: object) -> None:
        self._file.close()
        self._temporary.unlink(missing_ok=True)

    def append(self, piece: NDArray[Any]) -> None:
        """Write the bytes of an array."""
        self.append_bytes(np.ascontiguousarray(piece).data)

    def append_bytes(self, piece: bytes | memoryview) -> None:
        """Write more."""
        self._file.write(piece)
        self._digest.update(piece)

    def finish(self) -> str:
        """Put it in place, on the disk; returns its sha256."""
        self._file.flush()
        _settle(self._file)
        self._temporary.replace(self.path)
        sync_folder(self.path.parent)
        return self._digest.hexdigest()


def file_sha256(path: Path) -> str:
    """Hex sha256 of a file."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Names that were given or taken in a folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """One at a time, across processes; released also when the process dies."""
    with lock.open("a") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        yield


@contextmanager
def shared(lock: Path) -> Iterator[None]:
    """Any number at a time, but none beside an exclusive holder. In a folder that cannot be written
    there is no such holder, and no lock may be there."""
    f = _readable(lock)
    if f is None:
        yield
        return
    with f:
        fcntl.flock(f, fcntl.LOCK_SH)
        yield


@contextmanager
def exclusive_if_free(lock: Path) -> Iterator[bool]:
    """Exclusive if nobody holds the lock, without waiting; gives whether it is."""
    with lock.open("a") as f:
        yield _is_free(f.fileno())


@contextmanager
def exclusive_folder(folder: Path) -> Iterator[bool]:
    """The same of a folder that is its own lock."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield _is_free(handle)
    finally:
        os.close(handle)


def _is_free(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")


def _settle(file: IO[bytes]) -> None:
    """Have a file on the disk, dated a second back: a change that comes after, however soon, then
    shows in its date."""
    seen = os.fstat(file.fileno())
    os.utime(file.fileno(), ns=(seen.st_atime_ns, seen.st_mtime_ns - SECOND_NS))
    os.fsync(file.fileno())


def _readable(lock: Path) -> IO[str] | None:
    try:
        return lock.open("a")
    except OSError:  # a read-only folder or file system
        return lock.open() if lock.exists() else None
