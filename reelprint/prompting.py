"""Time stamps over captures as soon as they are sealed, beside whatever else is done."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue

from capture.capturing import Captured
from capture.store import MANIFEST
from reelprint.showing.plain import plain
from reelprint.stamping import StampBook

WITHIN_S = 10.0  # for one answer; `reelprint timestamp` asks again for those that came later
PATIENCE_S = 15.0  # at the end, for all that were not answered yet
_LOOK_S = 0.05


class Prompter:
    """Asks for a stamp over the manifest of each capture that it is given; without an authority it
    does nothing. A query is on disk before anybody is asked, and no capture waits for an answer."""

    def __init__(self, book: StampBook) -> None:
        self._book = book
        self._left: SimpleQueue[bytes | None] = SimpleQueue()
        self._names: list[str] = []  # SHA-256 of the manifests
        self._asking = threading.Thread(target=self._ask, daemon=True)  # none waits for it to end
        if book.authority is not None:
            self._asking.start()

    def take(self, captured: Captured | None) -> None:
        """Ask for a stamp over a capture that is sealed and on record."""
        if captured is None or self._book.authority is None:
            return
        try:
            data = (captured.folder / MANIFEST).read_bytes()
            self._names.append(self._book.queue(data))
            self._left.put(data)
        except OSError as error:  # the capture is there all the same
            _tell(f"{captured.folder.name}: no time stamp can be asked for: {error}")

    def finish(self, stopped: Callable[[], bool]) -> None:
        """Wait a little for the last answers, unless somebody wants everything to end, and say how
        many captures have none."""
        self._left.put(None)
        until = time.monotonic() + PATIENCE_S
        while self._asking.is_alive() and time.monotonic() < until and not stopped():
            self._asking.join(_LOOK_S)
        if without := sum(not self._book.has(name) for name in self._names):
            _tell(f"{without} capture(s) not yet time-stamped: reelprint timestamp asks again")

    def _ask(self) -> None:
        for data in iter(self._left.get, None):
            with suppress(OSError):  # it waits, and that is told at the end
                self._book.stamp(data)


def _tell(line: str) -> None:
    print(plain(line), file=sys.stderr, flush=True)
