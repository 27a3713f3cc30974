"""Runs one step in a process of its own, so that the memory it takes is its own."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, cast

Figures = dict[str, Any]  # parsed JSON
STATUS = Path("/proc/self/status")


def apart(module: str, step: str, **arguments: object) -> Figures:
    """What a function of a module of this package gives for arguments that JSON can say. Raises
    CalledProcessError when it fails."""
    command = [sys.executable, "-m", __name__, module, step, json.dumps(arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return cast(Figures, json.loads(done.stdout))


def memory() -> tuple[int, int]:
    """Bytes of this process that are in memory: all, and those that no file stands for.

    Raises FileNotFoundError where there is no /proc.
    """
    told = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
    everything, own = (int(told[name].split()[0]) * 1024 for name in ("VmRSS", "RssAnon"))
    return everything, own


def main() -> None:
    """Run the step that is named on the command line."""
    module, step, arguments = sys.argv[1:]
    run = getattr(import_module(f"benchmarks.scale.{module}"), step)
    print(json.dumps(run(**json.loads(arguments))))


if __name__ == "__main__":
    main()
