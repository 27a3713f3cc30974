"""A sign of life while a job is worked on: it renews the lease, writes progress down, and learns
that the job is not wanted any more."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Self

from jobs.errors import JobsUnavailable
from jobs.job import Progress
from jobs.lease import Lease
from reelprint.working.context import Stopped
from reelprint.working.interrupting import Interrupter

BEAT_S = 1.0
RENEWALS = 3  # in the time of a lease
PATIENCE_S = 5.0  # for work to stop by itself, before it is broken into
LAST_PATIENCE_S = 60.0  # before the process is ended
LONGEST_S = 24 * 3600.0  # of one job
NOT_STOPPED = 70  # the exit code of a process whose work could not be stopped
_log = logging.getLogger(__name__)


class Pulse:
    """Of one lease, for as long as the block."""

    def __init__(
        self, lease: Lease, interrupter: Interrupter, show: Callable[[Progress], None]
    ) -> None:
        self._lease = lease
        self._interrupter = interrupter
        self._show = show
        self._progress: Progress | None = None
        self._unwanted = False
        self.broken_into = False  # whether the work was stopped where it was not asked to
        self.too_long = False
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)
        self._begun = self._renewed = time.monotonic()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def tell(self, done: int, total: int, phase: str) -> None:
        """Note how far the work is. Raises Stopped when it is not wanted any more."""
        if self._unwanted:
            raise Stopped
        self._progress = Progress(done, total, phase)

    def _beat(self) -> None:
        written: Progress | None = None
        while not self._over.wait(BEAT_S):
            now = self._progress
            if not self._is_wanted(now if now != written else None):
                self._end()
                return
            if now is not None and now != written:
                self._show(now)
            written = now

    def _is_wanted(self, news: Progress | None) -> bool:
        """Write what is new, if only that time has passed; whether to go on."""
        moment = time.monotonic()
        self.too_long = moment - self._begun > LONGEST_S
        due = moment - self._renewed > self._lease.seconds / RENEWALS
        try:
            if news is None and not due:
                return not self.too_long and self._lease.is_wanted()
            wanted = self._lease.renew(news)
        except JobsUnavailable as error:
            # Whoever cannot say that he works on may have lost the job without knowing.
            _log.warning("the queue cannot be reached: %s", error)
            return moment - self._renewed < self._lease.seconds
        self._renewed = moment
        return wanted and not self.too_long

    def _end(self) -> None:
        """Let the work end: at its next word, else by breaking into it, else with the process."""
        self._unwanted = True
        if self._over.wait(PATIENCE_S):
            return
        self.broken_into = True
        self._interrupter.stop()
        if not self._over.wait(LAST_PATIENCE_S):
            _log.error("a job could not be stopped; its process ends")
            os._exit(NOT_STOPPED)
