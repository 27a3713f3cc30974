"""The keeper: a clean process that starts one caged process for each file, by forking.

It imports what the work needs once and never reads a byte of a file, so that what a hostile file
does to its own process is gone with it: no file can touch how the next is read. It has one thread;
forking is safe in it, and costs milliseconds.

Run by `caged.Keeper`, with the number of a socket and what to prepare. On the socket come a JSON
request and two descriptors, the file and a pipe for the result; back goes how the process ended.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from io import BufferedReader
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from types import TracebackType
from typing import Any, NoReturn

from media.clip import Unreadable
from reelprint.cage.closing import shut_inner, shut_outer
from reelprint.cage.limits import Limits
from reelprint.cage.parcel import Parcel

Asked = Mapping[str, Any]
Work = Callable[[BufferedReader, Asked], Parcel]

STOP = b"stop"  # in place of a request: what runs is not wanted any more
# Made beforehand, for when there is no memory left to make it.
_NO_MEMORY = b"".join(Parcel({"outcome": "memory"}).pieces())
_OPENCV_NO_MEMORY = -4


def main(socket: int, prepare: str) -> None:
    """Serve until the other end is closed."""
    connection = Connection(socket)
    named(prepare)()
    shut_outer()
    gc.collect()
    gc.freeze()  # or the collector would copy each page of what all processes share
    with suppress(EOFError, ConnectionError):
        while True:
            request = connection.recv_bytes()
            if request != STOP:  # which may come too late
                file, result = recv_handle(connection), recv_handle(connection)
                _serve(connection, json.loads(request), file, result)


def named(name: str) -> Callable[..., Any]:
    """The function that `module:name` names."""
    module, function = name.split(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def _serve(connection: Connection, request: Mapping[str, Any], file: int, result: int) -> None:
    work: Work = named(request["work"])
    limits = Limits(**request["limits"])
    child = os.fork()
    if child == 0:
        _work(work, request["asked"], limits, file, result)
    os.close(file)
    os.close(result)
    in_time = _wait(connection, child, limits.wall_s)
    if not in_time:
        os.kill(child, signal.SIGKILL)
    _, status, used = os.wait4(child, 0)
    ended = {
        "in_time": in_time,
        "code": os.waitstatus_to_exitcode(status),
        "processor_s": used.ru_utime + used.ru_stime,
    }
    connection.send_bytes(json.dumps(ended).encode())


def _wait(connection: Connection, child: int, seconds: float) -> bool:
    """Whether a process ended in time, and before it was to stop or nobody was there any more."""
    watched = os.pidfd_open(child)
    try:
        poll = select.poll()
        poll.register(watched, select.POLLIN)
        poll.register(connection.fileno(), select.POLLIN)
        return any(fd == watched for fd, _ in poll.poll(seconds * 1000))
    finally:
        os.close(watched)


# What runs in the process of one file, up to its end.


def _work(work: Work, asked: Asked, limits: Limits, file: int, result: int) -> NoReturn:
    with _Ending(result):
        _let_go_of_all_but(file, result)
        source = open(file, "rb")  # noqa: SIM115 (the process ends with it)
        shut_inner(limits)
        parcel = work(source, asked)
        _send(result, Parcel({"outcome": "done", **parcel.said}, parcel.arrays).pieces())
    os._exit(1)  # not reached


class _Ending:
    """Ends the process, whatever happens, having said what did."""

    def __init__(self, result: int) -> None:
        self._result = result

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is not None and error is not None:
                _send(self._result, _failure(kind, error))
        finally:
            os._exit(0 if kind is None else 1)


def _failure(kind: type[BaseException], error: BaseException) -> Iterable[bytes | memoryview]:
    if issubclass(kind, MemoryError) or _is_memory_of_opencv(error):
        return [_NO_MEMORY]
    if issubclass(kind, Unreadable):
        return Parcel({"outcome": "unreadable", "reason": str(error)}).pieces()
    return Parcel({"outcome": "failed", "reason": f"{kind.__name__}: {error}"}).pieces()


def _is_memory_of_opencv(error: BaseException) -> bool:
    return type(error).__module__ == "cv2" and getattr(error, "code", None) == _OPENCV_NO_MEMORY


def _let_go_of_all_but(*kept: int) -> None:
    """Close what this process need not have, and speak to nobody."""
    silence = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(silence, standard)
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and number not in kept:
            with suppress(OSError):  # the one that this list was read through
                os.close(number)


def _send(result: int, pieces: Iterable[bytes | memoryview]) -> None:
    for piece in pieces:
        left = memoryview(piece)
        while left:
            left = left[os.write(result, left) :]
