"""Opening the files that a capture's log and manifest name, which may be a stranger's.

There is one way to such a file: its name is plain, no link stands on the way to it, and it is a
regular file. So nothing is opened that leads out of the folder, waits, or never ends.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from io import BufferedReader
from pathlib import Path
from typing import Any

MOST_CHARACTERS, MOST_PARTS = 400, 12
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}", re.ASCII)
_DEVICES = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{device}{n}" for device in ("com", "lpt") for n in range(10)
}
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_HOLLOW_BYTES, _HOLLOW = 1 << 30, 64  # a file of holes takes no room, and for ever to read


class Stray(OSError):
    """What is named is no file of the folder."""


def amiss(name: str) -> str | None:
    """Why a name may not stand in a capture or a package; None if it may: one file everywhere.

    >>> amiss("captures/a-1/raw/000001.ts"), amiss("a/../b"), amiss("a/nul.txt")
    (None, "'..' is no plain name", "'nul.txt' is a device on some systems")
    """
    parts = name.split("/")
    if len(name) > MOST_CHARACTERS or len(parts) > MOST_PARTS:
        return "too long"
    for part in parts:
        if not _PART.fullmatch(part) or part.endswith("."):
            return f"{part[:60]!r} is no plain name"
        if part.partition(".")[0].lower() in _DEVICES:
            return f"{part!r} is a device on some systems"
    return None


def opened(folder: Path, name: object) -> BufferedReader:
    """A file of a folder, to be read. Raises FileNotFoundError; Stray for what is none."""
    if not isinstance(name, str):
        raise Stray("a name that is no text")
    if why := amiss(name):
        raise Stray(f"outside of the capture: {why}")
    *above, last = name.split("/")
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in above:
            _require(stat.S_ISDIR, part, at)
            below = os.open(part, _FOLDER, dir_fd=at)
            os.close(at)
            at = below
        _require(stat.S_ISREG, last, at)  # before it is opened, which has effects on devices
        return open(os.open(last, _FILE, dir_fd=at), "rb")
    finally:
        os.close(at)


def _require(kind: Any, part: str, at: int) -> None:
    status = os.stat(part, dir_fd=at, follow_symlinks=False)
    if not kind(status.st_mode):
        raise Stray("a link, or no regular file: it is not looked at")
    if _hollow(status):
        raise Stray("a file of holes: it is not looked at")


def _hollow(status: os.stat_result) -> bool:
    return status.st_size > max(_HOLLOW_BYTES, _HOLLOW * 512 * status.st_blocks)


def read(folder: Path, name: object, most: int) -> bytes:
    """What is in a file of a folder. Raises as `opened`, and Stray if there is more than `most`."""
    with opened(folder, name) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise Stray(f"larger than {most} bytes")
    return data


def digest_of(folder: Path, name: object) -> str:
    """SHA-256 of a file of a folder. Raises as `opened`."""
    with opened(folder, name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def there(folder: Path) -> dict[str, int]:
    """Sizes of the files of a folder by name; 0 for links and all else that is not looked at."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode):
            regular = stat.S_ISREG(status.st_mode) and not _hollow(status)
            found[path.relative_to(folder).as_posix()] = status.st_size if regular else 0
    return found


def named(entries: Iterable[Mapping[str, Any]], manifest: Mapping[str, Any]) -> Iterator[object]:
    """The files that the log and the manifest of a capture name."""
    for entry in entries:
        tls = (entry.get("connection") or {}).get("tls") or {}
        said = (entry.get("body", {}).get("file"), entry.get("file"), tls.get("chain"))
        yield from (name for name in said if name is not None)
    yield from manifest.get("files", ())
    yield from (one["file"] for one in manifest.get("media", ()))
