"""What lies in the folder of an index, and who may touch it when."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.atomic import TEMPORARY, exclusive_if_free

LOCK = "lock"  # held while something is added or removed
OPENING_LOCK = "opening.lock"  # shared by those who open files, so that none is deleted meanwhile
UPKEEP_LOCK = "upkeep.lock"  # held while segments are merged, or the index is made anew
BESIDE = "beside"  # where segments are made without the writer's lock
SWEPT = (".faiss", ".npy", TEMPORARY)


FULL = (errno.ENOSPC, errno.EDQUOT)


class Busy(OSError):
    """Another process merges, restores or rebuilds the index."""


@contextmanager
def room(folder: Path) -> Iterator[None]:
    """Where a disk may be full: the error says what became of the index."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        said = f"the disk is full; the index in {folder} is as it was"
        raise OSError(error.errno, said) from error


@contextmanager
def upkeep(folder: Path) -> Iterator[Path]:
    """An empty folder to make segments in, for one process at a time; gone at the end, and what a
    killed process left in it at the beginning. Raises Busy."""
    beside = folder / BESIDE
    with exclusive_if_free(folder / UPKEEP_LOCK) as free:
        if not free:
            raise Busy(f"another process merges, restores or rebuilds the index in {folder}")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
        try:
            with room(folder):
                yield beside
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def sweep(folder: Path, used: frozenset[str]) -> None:
    """Delete files that are not in use: merged, damaged, or left by a killed process. While
    somebody opens files, that is left to the next writer."""
    with exclusive_if_free(folder / OPENING_LOCK) as free:
        for path in list(folder.iterdir()) if free else ():
            if path.name.endswith(SWEPT) and path.name not in used:
                path.unlink(missing_ok=True)
    with exclusive_if_free(folder / UPKEEP_LOCK) as free:
        if free:
            shutil.rmtree(folder / BESIDE, ignore_errors=True)
