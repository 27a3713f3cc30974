"""Breaking into the work of a process's main thread, where that is safe."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from reelprint.working.context import Stopped

_STOP_JOB = signal.SIGUSR1


class Ending(BaseException):
    """The process is to end: what it works on is put back."""


class Interrupter:
    """Turns SIGTERM into `Ending`, and `stop` into `Stopped`, inside of `allowed` blocks of the
    main thread. Ctrl-C is left to whoever started the process."""

    def __init__(self) -> None:
        self.ending = False
        self._inside = False
        self._thread = threading.main_thread().ident or 0

    def install(self) -> None:
        """Take the signals over; in the main thread only."""
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(_STOP_JOB, self._stop)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def stop(self) -> None:
        """Have `Stopped` raised in the main thread, from another one."""
        signal.pthread_kill(self._thread, _STOP_JOB)

    @contextmanager
    def allowed(self) -> Iterator[None]:
        """Here either may be raised, once. Raises Ending at once if the process is to end."""
        self._inside = True
        try:
            if self.ending:
                raise Ending
            yield
        finally:
            self._inside = False

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.ending = True
        self._raise(Ending)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._raise(Stopped)

    def _raise(self, what: type[BaseException]) -> None:
        if self._inside:
            self._inside = False  # what cleans up is not broken into
            raise what
