"""The workers of one machine: processes that are started, watched, started anew and stopped.

Each has a seat. When the process on it dies, what it worked on is taken back at once, and another
is put there; where processes die as soon as they begin, each next one waits longer.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import platform
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Self

from jobs.queue import LEASE_S, Queue
from reelprint.cage.caged import ONE_THREAD
from reelprint.working.seat import sit
from reelprint.working.worker import JOBS_LANE, PLANS_LANE, WEBHOOKS_LANE, Post, queue_of
from reelprint.workspace import Workspace

LOOK_S = 0.5
MOST_PAUSE_S = 30.0  # before the next, where processes die as they begin
STOP_S = 20.0  # for workers to put their jobs back and end
Event = Mapping[str, Any]
Hear = Callable[[Event], None]  # called from one thread
_log = logging.getLogger(__name__)
_spawn = multiprocessing.get_context("spawn")


def _nothing(_: Event) -> None:
    """Hear nothing."""


@dataclass(slots=True)
class _Seat:
    lane: str
    number: int
    name: str = ""  # of who sits there
    process: SpawnProcess | None = None
    pid: int = 0  # 0: nobody sits there
    reading: Connection | None = None
    has_worked: bool = False
    quick: int = 0  # deaths in a row before anything was taken
    due: float = 0.0  # when another may be put there


class Crew:
    """So many workers for the jobs of one workspace, and one for its webhooks.

    `hear` is told what they do: objects with `event` and `worker`, and `job` where there is one.
    Start it with `start` and end it with `stop`, or use it in a `with`; it must not be taken across
    a fork.
    """

    def __init__(
        self,
        home: Path,
        workers: int,
        allow_private: bool = False,
        hear: Hear = _nothing,
        lease_s: float = LEASE_S,
        lane: str = JOBS_LANE,
        beside: Sequence[str] = (WEBHOOKS_LANE,),
        samplers: int = 0,
    ) -> None:
        """`lane` names the handlers that so many `workers` have, `beside` those of one more each
        (`reelprint.working.worker`); so many `samplers` carry plans out."""
        lanes = [*([lane] * workers), *beside, *([PLANS_LANE] * samplers)] if workers else []
        self._seats = [_Seat(lane, number) for number, lane in enumerate(lanes, start=1)]
        self._home, self._private, self._lease_s = home, allow_private, lease_s
        self._hear = hear
        self._stopping = threading.Event()
        self._bell, self._rope = _spawn.Pipe(duplex=False)
        self._gone: list[str] = []  # names of the dead whose jobs are not taken back yet
        self._thread = threading.Thread(target=self._watch, name="crew", daemon=True)

    @property
    def pids(self) -> list[int]:
        """The processes that there are now."""
        return [one.pid for one in self._seats if one.pid]

    def start(self) -> None:
        """Start the workers. Raises OSError and ValueError when the queue cannot be opened."""
        self._queue: Queue = queue_of(Workspace.open(self._home))
        os.environ.update({k: v for k, v in ONE_THREAD.items() if k not in os.environ})
        self._thread.start()

    def stop(self) -> None:
        """Have the workers put their jobs back and end; those that do not are killed."""
        self._stopping.set()
        self._rope.send_bytes(b".")
        self._thread.join()
        self._queue.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _watch(self) -> None:
        while not self._stopping.is_set():
            self._look(LOOK_S)
            self._take_back()
            for seat in self._seats:
                if seat.process is None and time.monotonic() >= seat.due:
                    self._try_to_fill(seat)
        for seat in self._seats:
            if seat.process is not None:
                seat.process.terminate()
        give_up = time.monotonic() + STOP_S
        while any(seat.process for seat in self._seats) and time.monotonic() < give_up:
            self._look(0.1)
        self._kill_the_rest()
        self._take_back()

    def _look(self, seconds: float) -> None:
        """Hear what is said, and see who died."""
        there = [one for one in self._seats if one.process]
        said = {one.reading: one for one in there if one.reading}
        died = {one.process.sentinel: one for one in there if one.process}
        waited = () if self._stopping.is_set() else (self._bell,)
        for ready in wait([*said, *died, *waited], seconds):
            if isinstance(ready, Connection) and ready in said:
                self._listen(said[ready])
            elif isinstance(ready, int):
                self._bury(died[ready])

    def _listen(self, seat: _Seat) -> None:
        try:
            while seat.reading is not None and seat.reading.poll():
                event = seat.reading.recv()
                seat.has_worked |= event["event"] == "taken"
                self._hear({**event, "worker": seat.name})
        except (EOFError, OSError):
            seat.reading = None  # it is dying

    def _try_to_fill(self, seat: _Seat) -> None:
        try:
            self._fill(seat)
        except OSError as error:  # no memory, no processes left
            _log.error("no worker can be started now: %s", error)
            seat.process, seat.due = None, time.monotonic() + MOST_PAUSE_S

    def _fill(self, seat: _Seat) -> None:
        seat.name = f"{platform.node()[:60]}/{seat.number}/{secrets.token_hex(4)}"
        seat.reading, writing = _spawn.Pipe(duplex=False)
        post = Post(seat.name, self._home, seat.lane, self._private, self._lease_s)
        seat.has_worked = False
        with writing:
            process = _spawn.Process(target=sit, args=(post, writing), name=seat.name)
            process.start()
        seat.process, seat.pid = process, process.pid or 0

    def _bury(self, seat: _Seat) -> None:
        self._listen(seat)
        if seat.process is None:
            return
        seat.process.join()
        code = seat.process.exitcode
        seat.process.close()
        seat.process, seat.reading, seat.pid = None, None, 0
        self._gone.append(seat.name)
        seat.quick = 0 if code == 0 or seat.has_worked else seat.quick + 1
        pause_s = min(2.0**seat.quick, MOST_PAUSE_S) if seat.quick else 0.0
        seat.due = time.monotonic() + pause_s
        self._hear({"event": "left" if code == 0 else "died", "worker": seat.name, "code": code})

    def _take_back(self) -> None:
        """Have others go on with what the dead worked on."""
        while self._gone:
            try:
                self._queue.gone(self._gone[-1])
            except OSError as error:
                _log.warning("the queue cannot be reached: %s", error)
                return
            self._gone.pop()

    def _kill_the_rest(self) -> None:
        for seat in self._seats:
            if seat.process is not None:
                with suppress(OSError):
                    seat.process.kill()
                self._bury(seat)
