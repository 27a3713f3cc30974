"""Puts work on a file into the cage, and takes out what it gives, or why it gives nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from io import BufferedReader
from multiprocessing import Pipe
from multiprocessing.reduction import send_handle
from multiprocessing.util import Finalize
from typing import Any

from media.clip import Unreadable
from reelprint.cage.keeper import STOP, Work
from reelprint.cage.limits import GIB, Limits
from reelprint.cage.parcel import Parcel, parse, plain

# One process a core: a second thread in the libraries would only wait for the first. Read when
# they load. In the cage no thread can be started at all.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
PREPARE = "reelprint.decoding:prepare"
# The search path is handed on; nothing is taken from the environment or the folder it runs in.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from reelprint.cage.keeper import main; main(int(sys.argv[2]), sys.argv[3])"
)
# All that goes into a cage of the environment, so that no secret in it is within reach of a file.
ENVIRONMENT = ("LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "TZ")
# A new process for each file touches its memory for the first time: large pages, where there are
# some, save most of what that costs.
_LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
_PIECE_BYTES = 1 << 20


class Keeper:
    """The process that starts the caged ones, from this side."""

    def __init__(self, prepare: str = PREPARE) -> None:
        """Start it; it gets ready while others go on. `prepare` names what it calls first."""
        self.processor_s = 0.0  # what its caged processes have used
        self._connection, theirs = Pipe()
        kept = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
        words = [json.dumps(sys.path), str(theirs.fileno()), prepare]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, *words],
            pass_fds=[theirs.fileno()],
            env={**kept, **ONE_THREAD, **_LARGE_PAGES},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us, who then let go of it
        )
        theirs.close()

    def run(self, work: Work, file: BufferedReader, asked: Mapping[str, Any], to: Limits) -> Parcel:
        """What a function gives of a file, read in the cage under limits. Raises `Unreadable`.

        The function is named to the keeper, so it must be one of a module; `asked` is JSON.
        """
        reading, writing = os.pipe()
        with open(reading, "rb", buffering=0) as result:
            try:
                self._ask(work, file.fileno(), asked, to, writing)
            finally:
                os.close(writing)
            data = _read(result.fileno(), to.output_bytes)
        if data is None:
            self._connection.send_bytes(STOP)
        ended = json.loads(self._connection.recv_bytes())
        self.processor_s += ended["processor_s"]
        return _judged(data, ended["in_time"], ended["code"], to)

    def close(self) -> None:
        """Let it end, and what runs in its cage with it."""
        self._connection.close()
        self._process.wait()

    def _ask(
        self, work: Work, file: int, asked: Mapping[str, Any], limits: Limits, result: int
    ) -> None:
        name = f"{work.__module__}:{work.__qualname__}"
        request = {"work": name, "asked": asked, "limits": asdict(limits)}
        self._connection.send_bytes(json.dumps(request).encode())
        for descriptor in (file, result):
            send_handle(self._connection, descriptor, self._process.pid)


# Keepers that wait for work. Threads take one each, so that they need not wait for each other.
_idle: list[Keeper] = []


def processor_s() -> float:
    """Processor time, in seconds, of what ran in the cage for this process, for benchmarks."""
    return sum(keeper.processor_s for keeper in _idle)


def make_ready() -> None:
    """Have a keeper get ready for the work that comes."""
    if not _idle:
        _idle.append(Keeper())


def run(work: Work, file: BufferedReader, asked: Mapping[str, Any], limits: Limits) -> Parcel:
    """What a function gives of a file, read in the cage under limits. Raises `Unreadable`."""
    keeper = _take()
    try:
        parcel = keeper.run(work, file, asked, limits)
    except Unreadable:
        _idle.append(keeper)
        raise
    except (EOFError, ConnectionError) as error:
        keeper.close()
        raise Unreadable("the decoder was stopped: the process that watched it ended") from error
    except BaseException:
        keeper.close()
        raise
    _idle.append(keeper)
    return parcel


def _take() -> Keeper:
    try:
        return _idle.pop()
    except IndexError:
        return Keeper()


def _close_all() -> None:
    while _idle:
        _idle.pop().close()


Finalize(None, _close_all, exitpriority=0)  # at the end of processes of a pool too


def _read(pipe: int, most: int) -> bytearray | None:
    """All that comes; None if it is more than is allowed."""
    data = bytearray()
    while piece := os.read(pipe, _PIECE_BYTES):
        data += piece
        if len(data) > most:
            return None
    return data


def _judged(data: bytearray | None, in_time: bool, code: int, limits: Limits) -> Parcel:
    """The parcel of a piece of work that was done. Raises `Unreadable` for all others."""
    if data is None:
        raise Unreadable(_stopped(f"more than {_gib(limits.output_bytes)} of output"))
    if not in_time:
        raise Unreadable(_stopped(f"more than {limits.wall_s:.0f} s"))
    if code < 0:
        raise Unreadable(_killed(-code, limits))
    try:
        parcel = parse(data)
    except ValueError as error:
        raise Unreadable(f"the decoder ended with code {code} and no answer: {error}") from error
    _require_done(parcel, limits)
    return parcel


def _require_done(parcel: Parcel, limits: Limits) -> None:
    reason = plain(parcel.said.get("reason", "no reason"))
    match parcel.said.get("outcome"):
        case "done":
            return
        case "memory":
            raise Unreadable(_stopped(f"more than {_gib(limits.memory_bytes)} of memory"))
        case "unreadable":
            raise Unreadable(reason)
        case _:
            raise Unreadable(f"the decoder failed: {reason}")


def _killed(number: int, limits: Limits) -> str:
    if number == signal.SIGXCPU:
        return _stopped(f"more than {limits.processor_s} s of processor time")
    if number == signal.SIGXFSZ:
        return _stopped("it wrote to a file")
    name = f"signal {number}"
    with suppress(ValueError):
        name = signal.Signals(number).name
    return f"the decoder crashed ({name})"


def _stopped(why: str) -> str:
    return f"the decoder was stopped: {why}"


def _gib(size: int) -> str:
    return f"{size / GIB:.3g} GiB"
