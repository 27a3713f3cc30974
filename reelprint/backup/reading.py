"""Reading a backup, and checking that it is what was written."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from reelprint.backup import manifest
from reelprint.backup.manifest import DIGEST, FILES, MANIFEST, Manifest, NotWhole

Tell = Callable[[int, int], None]  # bytes dealt with, and how many there are
PIECE = 1 << 20
_MOST_MANIFEST_BYTES = 4 << 30


class Source(Protocol):
    """A backup that is there."""

    path: Path
    manifest: Manifest

    def names(self) -> set[str]:
        """The files that are there."""

    def open(self, name: str) -> IO[bytes]:
        """One of them."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was read, and what is wrong with it, one sentence each."""

    path: str
    begun_at: str
    files: int
    bytes: int
    wrong: tuple[str, ...]


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """A backup: its folder, a tar file, or the newest in a folder of backups. Raises NotWhole,
    FileNotFoundError, ValueError."""
    if path.is_file():
        try:
            with tarfile.open(path, "r:") as tar:
                yield _Tar(path, tar)
        except tarfile.TarError as error:
            raise NotWhole(f"{path} is damaged or not a backup: {error}") from error
        return
    folder = path if (path / MANIFEST).exists() else newest(path)
    if folder is None:
        raise FileNotFoundError(f"there is no backup in {path}")
    yield _Folder(folder)


def newest(folder: Path) -> Path | None:
    """The newest backup in a folder of backups."""
    found = (one.parent for one in folder.glob(f"[!.]*/{MANIFEST}"))
    return max(found, key=lambda one: one.name, default=None)


def verify(source: Source, tell: Tell) -> Verified:
    """Read every byte."""
    files = source.manifest.files
    total, done, wrong = sum(one.bytes for one in files.values()), 0, list[str]()
    there = source.names()
    for name, entry in sorted(files.items()):
        if name not in there:
            wrong.append(f"{name} is missing")
        elif digest(source, name) != entry.sha256:
            wrong.append(f"{name} is not what was written")
        done += entry.bytes
        tell(done, total)
    wrong += [f"{name} is there, but not in the manifest" for name in sorted(there - files.keys())]
    return Verified(str(source.path), source.manifest.begun_at, len(files), total, tuple(wrong))


def digest(source: Source, name: str) -> str:
    """The SHA-256 of a file of a backup."""
    with source.open(name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


class _Folder:
    def __init__(self, path: Path) -> None:
        self.path, self._files = path, path / FILES
        self.manifest = manifest.read(*(_all_of(path / name) for name in (MANIFEST, DIGEST)))

    def names(self) -> set[str]:
        every = self._files.rglob("*")
        return {one.relative_to(self._files).as_posix() for one in every if not one.is_dir()}

    def open(self, name: str) -> IO[bytes]:
        return (self._files / name).open("rb")


class _Tar:
    def __init__(self, path: Path, tar: tarfile.TarFile) -> None:
        self.path, self._tar = path, tar
        self._members = {one.name: one for one in tar if one.isfile()}
        if not {MANIFEST, DIGEST} <= self._members.keys():
            raise NotWhole(f"{path} is not a whole backup: it has no manifest")
        self.manifest = manifest.read(*(self._all_of(name) for name in (MANIFEST, DIGEST)))

    def names(self) -> set[str]:
        inside = (name for name in self._members if name not in {MANIFEST, DIGEST})
        return {name.removeprefix(f"{FILES}/") for name in inside}

    def open(self, name: str) -> IO[bytes]:
        return self._open(f"{FILES}/{name}")

    def _open(self, name: str) -> IO[bytes]:
        file = self._tar.extractfile(self._members[name])
        if file is None:
            raise NotWhole(f"{name} is no file in {self.path}")
        return file

    def _all_of(self, name: str) -> bytes:
        with self._open(name) as file:
            return file.read(_MOST_MANIFEST_BYTES)


def _all_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotWhole(f"{path.parent} is not a whole backup: it has no {path.name}") from None
