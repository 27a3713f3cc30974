"""Opens a regular file for reading, and nothing else: no pipe, device, folder or socket."""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from pathlib import Path

from media.clip import Unreadable

# Non-blocking, so that a pipe without a writer cannot hang the open itself; these two flags do
# not exist on every system, and regular files do not care.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def open_regular(path: Path) -> BufferedReader:
    """The bytes of a non-empty regular file. Raises `Unreadable` with the reason."""
    try:
        _require_regular(os.stat(path))  # before the open: opening a device can have effects
        source = open(os.open(path, _FLAGS), "rb")  # noqa: SIM115 (the caller closes it)
    except Unreadable:
        raise
    except OSError as error:
        raise Unreadable(f"the file cannot be opened: {error.strerror or error}") from error
    except ValueError as error:  # a NUL byte in the path
        raise Unreadable(f"the file cannot be opened: {error}") from error
    try:
        _require_regular(os.fstat(source.fileno()))  # what was really opened
    except Unreadable:
        source.close()
        raise
    return source


def _require_regular(status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise Unreadable("it is a folder, not a file")
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("it is not a regular file")
    if status.st_size == 0:
        raise Unreadable("the file is empty")
