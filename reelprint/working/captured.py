"""How much of the disk the captures of an organisation's cases take."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from accounts.store import Accounts
from capture.store import MANIFEST
from casework.store import CAPTURES


class Captured:
    """Of the cases of one workspace. Threads may share one."""

    def __init__(self, folder: Path) -> None:
        """`folder`: that of the cases, which may not be there yet."""
        self._folder = folder
        self._lock = threading.Lock()
        self._sealed: dict[Path, int] = {}  # bytes of captures that change no more

    def bytes_of(self, accounts: Accounts, organisation: str) -> int:
        """All that was received for an organisation's cases, and what is being received now."""
        with self._lock:
            return sum(map(self._of_case, self._cases(accounts, organisation)))

    def _cases(self, accounts: Accounts, organisation: str) -> Collection[str]:
        there = [one.name for one in _folders(self._folder)]
        if is_alone(accounts, organisation):
            return there
        return accounts.belongings_among("case", organisation, there)

    def _of_case(self, case_id: str) -> int:
        return sum(map(self._of, _folders(self._folder / case_id / CAPTURES)))

    def _of(self, capture: Path) -> int:
        if capture in self._sealed:
            return self._sealed[capture]
        over, size = (capture / MANIFEST).is_file(), 0
        for path in capture.rglob("*"):
            with suppress(FileNotFoundError):  # what comes is called otherwise once it is there
                known = path.stat()
                size += known.st_size if stat.S_ISREG(known.st_mode) else 0
        if over:
            self._sealed[capture] = size
        return size


def is_alone(accounts: Accounts, organisation: str) -> bool:
    """Whether an authority is the only one here: then it has the cases of the command line too,
    which nobody claimed. With several they are nobody's: to guess whose would be to give them
    away."""
    return [one.id for one in accounts.organisations() if one.kind == "authority"] == [organisation]


def _folders(parent: Path) -> list[Path]:
    there = os.scandir(parent) if parent.is_dir() else ()
    return [parent / one.name for one in there if one.is_dir()]
