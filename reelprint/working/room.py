"""Room for what comes in: how much each organisation holds, captures of its cases among it, and
how much is kept free for files that are coming.

What is kept free stands in `coming.json` beside each file that comes, so that all processes that
take files in know of it: each writes down what it wants, and then adds up. Of two that want the
last room at one moment, in one process, one gets it; in two processes each may see the other's and
neither gets it. Never both do. A note that nobody renewed counts no more: its process is gone.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from index.atomic import TEMPORARY
from reelprint.working.files import COMING, Files, Incoming, NoSuchUpload, Upload

LIVE_S = 600.0  # for which what is kept free stays so without a sign
RENEWED_S = 60.0  # how often a sign is to be given


class NoRoom(Exception):
    """An organisation would hold more than it may."""

    def __init__(self, held: int, quota: int) -> None:
        super().__init__(
            f"your organisation may hold no more: {held} of {quota} bytes are held; "
            "delete some, or ask for more room"
        )


@dataclass(frozen=True, slots=True)
class Held:
    """What an organisation holds."""

    uploads: int = 0
    bytes: int = 0
    coming: int = 0  # bytes that are kept free for what comes
    captured: int = 0  # bytes of captures of its cases

    @property
    def total(self) -> int:
        """Bytes that count for its quota."""
        return self.bytes + self.coming + self.captured


NOTHING = Held()


@dataclass(frozen=True, slots=True)
class _Coming:
    organisation: str
    bytes: int


class Room:
    """Of one workspace. Threads may share one."""

    def __init__(self, files: Files, captured: Callable[[str], int]) -> None:
        """`captured` gives the bytes of the captures of an organisation, by its id."""
        self._files = files
        self._captured = captured
        self._lock = threading.Lock()
        self._known: dict[str, Upload] = {}  # uploads do not change once they are there

    def uploads(self) -> list[Upload]:
        """All that came in whole, the oldest first."""
        with self._lock:
            self._look()
            return sorted(self._known.values(), key=lambda one: (one.at, one.id))

    def held(self) -> Mapping[str, Held]:
        """What organisations hold, without captures."""
        with self._lock:
            return self._held()

    def held_by(self, organisation: str) -> Held:
        """What an organisation holds."""
        captured = self._captured(organisation)
        return replace(self.held().get(organisation, NOTHING), captured=captured)

    def require(self, organisation: str, quota: int) -> None:
        """Raise NoRoom where all is held that may be; with a quota of 0 that is never so."""
        if quota and (total := self.held_by(organisation).total) >= quota:
            raise NoRoom(total, quota)

    def keep_free(self, incoming: Incoming, organisation: str, size: int, quota: int) -> None:
        """Keep room for a file that comes, `size` bytes in all; with a quota of 0 there always is.
        Raises NoRoom, and then what was kept free for it before still is."""
        note = incoming.path.with_name(COMING)
        captured = self._captured(organisation) if quota else 0
        with self._lock:
            before = _noted(note)
            _write(note, _Coming(organisation, size))
            held = self._held().get(organisation, NOTHING) if quota else NOTHING
            if held.total + captured > quota > 0:
                _write(note, before or _Coming(organisation, 0))
                raise NoRoom(held.bytes + captured, quota)

    def renew(self, incoming: Incoming) -> None:
        """Say that a file is still coming. Raises OSError when it was given up meanwhile."""
        os.utime(incoming.path.with_name(COMING))

    def _held(self) -> dict[str, Held]:
        coming = self._look()
        found: dict[str, Held] = {}
        for one in self._known.values():
            its = found.get(one.organisation, NOTHING)
            found[one.organisation] = Held(its.uploads + 1, its.bytes + one.bytes, its.coming)
        for each in coming:
            its = found.get(each.organisation, NOTHING)
            found[each.organisation] = Held(its.uploads, its.bytes, its.coming + each.bytes)
        return found

    def _look(self) -> list[_Coming]:
        """See which uploads there are, and what is coming."""
        known: dict[str, Upload] = {}
        coming: list[_Coming] = []
        for upload_id in self._files.upload_ids():
            note = None
            if (whole := self._whole(upload_id)) is None:
                note = _noted(self._files.folder / upload_id / COMING)
                # What came in whole between the two looks has no note any more.
                whole = self._whole(upload_id) if note is None else None
            if whole is not None:
                known[upload_id] = whole
            elif note is not None:
                coming.append(note)
        self._known = known
        return coming

    def _whole(self, upload_id: str) -> Upload | None:
        known = self._known.get(upload_id)
        if known is not None and self._files.is_whole(upload_id):
            return known
        try:
            return self._files.upload(upload_id)
        except NoSuchUpload:
            return None


def _noted(path: Path) -> _Coming | None:
    """What is noted of a file that comes, unless that is over."""
    try:
        live = path.stat().st_mtime > time.time() - LIVE_S
        said = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return _Coming(said["organisation"], said["bytes"]) if live else None


def _write(path: Path, coming: _Coming) -> None:
    said = {"organisation": coming.organisation, "bytes": coming.bytes}
    temporary = path.with_suffix(TEMPORARY)
    temporary.write_text(json.dumps(said), encoding="ascii")
    temporary.replace(path)
