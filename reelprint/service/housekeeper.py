"""Housekeeping beside a service: in a thread, a step at a time, so that no request waits for it."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from typing import Self

from reelprint.desk import housekeeping
from reelprint.desk.desk import Desk
from reelprint.desk.housekeeping import AnotherTidies

FIRST_S = 600.0  # after the start: for whoever set a wrong number of days to think again
EVERY_S = 3600.0
PAUSE_S = 0.05  # between two steps, for those who wait for the databases
_log = logging.getLogger(__name__)


class Housekeeper:
    """Lets go what is kept no longer, for as long as the block."""

    def __init__(self, desk: Desk, first_s: float = FIRST_S, every_s: float = EVERY_S) -> None:
        self._desk = desk
        self._first_s, self._every_s = first_s, every_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="housekeeper", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _keep(self) -> None:
        wait_s = self._first_s
        while not self._over.wait(wait_s):
            wait_s = self._every_s
            try:
                self._tidy()
            except AnotherTidies as error:
                _log.info("housekeeping: %s", error)
            except (OSError, ValueError) as error:
                _log.error("housekeeping stopped, and goes on later: %s", error)

    def _tidy(self) -> None:
        gone: Counter[str] = Counter()
        with closing(housekeeping.tidy(self._desk, datetime.now(UTC))) as going:
            for one in going:
                gone[one.what] += one.count
                if self._over.wait(PAUSE_S):
                    break
        if gone:
            _log.warning("housekeeping removed %s", dict(gone))
