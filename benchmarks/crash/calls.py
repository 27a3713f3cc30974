"""What a process asks of the file system, told as it asks: Python's audit events and `fsync`, which
has none. Of FAISS, which writes in C++, what it wrote is seen at the next call."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SYNC, SYNCED, RENAME, OPEN, REMOVE = "sync", "synced", "os.rename", "open", "os.remove"
_TOLD = frozenset(
    {OPEN, RENAME, REMOVE}
    | {"os.link", "os.symlink", "os.mkdir", "os.rmdir", "os.truncate", "fcntl.flock"}
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call: before it is made, but for SYNCED, which follows SYNC."""

    name: str
    paths: tuple[str, ...] = ()
    handle: int = -1  # of SYNC and SYNCED


def interpose(tell: Callable[[Call], None]) -> None:
    """From now on tell of each call of this process. That cannot be undone: fork first."""
    telling = False

    def told(call: Call) -> None:
        nonlocal telling
        if not telling:  # `tell` may look at files itself
            telling = True
            try:
                tell(call)
            finally:
                telling = False

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _TOLD:
            told(
                Call(
                    event,
                    tuple(
                        os.fsdecode(a) for a in arguments[:2] if isinstance(a, str | bytes | Path)
                    ),
                )
            )

    for name in ("fsync", "fdatasync"):
        setattr(os, name, _told_of(getattr(os, name), told))
    sys.addaudithook(heard)


def _told_of(sync: Callable[[Any], None], told: Callable[[Call], None]) -> Callable[[Any], None]:
    def synced(file: Any) -> None:
        handle = file if isinstance(file, int) else file.fileno()
        told(Call(SYNC, handle=handle))
        sync(file)
        told(Call(SYNCED, handle=handle))

    return synced


def outline(root: Path) -> tuple[tuple[str, int, int, int], ...]:
    """All that a look at the names, sizes and times of a folder shows, and of those below it."""
    found = []
    for entry in sorted(os.scandir(root), key=lambda entry: entry.name):
        about = entry.stat(follow_symlinks=False)
        found.append((entry.path, about.st_ino, about.st_size, about.st_mtime_ns))
        if entry.is_dir(follow_symlinks=False):
            found += outline(Path(entry.path))
    return tuple(found)
