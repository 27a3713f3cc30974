"""Runs the command line in a process of its own and says what that cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Console scripts sit beside the interpreter that they were installed for.
REELPRINT = Path(sys.executable).with_name("reelprint")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took, with the processes that it started and waited for."""

    code: int
    wall_s: float
    cpu_s: float
    peak_mib: float  # of the largest single process
    output: str


def run(arguments: Sequence[str | Path], home: Path | None = None) -> Cost:
    """Run `reelprint` with these arguments.

    Raises FileNotFoundError when it is not installed beside this Python.
    """
    environment = os.environ | ({"REELPRINT_HOME": str(home)} if home else {})
    started = time.perf_counter()
    with subprocess.Popen(
        [REELPRINT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as child:
        output = child.stdout.read() if child.stdout else b""
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        child.returncode,
        time.perf_counter() - started,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss / 1024,
        output.decode(),
    )
