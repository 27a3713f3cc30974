"""The files of an index, and whether they are still as they were written.

Hashing all of a large index takes minutes, so opening does not. Of each file the manifest says its
sha256, and as what it was seen when it was written: its inode, its size and the time of its last
change. As long as that is so, it is taken to be whole; otherwise it is hashed. What was hashed and
found whole, in a workspace that was copied, is remembered in `seen.json`, which is a cache: nothing
is lost with it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.atomic import file_sha256, write_atomically

SEEN = "seen.json"

Look = tuple[str, int, int, int]  # sha256, inode, size, and nanoseconds of the last change
DAMAGED: Look = ("", 0, 0, 0)  # what no file looks like, so that it is hashed


@dataclass(frozen=True, slots=True)
class File:
    """A file that was written once and never changes."""

    name: str
    size: int  # bytes
    sha256: str
    inode: int
    mtime_ns: int

    @classmethod
    def written(cls, path: Path, sha256: str) -> File:
        """A file that is whole, as it is now."""
        seen = path.stat()
        return cls(path.name, seen.st_size, sha256, seen.st_ino, seen.st_mtime_ns)

    @property
    def look(self) -> Look:
        """As what it was seen when it was written."""
        return self.sha256, self.inode, self.size, self.mtime_ns

    def is_whole(self, folder: Path) -> bool:
        """Whether it is there, to the byte; reads it."""
        path = folder / self.name
        return path.is_file() and file_sha256(path) == self.sha256


class Seen:
    """What the files of an index looked like when they were last known to be whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._remembered = _remembered(folder / SEEN)
        self._changed = False

    def trusts(self, file: File) -> bool:
        """Whether a file is whole; it is read only if it does not look as it did then."""
        look = _look(self._folder / file.name, file.sha256)
        if look is None or look[2] != file.size:
            return False
        if look == self._remembered.get(file.name, file.look):
            return True
        if not file.is_whole(self._folder) or look != _look(self._folder / file.name, file.sha256):
            return False
        self._remember(file.name, look)
        return True

    def distrust(self, file: File) -> None:
        """Have a file read when it is opened next, however it looks."""
        self._remember(file.name, DAMAGED)

    def keep(self, used: frozenset[str]) -> None:
        """Remember it beyond this process, of files that are in use; a folder that cannot be
        written is only slower to open."""
        if not self._changed:
            return
        kept = {name: look for name, look in sorted(self._remembered.items()) if name in used}
        with contextlib.suppress(OSError):
            write_atomically(self._folder / SEEN, lambda path: _write(path, kept))

    def _remember(self, name: str, look: Look) -> None:
        self._remembered[name] = look
        self._changed = True


def _look(path: Path, sha256: str) -> Look | None:
    """What a file looks like that should have these contents; None where there is none."""
    try:
        seen = path.stat()
    except FileNotFoundError:
        return None
    return sha256, seen.st_ino, seen.st_size, seen.st_mtime_ns


def _remembered(path: Path) -> dict[str, Look]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): _as_look(*look) for name, look in data.items()}
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}  # no such file, or one that this did not write


def _as_look(sha256: str, inode: int, size: int, mtime_ns: int) -> Look:
    return str(sha256), int(inode), int(size), int(mtime_ns)


def _write(path: Path, looks: Mapping[str, Look]) -> None:
    path.write_text(json.dumps(looks), encoding="utf-8")
