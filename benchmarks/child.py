"""Runs the command line in a process of its own and says what that cost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Console scripts sit beside the interpreter that they were installed for.
REELPRINT = Path(sys.executable).with_name("reelprint")
# A process starts with the high-water mark of the one that it was forked from. Ours is large, so a
# bare interpreter stands between.
_BETWEEN = """
import json, resource, subprocess, sys, time
started = time.perf_counter()
quiet = subprocess.DEVNULL
code = subprocess.run(sys.argv[1:], stdout=quiet, stderr=quiet).returncode
wall = time.perf_counter() - started
use = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([code, wall, use.ru_utime + use.ru_stime, use.ru_maxrss / 1024]))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took, with the processes that it started and waited for."""

    code: int
    wall_s: float
    cpu_s: float
    peak_mib: float  # of the largest single process


def run(arguments: Sequence[str | Path], home: Path | None = None) -> Cost:
    """Run `reelprint` with these arguments in a workspace folder.

    Raises FileNotFoundError when it is not installed beside this Python.
    """
    if not REELPRINT.exists():
        raise FileNotFoundError("reelprint is not installed beside this Python")
    return cost([REELPRINT, *arguments], {"REELPRINT_HOME": str(home)} if home else {})


def cost(command: Sequence[str | Path], variables: dict[str, str]) -> Cost:
    """Run any command; its output is thrown away."""
    between = [sys.executable, "-I", "-c", _BETWEEN, *command]
    done = subprocess.run(
        between, stdout=subprocess.PIPE, env=os.environ | variables, check=True, text=True
    )
    return Cost(*json.loads(done.stdout))
