"""Tasks that nodes of a cluster do in tests, and that are imported there."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

FOREVER_S = 3600.0
LONG_S = 600.0


@dataclass(frozen=True, slots=True)
class Task:
    """A file and what is done about it."""

    path: Path
    does: str
    number: int = 0


def prepare() -> None:
    """Nothing is needed."""


def do(task: Task) -> int:
    """The task's number, sooner or later."""
    match task.does:
        case "nothing":
            time.sleep(0.3)
        case "hang":
            time.sleep(FOREVER_S)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "die once" if not task.path.with_suffix(".died").exists():
            task.path.with_suffix(".died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        case "err":
            raise ArithmeticError("an error of ours")
    return task.number


def seconds(task: Task) -> float:
    """A deadline that only what hangs passes."""
    return 1.0 if task.does == "hang" else LONG_S
