"""A consistent copy of an index at one moment, and the way back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from index.atomic import TEMPORARY, exclusive_folder, file_sha256, shared, sync_folder
from index.files import File, Seen
from index.folder import OPENING_LOCK, Busy
from index.manifest import Manifest, SegmentEntry


class NotWhole(OSError):
    """A file of an index or of a snapshot is missing, or not what was written."""


def snapshot(source: Path, folder: Path, tell: Callable[[int, int], None]) -> Manifest:
    """Make a folder with the index of another as it is at this moment: hard links where they can be
    made, copies otherwise. The folder is there complete or not at all. `tell` is told of bytes.

    Raises FileExistsError when there is such a folder, NotWhole when the index is damaged, Busy.
    """
    if folder.exists():
        raise FileExistsError(f"{folder} is there already")
    with _beside(folder) as beside:
        with shared(source / OPENING_LOCK):
            manifest = Manifest.load(source)
            _refuse(source, manifest)
            taken = brought(source, beside, manifest, tell)
        taken.save(beside)
        beside.rename(folder)
        sync_folder(folder.parent)
    return taken


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """An empty folder that is to become another, for one process at a time; gone at the end, and
    what a killed process left in it at the beginning. Raises Busy."""
    beside = folder.with_name(f".{folder.name}{TEMPORARY}")
    beside.mkdir(parents=True, exist_ok=True)
    with exclusive_folder(beside) as free:
        if not free:
            raise Busy(f"another process makes the snapshot {folder}")
        try:
            for left in beside.iterdir():
                left.unlink()
            yield beside
        finally:
            shutil.rmtree(beside, ignore_errors=True)


def brought(
    source: Path, folder: Path, manifest: Manifest, tell: Callable[[int, int], None]
) -> Manifest:
    """Have the files of a manifest in another folder too, on the disk; the manifest of that."""
    total, done = sum(f.size for entry in manifest.segments for f in entry.every_file), 0

    def bring(file: File) -> File:
        nonlocal done
        brought = _linked(source, folder, file) or _copied(source, folder, file)
        done += file.size
        tell(done, total)
        return brought

    segments = tuple(_with_files(entry, bring) for entry in manifest.segments)
    sync_folder(folder)
    return replace(manifest, segments=segments)


def verified(folder: Path, manifest: Manifest, tell: Callable[[int, int], None]) -> None:
    """Read every byte. Raises NotWhole."""
    files = [file for entry in manifest.segments for file in entry.every_file]
    total, done = sum(file.size for file in files), 0
    for file in files:
        if not file.is_whole(folder):
            raise NotWhole(f"{folder / file.name} is missing or damaged")
        done += file.size
        tell(done, total)


def _refuse(source: Path, manifest: Manifest) -> None:
    seen = Seen(source)
    for file in (file for entry in manifest.segments for file in entry.every_file):
        if not seen.trusts(file):
            raise NotWhole(f"{source / file.name} is missing or damaged: no snapshot is made")


def _with_files(entry: SegmentEntry, change: Callable[[File], File]) -> SegmentEntry:
    gone = entry.removed and replace(entry.removed, file=change(entry.removed.file))
    return replace(entry, files=tuple(map(change, entry.files)), removed=gone)


def _linked(source: Path, folder: Path, file: File) -> File | None:
    """The same file under two names, where the file system allows it."""
    try:
        os.link(source / file.name, folder / file.name)
    except FileNotFoundError:
        raise
    except OSError:
        return None
    return File.written(folder / file.name, file.sha256)


def _copied(source: Path, folder: Path, file: File) -> File:
    copy = folder / file.name
    shutil.copyfile(source / file.name, copy)
    with copy.open("rb") as f:
        os.fsync(f.fileno())
    if file_sha256(copy) != file.sha256:
        raise NotWhole(f"{source / file.name} is damaged")
    return File.written(copy, file.sha256)
