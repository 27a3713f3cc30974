"""Work in a forked process, so that it can be killed, and so that whatever ends it is a finding.

Everything is imported before the fork: a process costs milliseconds.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

Say = Callable[[object], None]  # one line of JSON to the parent, at once


@dataclass(frozen=True, slots=True)
class Apart:
    """A process at work, and what it says."""

    pid: int
    said: BinaryIO

    def lines(self) -> Iterator[Any]:
        """What it says, until it ends."""
        return (json.loads(line) for line in self.said if line.endswith(b"\n"))

    def kill(self) -> None:
        """End it at once; nothing that it holds is tidied up."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Its exit code, or the negative number of the signal that ended it."""
        self.said.close()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def start(work: Callable[[Say], None]) -> Apart:
    """Fork a process that does some work and ends with 0, or after an error, said last, with 1."""
    reading, writing = os.pipe()
    pid = _fork()
    if pid == 0:
        os.close(reading)
        _work(work, writing)
    os.close(writing)
    return Apart(pid, os.fdopen(reading, "rb"))


def done(work: Callable[[Say], None]) -> tuple[list[Any], int]:
    """All that a process said of some work, and how it ended."""
    process = start(work)
    said = list(process.lines())
    return said, process.wait()


def _work(work: Callable[[Say], None], writing: int) -> None:
    """Never returns: nothing of the parent may run twice."""
    code = 1
    try:
        work(lambda value: _write(writing, value))
        code = 0
    finally:
        error = sys.exception()
        if error is not None:
            last = traceback.extract_tb(error.__traceback__)[-1]
            words = "".join(traceback.format_exception_only(error)).strip()
            _write(writing, {"error": f"{words} ({os.path.basename(last.filename)}:{last.lineno})"})
        os._exit(code)


def _write(writing: int, value: object) -> None:
    os.write(writing, json.dumps(value).encode() + b"\n")


def _fork() -> int:
    """The threads of numerical libraries sleep, and hold nothing that a child needs. What is frozen
    is not looked at by the child's garbage collector, so that fewer pages are copied."""
    gc.freeze()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()
