"""The process that changes the index, and is killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence

from benchmarks.crash.apart import Say
from benchmarks.crash.board import BEFORE, IDLE, Board, phases
from benchmarks.crash.calls import Call, interpose, outline
from benchmarks.crash.operations import Operation, Place
from index.store import Index


def writing(place: Place, operations: Sequence[Operation], board: Board) -> Callable[[Say], None]:
    """Does one operation after the other; says when it begins one, and acknowledges it."""

    def work(say: Say) -> None:
        interpose(phases(board))
        index = Index(place.index)
        for which, operation in enumerate(operations):
            board.phase, board.calls = BEFORE, 0
            say({"begun": which, "at": time.monotonic_ns()})
            operation.run(index, place)
            say({"done": which, "at": time.monotonic_ns(), "calls": board.calls})
            board.phase = IDLE

    return work


def dying(place: Place, operation: Operation, point: int) -> Callable[[Say], None]:
    """Does an operation, and kills itself as soon as the folder has changed so many times."""

    def work(say: Say) -> None:
        index = Index(place.index)
        say({"begun": 0, "at": time.monotonic_ns()})
        interpose(_death(place, point))
        operation.run(index, place)
        say({"done": 0, "at": time.monotonic_ns()})

    return work


def _death(place: Place, point: int) -> Callable[[Call], None]:
    """What is on the disk between two changes of the folder is the same at every moment."""
    looks = [outline(place.root)]

    def tell(call: Call) -> None:
        now = outline(place.root)
        if now != looks[-1]:
            looks.append(now)
        if len(looks) > point:
            os.kill(os.getpid(), signal.SIGKILL)

    return tell
