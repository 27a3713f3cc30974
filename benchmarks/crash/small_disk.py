"""A disk of a megabyte, for one process and its children alone, and a way to leave little of it."""

from __future__ import annotations

import ctypes
import os
import resource
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PAGE = 4096
_NEW_MOUNTS, _NEW_USER = 0x20000, 0x10000000  # of unshare(2)
_PRIVATE = 1 << 18 | 1 << 14  # of mount(2): recursively, nothing of it is seen elsewhere
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Little:
    """Leaves so many pages to whatever is written next; with None, room enough."""

    way: str
    leave: Callable[[int | None], None]


def small_disk(folder: Path, size: int) -> Little:
    """Mount a tmpfs on a folder, in a mount namespace of this process alone; where that is not
    allowed, a limit on the size of each file stands in for a full disk."""
    try:
        _own_mounts()
        _call(_LIBC.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, f"size={size}".encode()))
    except PermissionError:
        return Little("a limit on the size of each file", _limit)
    return Little("a full tmpfs", lambda pages: _fill(folder, pages))


def _own_mounts() -> None:
    user, group = os.getuid(), os.getgid()
    if _LIBC.unshare(_NEW_MOUNTS) != 0:
        _call(_LIBC.unshare(_NEW_MOUNTS | _NEW_USER))
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    _call(_LIBC.mount(b"none", b"/", None, _PRIVATE, None))


def _call(result: int) -> None:
    """Raises PermissionError: whatever the reason is, there is no small disk."""
    if result != 0:
        raise PermissionError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _fill(folder: Path, pages: int | None) -> None:
    ballast = folder / "ballast"
    ballast.unlink(missing_ok=True)
    room = os.statvfs(folder)
    take = room.f_bavail * room.f_frsize - (pages or 0) * PAGE
    if pages is not None and take > 0:
        with ballast.open("wb") as f:
            os.posix_fallocate(f.fileno(), 0, take)


def _limit(pages: int | None) -> None:
    """Of each file; Python ignores the signal, so that writing more fails."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most if pages is None else pages * PAGE, most))
