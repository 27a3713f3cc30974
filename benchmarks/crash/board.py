"""A few bytes that a run and its processes share: how far a writer is, and when to stop."""

from __future__ import annotations

import mmap
from collections.abc import Callable

from benchmarks.crash.calls import OPEN, RENAME, Call
from index.atomic import TEMPORARY
from index.manifest import NAME

PHASES = (
    "not in a change",
    "before its files",
    "at its files",
    "at the manifest",
    "after the manifest",
)
IDLE, BEFORE, FILES, MANIFEST, AFTER = range(len(PHASES))
_PHASE, _STOP, _CALLS = range(3)
MOST_CALLS = 255


class Board:
    """Made before processes are forked; whoever writes is seen by all."""

    def __init__(self) -> None:
        self._bytes = mmap.mmap(-1, mmap.PAGESIZE)

    @property
    def phase(self) -> int:
        """How far the change is that a writer is at."""
        return self._bytes[_PHASE]

    @phase.setter
    def phase(self, phase: int) -> None:
        self._bytes[_PHASE] = phase

    @property
    def calls(self) -> int:
        """How many calls a writer has made in a change, up to 255."""
        return self._bytes[_CALLS]

    @calls.setter
    def calls(self, calls: int) -> None:
        self._bytes[_CALLS] = min(calls, MOST_CALLS)

    @property
    def stopped(self) -> bool:
        """Whether readers should end."""
        return bool(self._bytes[_STOP])

    def stop(self) -> None:
        """Let readers end."""
        self._bytes[_STOP] = 1


def phases(board: Board) -> Callable[[Call], None]:
    """Says on the board how far a change is, from the calls that it makes."""

    def tell(call: Call) -> None:
        phase = board.phase
        board.calls += 1
        if phase in (IDLE, AFTER):
            return
        if phase == MANIFEST and _left_manifest(call):
            board.phase = AFTER
        elif any(NAME in path for path in call.paths) and _writes(call):
            board.phase = MANIFEST
        elif phase == BEFORE and _writes(call):
            board.phase = FILES

    return tell


def _writes(call: Call) -> bool:
    return any(TEMPORARY in path for path in call.paths) or call.name == RENAME


def _left_manifest(call: Call) -> bool:
    """A manifest that was put in place is read again."""
    return call.name == OPEN and any(path.endswith(f"/{NAME}") for path in call.paths)
