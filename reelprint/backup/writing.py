"""Where a backup is written: a folder of its own in a folder of backups, or one tar file.

Either has its name only when all of it is on the disk: whatever ends it before leaves something
with a name that begins with a dot, which the next backup takes away.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from index.atomic import exclusive_if_free, sync_folder
from reelprint.backup.manifest import DIGEST, FILES, MANIFEST, Entry, Manifest, sealed

PARTIAL = ".partial"
LOCK = ".lock"
_PIECE = 1 << 20
_OWN, _OWN_FOLDER = 0o600, 0o700  # passwords' hashes and suspects' media are in it


class Busy(OSError):
    """Another backup is being written there."""


class Sink(Protocol):
    """What a backup is written into."""

    scratch: Path  # a folder for what is made on the way

    def link(self, name: str, entry: Entry) -> bool:
        """Take a file over from the backup before; whether that could be done."""

    def put(self, name: str, source: BinaryIO, size: int) -> str:
        """Write `size` bytes of a file; their SHA-256. Raises OSError, also if there are fewer."""

    def finish(self, manifest: Manifest) -> Path:
        """Put the manifest with it, and the whole in place; where it is."""


@contextmanager
def sink(to: Path, begun_at: str, earlier: Path | None) -> Iterator[Sink]:
    """A tar file where the name ends so, or else a folder in the folder `to`. `earlier` is a backup
    there, to share files with. Raises Busy, FileExistsError."""
    tarred = to.suffix == ".tar"
    if tarred and to.exists():
        raise FileExistsError(f"{to} is there already, and no backup is written over")
    folder = to.parent if tarred else to
    folder.mkdir(parents=True, exist_ok=True, mode=_OWN_FOLDER)
    with exclusive_if_free(folder / LOCK) as free:
        if not free:
            raise Busy(f"another backup is being written to {folder}")
        for left in folder.glob(f".*{PARTIAL}"):
            shutil.rmtree(left)
        partial = folder / f".{to.name if tarred else 'backup'}{PARTIAL}"
        partial.mkdir(mode=_OWN_FOLDER)
        try:
            yield _Tar(partial, to) if tarred else _Folder(partial, to / _stamp(begun_at), earlier)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


class _Folder:
    """A folder with the files, as they are in the workspace."""

    def __init__(self, partial: Path, final: Path, earlier: Path | None) -> None:
        self._whole, self._final, self._earlier = partial / "whole", final, earlier
        self.scratch = partial / "scratch"
        self._whole.mkdir(_OWN_FOLDER)
        (self._whole / FILES).mkdir()
        self.scratch.mkdir()

    def link(self, name: str, entry: Entry) -> bool:
        if self._earlier is None:
            return False
        old, new = self._earlier / FILES / name, self._place(name)
        try:
            if old.stat().st_size != entry.bytes:
                return False
            os.link(old, new)
        except OSError:  # gone, or a file system without hard links, or with too many of this one
            return False
        return True

    def put(self, name: str, source: BinaryIO, size: int) -> str:
        path = self._place(name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN), "wb") as file:
            reader = _Hashing(source, size)
            shutil.copyfileobj(reader, file, _PIECE)
            file.flush()
            os.fsync(file.fileno())
        return reader.finished(name)

    def finish(self, manifest: Manifest) -> Path:
        data = manifest.as_bytes()
        for name, part in ((MANIFEST, data), (DIGEST, sealed(data))):
            _written(self._whole / name, part)
        for folder, _, _ in os.walk(self._whole):
            sync_folder(Path(folder))
        self._whole.rename(self._final)
        sync_folder(self._final.parent)
        return self._final

    def _place(self, name: str) -> Path:
        path = self._whole / FILES / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


class _Tar:
    """One file, with the manifest at its end."""

    def __init__(self, partial: Path, final: Path) -> None:
        self._path, self._final = partial / "whole.tar", final
        self.scratch = partial / "scratch"
        self.scratch.mkdir()
        self._path.touch(_OWN)
        self._tar = tarfile.open(self._path, "w", format=tarfile.PAX_FORMAT)  # noqa: SIM115

    def link(self, name: str, entry: Entry) -> bool:
        return False

    def put(self, name: str, source: BinaryIO, size: int) -> str:
        reader = _Hashing(source, size)
        self._tar.addfile(_member(f"{FILES}/{name}", size), reader)
        return reader.finished(name)

    def finish(self, manifest: Manifest) -> Path:
        data = manifest.as_bytes()
        for name, part in ((MANIFEST, data), (DIGEST, sealed(data))):
            self._tar.addfile(_member(name, len(part)), io.BytesIO(part))
        self._tar.close()
        with self._path.open("rb") as file:
            os.fsync(file.fileno())
        os.link(self._path, self._final)  # unlike a rename it replaces nothing
        sync_folder(self._final.parent)
        return self._final


class _Hashing(io.RawIOBase):
    """The first `size` bytes of a file, which are hashed on their way."""

    def __init__(self, source: BinaryIO, size: int) -> None:
        self._source, self._left = source, size
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        piece = self._source.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        self._hash.update(piece)
        return piece

    def finished(self, name: str) -> str:
        """The SHA-256, when all was read. Raises OSError."""
        if self._left:
            raise OSError(f"{name} became shorter while it was backed up")
        return self._hash.hexdigest()


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, _OWN
    return member


def _stamp(moment: str) -> str:
    """2026-11-23T10:40:00.123456Z as the name of a folder."""
    return moment.replace("-", "").replace(":", "")


def _written(path: Path, data: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
